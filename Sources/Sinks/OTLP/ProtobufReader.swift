/// Reads the fields of one protobuf message, in their order: enough for the short answers of a destination.
///
/// For bytes from outside: what is truncated, or of a wire type there is not, ends it.
struct ProtobufReader {
    /// A field's value by its wire type.
    enum Value: Equatable {
        case number(UInt64)
        /// A text, or a message.
        case bytes(ArraySlice<UInt8>)
    }

    /// A number takes no more bytes.
    private static let mostVarintBytes = 10

    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    /// The next field; nil at the end and where the bytes are no message.
    mutating func next() -> (field: UInt64, value: Value)? {
        guard let tag = varint(), tag >> 3 > 0 else { return nil }
        switch tag & 7 {
        case 0: return varint().map { (tag >> 3, .number($0)) }
        case 1: return take(8).map { (tag >> 3, .number(Self.number($0))) }
        case 2: return varint().flatMap { take($0) }.map { (tag >> 3, .bytes($0)) }
        case 5: return take(4).map { (tag >> 3, .number(Self.number($0))) }
        default: return nil
        }
    }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        for place in 0..<Self.mostVarintBytes {
            guard let byte = rest.popFirst() else { return nil }
            value |= UInt64(byte & 0x7F) << UInt64(7 * place)
            if byte < 0x80 { return value }
        }
        return nil
    }

    private mutating func take(_ count: UInt64) -> ArraySlice<UInt8>? {
        guard count <= UInt64(rest.count) else { return nil }
        defer { rest = rest.dropFirst(Int(count)) }
        return rest.prefix(Int(count))
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
