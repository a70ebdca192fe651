/// Writes protobuf's wire format into one buffer: fields of three wire types, and messages within messages.
///
/// A message's length is written before it, in as few bytes as it takes: one is kept free, and a message that is longer
/// than 127 bytes is moved on.
struct ProtobufWriter {
    /// How a field is written, with the number the format gives it.
    private enum WireType: UInt64 {
        case varint = 0
        case fixed64 = 1
        case length = 2
    }

    /// What was written.
    var bytes: [UInt8] = []

    /// A number in 7 bits a byte, the lowest first. Zero is what a field that is left out means, and is left out.
    mutating func varint(_ field: UInt64, _ value: UInt64) {
        if value == 0 { return }
        tag(field, .varint)
        append(varint: value)
    }

    /// A number in 8 bytes. Zero is left out.
    mutating func fixed64(_ field: UInt64, _ value: UInt64) {
        if value == 0 { return }
        tag(field, .fixed64)
        for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    /// A text, written by the closure.
    mutating func text(_ field: UInt64, _ write: (inout [UInt8]) -> Void) {
        message(field) { write(&$0.bytes) }
    }

    /// A message, written by the closure.
    mutating func message(_ field: UInt64, _ write: (inout ProtobufWriter) -> Void) {
        tag(field, .length)
        let place = bytes.count
        bytes.append(0)
        write(&self)
        let length = bytes.count - place - 1
        bytes[place] = UInt8(truncatingIfNeeded: length & 0x7F) | (length > 0x7F ? 0x80 : 0)
        if length > 0x7F { bytes.insert(contentsOf: Self.varint(UInt64(length) >> 7), at: place + 1) }
    }

    private mutating func tag(_ field: UInt64, _ type: WireType) {
        append(varint: field << 3 | type.rawValue)
    }

    private mutating func append(varint value: UInt64) {
        var rest = value
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func varint(_ value: UInt64) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.append(varint: value)
        return writer.bytes
    }
}
