// Protobuf's wire format: fields of three wire types, and messages within messages.
//
// A message's length is written before it, in as few bytes as it takes: as many as it most likely takes are kept free,
// and a message of another length is moved.

extension ByteWriter {
    // SAFETY: buffers are only read within the call that lends them.

    /// How a field is written, with the number the format gives it.
    private enum WireType: UInt64 {
        case varint = 0
        case fixed64 = 1
        case length = 2
    }

    /// Writes a number in 7 bits a byte, the lowest first. Zero is what a field that is left out means, and is left
    /// out.
    @inline(__always)
    mutating func varint(_ field: UInt64, _ value: UInt64) {
        if value == 0 { return }
        tag(field, .varint)
        append(varint: value)
    }

    /// Writes a number in 8 bytes. Zero is left out.
    @inline(__always)
    mutating func fixed64(_ field: UInt64, _ value: UInt64) {
        if value == 0 { return }
        tag(field, .fixed64)
        for shift in stride(from: UInt64(0), to: 64, by: 8) { append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    /// Writes a text as it stands.
    @inline(__always)
    mutating func text(_ field: UInt64, _ text: UnsafeBufferPointer<UInt8>) {
        tag(field, .length)
        append(varint: UInt64(text.count))
        append(text)
    }

    /// Writes a text of the program's own.
    @inline(__always)
    mutating func text(_ field: UInt64, _ text: StaticString) {
        self.text(field, UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Writes a text from an event, its escapes resolved.
    @inline(__always)
    mutating func text(_ field: UInt64, _ text: FieldText) {
        guard text.isEscaped else { return self.text(field, text.bytes) }
        message(field, likely: text.bytes.count) { text.appendPlain(to: &$0) }
    }

    /// Writes a text of ours.
    mutating func text(_ field: UInt64, _ text: String) {
        Array(text.utf8).withUnsafeBufferPointer { self.text(field, $0) }
    }

    /// Writes a message, which the closure writes. `likely`: how long it is, if that can be told.
    @inline(__always)
    mutating func message(_ field: UInt64, likely bytes: Int = 0, _ write: (inout ByteWriter) -> Void) {
        tag(field, .length)
        append(behind: Self.varintBytes(UInt64(bytes)), write) { count in
            let length = UInt64(count)
            var (word, rest, shift): (UInt64, UInt64, UInt64) = (0, length, 0)
            while rest > 0x7F {
                word |= (rest & 0x7F | 0x80) << shift
                (rest, shift) = (rest >> 7, shift + 8)
            }
            return (word | rest << shift, Self.varintBytes(length))
        }
    }

    /// Writes what stands before a message of so many bytes.
    mutating func messageHead(_ field: UInt64, bytes: Int) {
        tag(field, .length)
        append(varint: UInt64(bytes))
    }

    @inline(__always)
    private mutating func tag(_ field: UInt64, _ type: WireType) {
        append(varint: field << 3 | type.rawValue)
    }

    @inline(__always)
    private mutating func append(varint value: UInt64) {
        var rest = value
        while rest > 0x7F {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(rest))
    }

    /// How many bytes a number takes.
    static func varintBytes(_ value: UInt64) -> Int {
        var (rest, bytes) = (value >> 7, 1)
        while rest > 0 { (rest, bytes) = (rest >> 7, bytes + 1) }
        return bytes
    }
}
