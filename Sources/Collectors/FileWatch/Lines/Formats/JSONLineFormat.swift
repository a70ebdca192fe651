import EventModel

/// A JSON object a line. Members are fields under their own names; objects and lists within stay JSON.
package enum JSONLineFormat {
    /// The members that may hold the sentence a person reads, and those that may hold the time.
    static let messageNames = ["message", "msg", "log", "MESSAGE"]

    /// Reads the line; nil, or what is wrong.
    package static func decode(_ fields: inout LineFields) -> String? {
        var reader = JSONLineReader(taking: &fields)
        let problem = reader.read()
        fields = reader.takeFields()
        guard problem == nil else { return problem }
        for name in messageNames {
            guard let message = fields.field(name) else { continue }
            if message.kind == .text { fields.message = message.value }
            break
        }
        return nil
    }
}

/// Reads the members of one object: plain strings by their place in the line, all else as it must be.
struct JSONLineReader {
    private(set) var fields: LineFields
    private var place = 0

    /// Takes the fields over: two owners of one buffer would make a copy of it.
    init(taking fields: inout LineFields) {
        self.fields = fields
        fields = LineFields()
    }

    /// Gives them back.
    mutating func takeFields() -> LineFields {
        defer { fields = LineFields() }
        return fields
    }

    /// Nil when the line was one JSON object.
    mutating func read() -> String? {
        guard fields.isUTF8 else { return "it is not UTF-8" }
        skipSpace()
        guard skip("{") else { return "it does not begin with {" }
        skipSpace()
        if !skip("}") {
            repeat {
                skipSpace()
                guard let name = string() else { return problem("a member's name") }
                skipSpace()
                guard skip(":") else { return problem("a colon") }
                skipSpace()
                guard let (value, kind) = value() else { return problem("a value") }
                fields.set(name, value, kind: kind)
                skipSpace()
            } while skip(",")
            guard skip("}") else { return problem("a comma or }") }
        }
        skipSpace()
        return place == fields.end ? nil : "something follows the object"
    }

    private func problem(_ what: String) -> String { "\(what) is missing at character \(place + 1)" }

    private mutating func value() -> (Range<Int>, LineFields.Kind)? {
        guard let byte = fields.byte(place) else { return nil }
        switch byte {
        case UInt8(ascii: "\""): return string().map { ($0, .text) }
        case UInt8(ascii: "{"), UInt8(ascii: "["): return nested().map { ($0, .json) }
        default: return literal().map { ($0, .json) }
        }
    }

    /// A string without its quotes; one with escapes is unescaped behind the line.
    private mutating func string() -> Range<Int>? {
        guard fields.byte(place) == UInt8(ascii: "\"") else { return nil }
        let start = place + 1
        var hasEscapes = false
        var end = start
        while let byte = fields.byte(end), byte != UInt8(ascii: "\"") {
            guard byte >= 0x20 else { return nil }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                end += 1
            }
            end += 1
        }
        guard end < fields.end else { return nil }
        let quoted = place...end
        place = end + 1
        guard hasEscapes else { return start..<end }
        guard let text = (try? JSONDocument(Array(fields.text[quoted])))?.root.value.string else { return nil }
        return fields.append(text.utf8)
    }

    /// An object or a list, checked by the reader for all JSON.
    private mutating func nested() -> Range<Int>? {
        var (end, depth, isInString) = (place, 0, false)
        while let byte = fields.byte(end) {
            switch byte {
            case UInt8(ascii: "\\") where isInString: end += 1
            case UInt8(ascii: "\""): isInString.toggle()
            case UInt8(ascii: "{") where !isInString, UInt8(ascii: "[") where !isInString: depth += 1
            case UInt8(ascii: "}") where !isInString, UInt8(ascii: "]") where !isInString: depth -= 1
            default: break
            }
            end += 1
            if depth == 0 { break }
        }
        guard depth == 0, end <= fields.end, let text = try? JSONText(validating: Array(fields.text[place..<end]))
        else {
            return nil
        }
        place = end
        return fields.append(text.bytes)
    }

    /// A number or a word.
    private mutating func literal() -> Range<Int>? {
        let start = place
        while let byte = fields.byte(place), !Self.endsLiteral(byte) { place += 1 }
        guard place > start else { return nil }
        if place - start <= 18, fields.text[start] != UInt8(ascii: "0"),
            fields.text[start..<place].allSatisfy({ $0 &- 0x30 <= 9 })
        {
            return start..<place
        }
        if fields.has("true", at: start), place == start + 4 { return start..<place }
        if fields.has("false", at: start), place == start + 5 { return start..<place }
        return (try? JSONDocument(Array(fields.text[start..<place]))) == nil ? nil : start..<place
    }

    private static func endsLiteral(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}")
    }

    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard fields.byte(place) == UInt8(ascii: scalar) else { return false }
        place += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = fields.byte(place), byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { place += 1 }
    }
}
