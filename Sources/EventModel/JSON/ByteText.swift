// Text appended to a buffer of UTF-8 bytes: what every encoder here is made of.

extension [UInt8] {
    // SAFETY: a StaticString's bytes live as long as the program; buffers handed to closures are only used within them.

    /// Appends a fragment of the program's own, as it stands.
    mutating func append(_ fragment: StaticString) {
        append(contentsOf: UnsafeBufferPointer(start: fragment.utf8Start, count: fragment.utf8CodeUnitCount))
    }

    /// Appends a number as 20 digits, enough for every one, with zeros before it.
    mutating func appendTwentyDigits(_ value: UInt64) {
        var digits = InlineArray<20, UInt8>(repeating: UInt8(ascii: "0"))
        var rest = value
        var index = digits.count
        while rest > 0 {
            index -= 1
            digits[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        digits.span.withUnsafeBufferPointer { append(contentsOf: $0) }
    }

    /// Appends a number in as many digits as it needs.
    public mutating func appendDecimal(_ value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        appendDecimal(unsigned: value.magnitude)
    }

    /// Appends a number in as many digits as it needs.
    public mutating func appendDecimal(unsigned value: UInt64) {
        if value <= 9 { return append(UInt8(ascii: "0") + UInt8(value)) }
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var (rest, index) = (value, digits.count)
        repeat {
            index -= 1
            digits[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        digits.span.extracting(index...).withUnsafeBufferPointer { append(contentsOf: $0) }
    }

    /// Appends `text` as a JSON string, quotes included.
    public mutating func appendJSONString(_ text: String) {
        append(UInt8(ascii: "\""))
        appendJSONEscaped(text)
        append(UInt8(ascii: "\""))
    }

    /// Appends text with JSON's escapes, without quotes.
    public mutating func appendJSONEscaped(_ text: String) {
        var text = text
        text.withUTF8 { appendJSONEscaped($0) }
    }

    /// Appends UTF-8 text with JSON's escapes, without quotes: text that needs none, nearly all of it, is copied whole.
    public mutating func appendJSONEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        // Without a branch the compiler makes this loop look at 16 bytes at once.
        var escapes: UInt8 = 0
        for byte in text { escapes |= (byte < 0x20 ? 1 : 0) | (byte == 0x22 ? 1 : 0) | (byte == 0x5C ? 1 : 0) }
        if escapes == 0 {
            append(contentsOf: text)
            return
        }
        var start = 0
        for index in text.indices where text[index] < 0x20 || text[index] == 0x22 || text[index] == 0x5C {
            append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<index]))
            appendEscape(of: text[index])
            start = index + 1
        }
        append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
    }

    private mutating func appendEscape(of byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case 0x22, 0x5C: append(byte)
        case 0x08: append(UInt8(ascii: "b"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0C: append(UInt8(ascii: "f"))
        case 0x0D: append(UInt8(ascii: "r"))
        default:
            append("u00")
            append(Self.hexadecimalDigit(byte >> 4))
            append(Self.hexadecimalDigit(byte & 15))
        }
    }

    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
