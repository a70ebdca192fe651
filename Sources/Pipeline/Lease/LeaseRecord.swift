import AgentCore
import EventModel

/// What agents that share a collector tell each other: who is active, and how far the source was read.
struct LeaseRecord: Sendable, Hashable {
    /// The agent that is active.
    var holder: String
    /// Counts up with every change, so that each renewal is a change.
    var renewals: UInt64
    /// The last checkpoint the holder's journal has; nil before the first.
    var checkpoint: Checkpoint?

    /// Decoding refuses more. In bytes.
    static let limit = 4 << 20

    init(holder: String, renewals: UInt64 = 0, checkpoint: Checkpoint? = nil) {
        (self.holder, self.renewals, self.checkpoint) = (holder, renewals, checkpoint)
    }

    /// Nil for bytes that are no record.
    init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.limit, let value = try? JSONDocument(bytes).root.value,
            let holder = value["holder"]?.string, let renewals = value["renewals"]?.string.flatMap({ UInt64($0) })
        else { return nil }
        self.init(holder: holder, renewals: renewals)
        guard let version = value["version"]?.integer, let hexadecimal = value["checkpoint"]?.string else { return }
        guard let bytes = Self.bytes(of: hexadecimal) else { return nil }
        checkpoint = Checkpoint(version: Int(version), bytes: bytes)
    }

    var encoded: [UInt8] {
        var members: [JSONValue.Member] = [
            .init("holder", .string(holder)), .init("renewals", .string("\(renewals)")),
        ]
        if let checkpoint {
            let digits = Array("0123456789abcdef".utf8)
            let text = checkpoint.bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
            members.append(.init("version", .number("\(checkpoint.version)")))
            members.append(.init("checkpoint", .string(String(decoding: text, as: UTF8.self))))
        }
        return Array(JSONText(.object(members)).bytes)
    }

    private static func bytes(of hexadecimal: String) -> [UInt8]? {
        var (bytes, rest): ([UInt8], Substring) = ([], hexadecimal[...])
        while !rest.isEmpty {
            guard rest.utf8.count >= 2, let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
