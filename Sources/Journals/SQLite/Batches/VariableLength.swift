// LEB128: a number as groups of seven bits, the lowest first, bit 7 set on all but the last.

extension [UInt8] {
    /// Appends a number in one to ten bytes.
    mutating func appendVariableLength(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }
}

extension Span<UInt8> {
    /// Reads a number at `position` and moves behind it; nil when the bytes end before it does or it is too large.
    func variableLength(at position: inout Int) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard position < count else { return nil }
            let byte = self[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}
