/// The messages of a netlink datagram, each behind its `struct nlmsghdr`: bounded by what is there, whatever the
/// lengths in it say.
struct NetlinkMessages: Sequence, IteratorProtocol {
    /// One message, without its header.
    struct Message {
        var type: UInt16
        var sequence: UInt32
        var body: ArraySlice<UInt8>
    }

    private static let headerBytes = 16
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    mutating func next() -> Message? {
        guard let length = rest.word(at: 0), let type = rest.half(at: 4), let sequence = rest.word(at: 8),
            length >= Self.headerBytes, length <= rest.count
        else { return nil }
        let body = rest.dropFirst(Self.headerBytes).prefix(Int(length) - Self.headerBytes)
        rest = rest.dropFirst((Int(length) + 3) & ~3)
        return Message(type: type, sequence: sequence, body: body)
    }
}

/// The attributes of a netlink message, each behind its `struct rtattr`; bounded as the messages are.
struct NetlinkAttributes: Sequence, IteratorProtocol {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    mutating func next() -> (type: UInt16, value: ArraySlice<UInt8>)? {
        guard let length = rest.half(at: 0), let type = rest.half(at: 2), length >= 4, length <= rest.count else {
            return nil
        }
        let value = rest.dropFirst(4).prefix(Int(length) - 4)
        rest = rest.dropFirst((Int(length) + 3) & ~3)
        // The two highest bits say "nested" and "network byte order".
        return (type & 0x3FFF, value)
    }
}

extension ArraySlice<UInt8> {
    /// A 32-bit number in the host's byte order; nil when it is not all there.
    func word(at offset: Int) -> UInt32? {
        guard count >= offset + 4 else { return nil }
        return (0..<4).reduce(UInt32(0)) { $0 | UInt32(self[startIndex + offset + $1]) << (8 * UInt32($1)) }
    }

    /// A 16-bit number in the host's byte order; nil when it is not all there.
    func half(at offset: Int) -> UInt16? {
        guard count >= offset + 2 else { return nil }
        return UInt16(self[startIndex + offset]) | UInt16(self[startIndex + offset + 1]) << 8
    }

    /// The text up to the first zero.
    var terminatedText: String {
        String(decoding: prefix { $0 != 0 }, as: UTF8.self)
    }
}

extension [UInt8] {
    /// Appends a 32-bit number in the host's byte order.
    mutating func append(word: UInt32) {
        for shift in stride(from: UInt32(0), to: 32, by: 8) { append(UInt8(truncatingIfNeeded: word >> shift)) }
    }

    /// Appends a 16-bit number in the host's byte order.
    mutating func append(half: UInt16) {
        append(UInt8(truncatingIfNeeded: half))
        append(UInt8(truncatingIfNeeded: half >> 8))
    }
}
