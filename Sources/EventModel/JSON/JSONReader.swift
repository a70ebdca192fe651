/// Recursive descent over JSON bytes: the engine of `JSONDocument`.
struct JSONReader {
    struct Failure: Error {
        var offset: Int
        var problem: String
    }

    private let bytes: [UInt8]
    private let comments: Bool
    private var index = 0
    private var depth = 0

    init(bytes: [UInt8], comments: Bool) {
        (self.bytes, self.comments) = (bytes, comments)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    }

    mutating func document() throws(Failure) -> JSONNode {
        let node = try value()
        skipSpace()
        guard index == bytes.count else { throw failure("nothing may follow the value") }
        return node
    }

    private mutating func value() throws(Failure) -> JSONNode {
        skipSpace()
        let start = index
        guard index < bytes.count else { throw failure("a value is missing at the end of the text") }
        switch bytes[index] {
        case UInt8(ascii: "{"): return try nested { reader throws(Failure) in try reader.object(at: start) }
        case UInt8(ascii: "["): return try nested { reader throws(Failure) in try reader.array(at: start) }
        case UInt8(ascii: "\""): return .scalar(.string(try string()), offset: start)
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), 0x30...0x39: return .scalar(.number(try number()), offset: start)
        default: throw failure("a value cannot begin with \(quotedByte)")
        }
    }

    private mutating func nested(_ read: (inout JSONReader) throws(Failure) -> JSONNode) throws(Failure) -> JSONNode {
        depth += 1
        guard depth <= JSONDocument.maximumDepth else {
            throw failure("nested deeper than \(JSONDocument.maximumDepth) levels")
        }
        index += 1
        let node = try read(&self)
        depth -= 1
        return node
    }

    private mutating func object(at start: Int) throws(Failure) -> JSONNode {
        var members: [JSONNode.Member] = []
        var names = NameSet()
        skipSpace()
        if skip("}") { return .object([], offset: start) }
        repeat {
            skipSpace()
            let nameOffset = index
            guard peek == UInt8(ascii: "\"") else {
                throw missing("a member name in double quotes", opened: start, "{")
            }
            let name = try string()
            guard names.insert(name) else {
                throw Failure(offset: nameOffset, problem: "the member \"\(name)\" is given twice")
            }
            skipSpace()
            // The name is not repeated: what has no value after it may be a secret in the wrong place.
            guard skip(":") else { throw missing("':' after the member name", opened: start, "{") }
            members.append(.init(name: name, nameOffset: nameOffset, node: try value()))
            skipSpace()
        } while skip(",")
        guard skip("}") else { throw missing("',' or '}'", opened: start, "{") }
        return .object(members, offset: start)
    }

    private mutating func array(at start: Int) throws(Failure) -> JSONNode {
        var nodes: [JSONNode] = []
        skipSpace()
        if skip("]") { return .array([], offset: start) }
        repeat {
            nodes.append(try value())
            skipSpace()
        } while skip(",")
        guard skip("]") else { throw missing("',' or ']'", opened: start, "[") }
        return .array(nodes, offset: start)
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(Failure) -> JSONNode {
        let start = index
        let end = index + text.utf8CodeUnitCount
        guard end <= bytes.count, bytes[index..<end].elementsEqual(text.description.utf8) else {
            throw failure("only true, false and null are words of JSON")
        }
        index = end
        return .scalar(value, offset: start)
    }

    private mutating func number() throws(Failure) -> String {
        let start = index
        _ = skip("-")
        guard let first = peek, (0x30...0x39).contains(first) else { throw failure("a number needs a digit here") }
        skipDigits()
        if first == 0x30, index - start > (bytes[start] == UInt8(ascii: "-") ? 2 : 1) {
            throw Failure(offset: start, problem: "a number may not begin with 0")
        }
        if skip(".") {
            guard let digit = peek, (0x30...0x39).contains(digit) else { throw failure("a fraction needs a digit") }
            skipDigits()
        }
        if skip("e") || skip("E") {
            _ = skip("+") || skip("-")
            guard let digit = peek, (0x30...0x39).contains(digit) else { throw failure("an exponent needs a digit") }
            skipDigits()
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func string() throws(Failure) -> String {
        let start = index
        index += 1
        let plain = skipPlainText()
        if peek == UInt8(ascii: "\"") {
            index += 1
            return try text(bytes.span.extracting(plain), from: start)
        }
        var unescaped = Array(bytes[plain])
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return try text(unescaped.span, from: start)
            case UInt8(ascii: "\\"): try escape(into: &unescaped)
            case 0..<0x20: throw failure("a control character in a string must be escaped")
            default: unescaped += bytes[skipPlainText()]
            }
        }
        throw Failure(offset: start, problem: "this string is never closed")
    }

    /// Steps over text that stands for itself: everything but quotes, backslashes and control characters.
    private mutating func skipPlainText() -> Range<Int> {
        let start = index
        while index < bytes.count, bytes[index] >= 0x20, bytes[index] != 0x22, bytes[index] != 0x5C { index += 1 }
        return start..<index
    }

    private func text(_ bytes: Span<UInt8>, from start: Int) throws(Failure) -> String {
        guard let text = try? UTF8Span(validating: bytes) else {
            throw Failure(offset: start, problem: "this string is not UTF-8")
        }
        return String(copying: text)
    }

    private mutating func escape(into text: inout [UInt8]) throws(Failure) {
        let start = index
        index += 1
        guard let byte = peek else { throw failure("the text ends in an escape") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: String(try unicodeScalar(from: start)).utf8)
        default: throw Failure(offset: start, problem: "JSON has no such escape")
        }
    }

    private mutating func unicodeScalar(from start: Int) throws(Failure) -> Character {
        var code = try hexadecimal()
        if (0xD800...0xDBFF).contains(code), skip("\\"), skip("u") {
            let low = try hexadecimal()
            guard (0xDC00...0xDFFF).contains(low) else { throw Failure(offset: start, problem: "a lone surrogate") }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw Failure(offset: start, problem: "a lone surrogate") }
        return Character(scalar)
    }

    private mutating func hexadecimal() throws(Failure) -> UInt32 {
        guard index + 4 <= bytes.count, bytes[index] != UInt8(ascii: "+"), bytes[index] != UInt8(ascii: "-"),
            let value = UInt32(String(decoding: bytes[index..<index + 4], as: UTF8.self), radix: 16)
        else { throw failure("\\u needs four hexadecimal digits") }
        index += 4
        return value
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: scalar) else { return false }
        index += 1
        return true
    }

    private mutating func skipDigits() {
        while let byte = peek, (0x30...0x39).contains(byte) { index += 1 }
    }

    private mutating func skipSpace() {
        while let byte = peek {
            if byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
                index += 1
            } else if comments, bytes[index...].starts(with: [0x2F, 0x2F]) {
                while let byte = peek, byte != 0x0A { index += 1 }
            } else {
                return
            }
        }
    }

    private var quotedByte: String {
        guard let byte = peek else { return "the end of the text" }
        return (0x20..<0x7F).contains(byte) ? "'\(Unicode.Scalar(byte))'" : "the byte \(byte)"
    }

    private func failure(_ problem: String) -> Failure {
        Failure(offset: index, problem: problem)
    }

    /// At the end of the text the bracket that was never closed is the place to look at, not the end.
    private func missing(_ expected: String, opened start: Int, _ bracket: String) -> Failure {
        peek == nil
            ? Failure(offset: start, problem: "this '\(bracket)' is never closed")
            : failure("expected \(expected), not \(quotedByte)")
    }
}

/// The names of one object: told apart by their bytes, as RFC 8259 has it, not by what Unicode calls equivalent.
private struct NameSet {
    /// Up to here looking at each is faster than hashing.
    private static let fewNames = 16

    private var few: [String] = []
    private var many: Set<[UInt8]> = []

    /// False when the name is there already.
    mutating func insert(_ name: String) -> Bool {
        if many.isEmpty, few.count < Self.fewNames {
            if few.contains(where: { $0 == name && $0.utf8.elementsEqual(name.utf8) }) { return false }
            few.append(name)
            return true
        }
        if many.isEmpty { many = Set(few.map { Array($0.utf8) }) }
        return many.insert(Array(name.utf8)).inserted
    }
}
