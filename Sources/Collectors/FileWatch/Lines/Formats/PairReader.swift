/// Reads `name=value` at a place of a line: what logfmt, key-value text and audit records have in common.
struct PairReader {
    /// Where the name lies, and what it is given.
    struct Pair {
        var name: Range<Int>
        var value: Range<Int>
        /// The value stood in quotes.
        var isQuoted: Bool
        /// Where the line goes on.
        var next: Int
    }

    /// Bytes that end a value without quotes, beside white space.
    var ends: Set<UInt8> = []

    /// The pair that begins at a place; nil when none does.
    func pair(at start: Int, before limit: Int, in fields: inout LineFields) -> Pair? {
        var place = start
        while place < limit, Self.isName(fields.text[place]) { place += 1 }
        guard place > start, place < limit, fields.text[place] == UInt8(ascii: "=") else { return nil }
        let name = start..<place
        place += 1
        if place < limit, fields.text[place] == UInt8(ascii: "\"") || fields.text[place] == UInt8(ascii: "'") {
            if let (value, next) = quoted(at: place, before: limit, in: &fields) {
                return Pair(name: name, value: value, isQuoted: true, next: next)
            }
        }
        let valueStart = place
        while place < limit, fields.text[place] > 0x20, !ends.contains(fields.text[place]) { place += 1 }
        return Pair(name: name, value: valueStart..<place, isQuoted: false, next: place)
    }

    /// Letters, digits and what stands between them in names.
    static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "@"), UInt8(ascii: "/"), 0x80...0xFF:
            true
        default: false
        }
    }

    /// A value in quotes, `\"`, `\\`, `\n`, `\t` and `\r` read; nil when the quotes are never closed.
    private func quoted(at start: Int, before limit: Int, in fields: inout LineFields) -> (Range<Int>, Int)? {
        let quote = fields.text[start]
        var place = start + 1
        var hasEscapes = false
        while place < limit, fields.text[place] != quote {
            if fields.text[place] == UInt8(ascii: "\\") {
                hasEscapes = true
                place += 1
            }
            place += 1
        }
        guard place < limit else { return nil }
        guard hasEscapes else { return (start + 1..<place, place + 1) }
        let valueStart = fields.text.count
        var from = start + 1
        while from < place {
            var byte = fields.text[from]
            if byte == UInt8(ascii: "\\"), from + 1 < place {
                from += 1
                byte = Self.unescaped(fields.text[from])
            }
            fields.append(byte)
            from += 1
        }
        return (valueStart..<fields.text.count, place + 1)
    }

    private static func unescaped(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "n"): UInt8(ascii: "\n")
        case UInt8(ascii: "t"): UInt8(ascii: "\t")
        case UInt8(ascii: "r"): UInt8(ascii: "\r")
        default: byte
        }
    }
}
