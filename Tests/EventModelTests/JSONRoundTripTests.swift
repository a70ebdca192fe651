import AgentTestKit
import EventModel
import Foundation
import Testing

@Suite struct JSONRoundTripTests {
    @Test("what the writer writes, the reader reads back as it was")
    func identity() throws {
        var random = SeededGenerator(test: 8259)
        for _ in 0..<1000 {
            let value = JSONValue.random(depth: 4, using: &random)
            let text = JSONText(value)
            #expect(try text.parsed() == value, "SEED=\(random.seed)")
            #expect(try JSONText(text.parsed()).bytes == text.bytes)
        }
    }

    @Test("what the writer writes, Foundation reads too")
    func foundation() throws {
        var random = SeededGenerator(test: 4627)
        for _ in 0..<300 {
            let value = JSONValue.random(depth: 3, using: &random)
            let text = Data(JSONText(value).bytes)
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: text, options: .fragmentsAllowed) }
        }
    }

    @Test("every character of a string comes back, and the text has none that JSON forbids")
    func characters() throws {
        for block in stride(from: 0 as UInt32, to: 0x11_0000, by: 0x400) {
            let scalars = (block..<block + 0x400).compactMap(Unicode.Scalar.init)
            let text = String(String.UnicodeScalarView(scalars))
            var writer = JSONWriter()
            writer.string(text)
            #expect(writer.bytes.allSatisfy { $0 >= 0x20 })
            let read = try JSONDocument(writer.bytes).root.value.string
            #expect(read.map { Array($0.utf8) } == Array(text.utf8))
        }
    }

    @Test(
        "strings are escaped as RFC 8259 has it",
        arguments: [
            ("", #""""#), ("plain", #""plain""#), ("\"\\/", #""\"\\/""#),
            ("\u{8}\u{9}\u{A}\u{C}\u{D}", #""\b\t\n\f\r""#),
            ("\u{0}\u{1F}\u{7F}", "\"\\u0000\\u001f\u{7F}\""), ("é🙂", "\"é🙂\""),
            (String(repeating: "x", count: 100) + "\n", "\"" + String(repeating: "x", count: 100) + "\\n\""),
        ])
    func escapes(text: String, json: String) {
        var writer = JSONWriter()
        writer.string(text)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == json)
    }

    @Test("the writer places commas")
    func commas() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("a")
        writer.beginArray()
        writer.integer(-1)
        writer.bool(true)
        writer.null()
        writer.beginArray()
        writer.endArray()
        writer.beginObject()
        writer.endObject()
        writer.endArray()
        writer.name("b")
        writer.time(Timestamp(nanoseconds: 0))
        writer.name("c")
        writer.text(.emptyObject)
        writer.name("d")
        writer.write(["e": [1, .number("2.5"), .null, false, "f"]])
        writer.endObject()
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"a":[-1,true,null,[],{}],"b":"1970-01-01T00:00:00Z","c":{},"d":{"e":[1,2.5,null,false,"f"]}}"#)
    }

    @Test("damaged text is refused or read, and never crashes")
    func fuzz() {
        var random = SeededGenerator(test: 99)
        for _ in 0..<5000 {
            var bytes = Array(JSONText(.random(depth: 3, using: &random)).bytes)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0...bytes.count, using: &random)
                switch Int.random(in: 0...3, using: &random) {
                case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
                case 1: bytes = Array(bytes.prefix(index))
                case 2 where index < bytes.count:
                    bytes[index] = Array(#"{}[]",:\u0e-+"#.utf8).randomElement(using: &random) ?? 0
                default: bytes.insert(contentsOf: bytes.suffix(bytes.count - index), at: index)
                }
            }
            if let value = try? JSONDocument(bytes, comments: Bool.random(using: &random)).root.value {
                #expect((try? JSONText(value).parsed()) == value)
            }
        }
    }

    @Test("texts are equal when their bytes are, whatever buffer they are part of, and then hash alike")
    func textEquality() throws {
        let bytes = Array(#"{"a":1}"#.utf8)
        let whole = JSONText(trusted: bytes[...])
        let part = JSONText(trusted: ([0x20, 0x20] + bytes + [0x20])[2..<9])
        #expect(whole == part)
        #expect(whole.hashValue == part.hashValue)
        #expect(Set([whole, part]).count == 1)
        #expect(whole != JSONText(trusted: bytes.dropLast()))
        #expect(try JSONText(validating: bytes) == whole)
    }

    @Test("text from outside stands on one line, whatever lines it came in")
    func oneLine() throws {
        let text = try JSONText(validating: Array("{\r\n  \"a\": \"x\\ny\",\n  \"b\": 1.50\n}\n".utf8))
        #expect(String(decoding: text.bytes, as: UTF8.self) == #"{"a":"x\ny","b":1.50}"#)
        #expect(throws: JSONError.self) { try JSONText(validating: Array("{\"a\":}".utf8)) }
    }
}

extension JSONValue {
    static func random(depth: Int, using random: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0...(depth > 0 ? 6 : 4), using: &random) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &random))
        case 2: return .number(["0", "-1", "1.5e-3", "9007199254740993", "-0.0"].randomElement(using: &random) ?? "0")
        case 3, 4: return .string(.random(using: &random))
        case 5:
            return .array(
                (0..<Int.random(in: 0...4, using: &random)).map { _ in .random(depth: depth - 1, using: &random) })
        default:
            let count = Int.random(in: 0...20, using: &random)
            return .object(
                (0..<count).map { .init("\($0)" + .random(using: &random), .random(depth: depth - 1, using: &random)) })
        }
    }
}

extension String {
    /// A short text with a liking for what is special in JSON, URIs and Unicode.
    static func random(using random: inout SeededGenerator) -> String {
        let special: [Unicode.Scalar] = [
            "\"", "\\", "/", " ", "%", "\n", "\u{0}", "\u{1F}", "\u{7F}", "é", "\u{301}", "\u{2028}", "🙂", "\u{FFFF}",
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            let letter = Unicode.Scalar(UInt8.random(in: 0x61...0x7A, using: &random))
            text.append(Bool.random(using: &random) ? letter : special.randomElement(using: &random) ?? letter)
        }
        return String(text)
    }
}
