import AgentCore
import EventModel
import NATSClient

/// How far a stream was read: which stream, the sequence in it, and what of a shared consumer is committed but perhaps
/// not yet acknowledged.
struct NATSCheckpoint: Sendable, Hashable {
    static let version = 1

    /// Messages one after the other in both countings, as a shared consumer mostly gives them.
    struct Run: Sendable, Hashable {
        var sequence: UInt64
        var consumerSequence: UInt64
        var count: UInt64
    }

    /// When the stream was made: another text is another stream.
    var created: String
    var sequence: UInt64
    var unacknowledged: [Run] = []

    init(created: String, sequence: UInt64) {
        (self.created, self.sequence) = (created, sequence)
    }

    /// Throws what is wrong with bytes that are no checkpoint of this kind.
    init(_ checkpoint: Checkpoint) throws(CollectorError) {
        guard checkpoint.version == Self.version, let value = try? JSONDocument(checkpoint.bytes).root.value,
            let created = value["created"]?.string, let sequence = value["sequence"]?.string.flatMap({ UInt64($0) }),
            let numbers = value["unacknowledged"]?.string?.split(separator: " ").map({ UInt64($0) }),
            numbers.count.isMultiple(of: 3), !numbers.contains(nil)
        else {
            throw .unusableCheckpoint("the checkpoint of the stream is of another version or damaged")
        }
        (self.created, self.sequence) = (created, sequence)
        let known = numbers.compactMap(\.self)
        unacknowledged = stride(from: 0, to: known.count, by: 3).map {
            Run(sequence: known[$0], consumerSequence: known[$0 + 1], count: known[$0 + 2])
        }
        var total: UInt64 = 0
        for run in unacknowledged {
            let isDamaged =
                run.count > Self.mostUnacknowledged || run.sequence > .max - run.count
                || run.consumerSequence > .max - run.count
            total += isDamaged ? Self.mostUnacknowledged : run.count
            guard !isDamaged, total <= Self.mostUnacknowledged else {
                throw .unusableCheckpoint("the checkpoint of the stream names more messages than it can: it is damaged")
            }
        }
    }

    /// More messages than a batch ever has: each is acknowledged anew after a restart.
    private static let mostUnacknowledged: UInt64 = 1 << 20

    mutating func note(_ place: JetStreamPlace) {
        if let last = unacknowledged.last, last.sequence &+ last.count == place.sequence,
            last.consumerSequence &+ last.count == place.consumerSequence
        {
            unacknowledged[unacknowledged.count - 1].count += 1
        } else {
            unacknowledged.append(Run(sequence: place.sequence, consumerSequence: place.consumerSequence, count: 1))
        }
    }

    func encoded() -> Checkpoint {
        let runs = unacknowledged.flatMap { [$0.sequence, $0.consumerSequence, $0.count] }.map { String($0) }
        let text = JSONText([
            "created": .string(created), "sequence": .string("\(sequence)"),
            "unacknowledged": .string(runs.joined(separator: " ")),
        ])
        return Checkpoint(version: Self.version, bytes: Array(text.bytes))
    }
}
