import Platform

/// The rules of one zone of the time zone database (TZif, RFC 8536): a list of changes, and a rule for all later ones.
///
/// Read by us, because the C library knows one zone only: the machine's.
package struct ZoneFile: Sendable, Hashable {
    /// Where the database lies.
    private static let folder = "/usr/share/zoneinfo"
    /// The largest real one has some 4 KiB.
    private static let maximumBytes = 256 << 10

    /// When the offset changes, in seconds since 1970, in rising order.
    private var changes: [Int] = []
    /// The offset from each change on.
    private var offsets: [Int] = []
    /// The offset before the first change.
    private var first = 0
    /// What holds after the last change; nil: its offset stays.
    private var rule: ZoneRule?

    /// The zone of a name such as `Europe/Prague`; nil when the database has none.
    package static func load(_ name: String) -> ZoneFile? {
        let words = name.split(separator: "/", omittingEmptySubsequences: false)
        guard words.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }),
            let bytes = try? File.read("\(folder)/\(name)", limit: maximumBytes)
        else { return nil }
        return ZoneFile(bytes)
    }

    /// Reads a file of version 2 or later; nil when it is not one.
    package init?(_ bytes: [UInt8]) {
        guard let head = Header(bytes, at: 0), head.version >= 2,
            let second = Header(bytes, at: Header.size + head.bodyBytes(timeBytes: 4))
        else { return nil }
        let body = Header.size + head.bodyBytes(timeBytes: 4) + Header.size
        let end = body + second.bodyBytes(timeBytes: 8)
        guard end <= bytes.count, second.types > 0 else { return nil }
        let typeStart = body + second.times * 9
        let kinds = (0..<second.types).map { Int(Int32(truncatingIfNeeded: Self.number(bytes, typeStart + $0 * 6, 4))) }
        guard kinds.allSatisfy({ abs($0) <= 86_400 * 2 }) else { return nil }
        for index in 0..<second.times {
            let time = Self.number(bytes, body + index * 8, 8)
            let kind = Int(bytes[body + second.times * 8 + index])
            guard kind < kinds.count, time > changes.last ?? .min else { return nil }
            changes.append(time)
            offsets.append(kinds[kind])
        }
        first = kinds[0]
        let footer = bytes[end...].split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
        if footer.count >= 2 { rule = ZoneRule(String(decoding: footer[1], as: UTF8.self)) }
    }

    /// Seconds east of UTC at a moment, in seconds since 1970.
    package func offset(at time: Int) -> Int {
        guard let last = changes.last else { return rule?.offset(at: time) ?? first }
        if time >= last { return rule?.offset(at: time) ?? offsets[offsets.count - 1] }
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? first : offsets[low - 1]
    }

    /// A big-endian number.
    private static func number(_ bytes: [UInt8], _ place: Int, _ count: Int) -> Int {
        var value: UInt64 = 0
        for byte in bytes[place..<place + count] { value = value << 8 | UInt64(byte) }
        return Int(Int64(bitPattern: value))
    }

    /// How many of what follows.
    private struct Header {
        static let size = 44
        var version = 1
        var times: Int
        var types: Int
        private var leaps: Int
        private var characters: Int
        private var flags: Int

        init?(_ bytes: [UInt8], at place: Int) {
            guard place >= 0, place + Self.size <= bytes.count, bytes[place..<place + 4].elementsEqual("TZif".utf8)
            else {
                return nil
            }
            if bytes[place + 4] >= UInt8(ascii: "2") { version = Int(bytes[place + 4] - UInt8(ascii: "0")) }
            let counts = (0..<6).map { ZoneFile.number(bytes, place + 20 + $0 * 4, 4) }
            // The file as a whole is smaller: so is each count.
            guard counts.allSatisfy({ $0 <= ZoneFile.maximumBytes }) else { return nil }
            (flags, leaps, times, types, characters) = (
                counts[0] + counts[1], counts[2], counts[3], counts[4], counts[5]
            )
        }

        func bodyBytes(timeBytes: Int) -> Int {
            times * (timeBytes + 1) + types * 6 + characters + leaps * (timeBytes + 4) + flags
        }
    }
}
