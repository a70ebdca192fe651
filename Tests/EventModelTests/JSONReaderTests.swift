import EventModel
import Testing

@Suite struct JSONReaderTests {
    private static func read(_ text: String, comments: Bool = false) throws -> JSONValue {
        try JSONDocument(Array(text.utf8), comments: comments).root.value
    }

    private static func error(_ bytes: [UInt8], comments: Bool = false) -> String {
        do {
            _ = try JSONDocument(bytes, comments: comments)
            return "no error"
        } catch {
            return error.description
        }
    }

    @Test(
        "JSON is read",
        arguments: [
            ("null", .null), (" \t\r\n true ", true), ("false", false), ("0", 0), ("-0", .number("-0")),
            ("1.50", .number("1.50")), ("1E+2", .number("1E+2")), ("123e-9", .number("123e-9")),
            ("123456789012345678901234567890", .number("123456789012345678901234567890")), (#""""#, ""),
            (#""a""#, "a"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0000""#, "\u{0}"),
            (#""\u00e9\u20AC""#, "é€"), (#""\ud83d\ude42""#, "🙂"), (#""é漢🙂""#, "é漢🙂"), (#""\u2028""#, "\u{2028}"),
            ("\"\u{7F}\u{80}\"", "\u{7F}\u{80}"), ("[]", []), ("[ ]", []), ("[1,[2,[3]]]", [1, [2, [3]]]), ("{}", [:]),
            ("{ }", [:]), (#"{"a":{"b":[{"c":null}]}}"#, ["a": ["b": [["c": .null]]]]), (#"{"":1}"#, ["": 1]),
            (#"{"b":1,"a":2}"#, .object([.init("b", 1), .init("a", 2)])), ("\u{FEFF}[1]", [1]),
            (#"{"é":1,"e\#u{301}":2}"#, .object([.init("é", 1), .init("e\u{301}", 2)])),
        ] as [(String, JSONValue)])
    func valid(text: String, value: JSONValue) throws {
        #expect(try Self.read(text) == value)
    }

    @Test(
        "what is not JSON is refused where it goes wrong",
        arguments: [
            ("", "1:1: a value is missing at the end of the text"),
            ("  ", "1:3: a value is missing at the end of the text"),
            ("[1,]", "1:4: a value cannot begin with ']'"), ("[1", "1:1: this '[' is never closed"),
            ("[1 2]", "1:4: expected ',' or ']', not '2'"), ("[,1]", "1:2: a value cannot begin with ','"),
            ("]", "1:1: a value cannot begin with ']'"), ("[1]]", "1:4: nothing may follow the value"),
            ("1 2", "1:3: nothing may follow the value"), ("{", "1:1: this '{' is never closed"),
            (#"{"a"}"#, "1:5: expected ':' after the member name, not '}'"),
            (#"{"a":}"#, "1:6: a value cannot begin with '}'"),
            (#"{"a":1,}"#, "1:8: expected a member name in double quotes, not '}'"),
            (#"{a:1}"#, "1:2: expected a member name in double quotes, not 'a'"),
            (#"{'a':1}"#, "1:2: expected a member name in double quotes, not '''"),
            (#"{1:1}"#, "1:2: expected a member name in double quotes, not '1'"),
            (#"{"a":1 "b":2}"#, "1:8: expected ',' or '}', not '\"'"),
            (#"{"a":1,"a":2}"#, #"1:8: the member "a" is given twice"#),
            (#"{"a":1,"\u0061":2}"#, #"1:8: the member "a" is given twice"#),
            ("nul", "1:1: only true, false and null are words of JSON"),
            ("nullx", "1:5: nothing may follow the value"), ("True", "1:1: a value cannot begin with 'T'"),
            ("NaN", "1:1: a value cannot begin with 'N'"), ("-", "1:2: a number needs a digit here"),
            ("-x", "1:2: a number needs a digit here"), ("+1", "1:1: a value cannot begin with '+'"),
            (".5", "1:1: a value cannot begin with '.'"), ("01", "1:1: a number may not begin with 0"),
            ("-01", "1:1: a number may not begin with 0"), ("1.", "1:3: a fraction needs a digit"),
            ("1.e1", "1:3: a fraction needs a digit"), ("1e", "1:3: an exponent needs a digit"),
            ("1e+", "1:4: an exponent needs a digit"), ("0x10", "1:2: nothing may follow the value"),
            (#"""#, "1:1: this string is never closed"), (#""abc"#, "1:1: this string is never closed"),
            (#""\"#, "1:3: the text ends in an escape"), (#""\x""#, "1:2: JSON has no such escape"),
            (#""\u12""#, "1:4: \\u needs four hexadecimal digits"),
            (#""\u12G4""#, "1:4: \\u needs four hexadecimal digits"),
            (#""\u+123""#, "1:4: \\u needs four hexadecimal digits"), (#""\ud83d""#, "1:2: a lone surrogate"),
            (#""\ude42""#, "1:2: a lone surrogate"), (#""\ud83d\n""#, "1:2: a lone surrogate"),
            (#""\ud83dx""#, "1:2: a lone surrogate"), (#""\ud83d\ud83d""#, "1:2: a lone surrogate"),
            ("\"a\nb\"", "1:3: a control character in a string must be escaped"),
            ("\"\u{0}\"", "1:2: a control character in a string must be escaped"),
            ("[1]\u{0}", "1:4: nothing may follow the value"), ("// x\n1", "1:1: a value cannot begin with '/'"),
            ("{\n  \"a\": 1,\n  \"b\" 2\n}", "3:7: expected ':' after the member name, not '2'"),
            ("[\r\n\r\n  é]", "3:3: a value cannot begin with the byte 195"),
            ("\u{FEFF}", "1:4: a value is missing at the end of the text"),
        ])
    func invalid(text: String, expected: String) {
        #expect(Self.error(Array(text.utf8)) == expected)
    }

    @Test(
        "bytes that are not UTF-8 are refused",
        arguments: [[0x80], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0xFF]]
            as [[UInt8]])
    func notUTF8(bytes: [UInt8]) {
        #expect(Self.error([0x22] + bytes + [0x22]) == "1:1: this string is not UTF-8")
        #expect(Self.error([0x22, 0x5C, 0x6E] + bytes + [0x22]) == "1:1: this string is not UTF-8")
    }

    @Test("depth is bounded, not by the stack")
    func depth() throws {
        let limit = JSONDocument.maximumDepth
        _ = try Self.read(String(repeating: "[", count: limit) + String(repeating: "]", count: limit))
        let expected = "1:\(limit + 1): nested deeper than \(limit) levels"
        #expect(Self.error(Array(repeating: 0x5B, count: limit + 1)) == expected)
        #expect(Self.error(Array(repeating: 0x5B, count: 1_000_000)) == expected)
        #expect(
            Self.error(Array(String(repeating: #"{"a":"#, count: 100_000).utf8)).hasSuffix(
                "nested deeper than 128 levels"))
    }

    @Test("many members are read, and one given twice is found among them")
    func manyMembers() throws {
        let members = (0..<5000).map { "\"key-\($0)\":\($0)" }
        #expect(try Self.read("{\(members.joined(separator: ","))}").members?.count == 5000)
        for twice in [0, 14, 15, 16, 17, 4999] {
            let text = "{\(members.joined(separator: ",")),\"key-\(twice)\":1}"
            #expect(Self.error(Array(text.utf8)).hasSuffix("the member \"key-\(twice)\" is given twice"))
        }
    }

    @Test("comments are white space where they are allowed, and nowhere in strings")
    func comments() throws {
        let text = "// first\n{ \"a\": \"//no\", // second\n\"b\": [1, // third\n2] }// end"
        #expect(try Self.read(text, comments: true) == ["a": "//no", "b": [1, 2]])
        #expect(Self.error(Array("/ 1".utf8), comments: true) == "1:1: a value cannot begin with '/'")
    }

    @Test("nodes know where they stand")
    func offsets() throws {
        let document = try JSONDocument(Array("{\n  \"a\": [10, \"x\"]\n}".utf8))
        guard case .object(let members, let offset) = document.root, case .array(let nodes, let inner) = members[0].node
        else {
            Issue.record("no object with a list")
            return
        }
        #expect(document.position(of: offset).description == "1:1")
        #expect(document.position(of: members[0].nameOffset).description == "2:3")
        #expect(document.position(of: inner).description == "2:8")
        #expect(nodes.map { document.position(of: $0.offset).description } == ["2:9", "2:13"])
    }

    @Test("a text of megabytes is read in little time")
    func large() throws {
        let text =
            #"{"s":"\#(String(repeating: "x\\n", count: 1 << 20))","n":[\#(String(repeating: "1,", count: 1 << 18))1]}"#
        let start = ContinuousClock.now
        #expect(try Self.read(text)["n"]?.array?.count == 1 << 18 + 1)
        #expect(start.duration(to: .now) < .seconds(60))
    }
}
