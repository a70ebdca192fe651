import AgentCore
import EventModel

/// Entries as JSON lines: one CloudEvent a line, `sequence` and `journal` in front. One buffer, used again for every
/// piece and every batch.
struct JSONLines {
    /// A buffer that grew beyond this is given back after its batch.
    private static let keptBytes = 1 << 20

    /// Lines lent together: few calls of the system, and what was just encoded is still in the processor's cache.
    private static let pieceBytes = 256 << 10

    /// The lines encoded last, each with its line end.
    private(set) var bytes: [UInt8] = []
    private let framing: EventFraming

    /// Lines for entries of one journal instance.
    init(journal: String) {
        framing = EventFraming(journal: journal)
    }

    /// Replaces the lines by those of `entries`.
    mutating func encode(_ entries: some Collection<Entry>) {
        bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptBytes)
        bytes.reserveCapacity(length(of: entries))
        for entry in entries { append(entry) }
    }

    /// Bytes of the lines of `entries`.
    func length(of entries: some Collection<Entry>) -> Int {
        framing.length(of: entries) + entries.count
    }

    /// Lends the lines of `entries` in their order, some whole lines at a time; ends where `take` throws.
    mutating func lend<Failure>(
        _ entries: some Collection<Entry>, to take: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptBytes)
        bytes.reserveCapacity(min(Self.pieceBytes, length(of: entries)))
        for entry in entries {
            if !bytes.isEmpty, bytes.count + framing.length(of: entry) >= Self.pieceBytes {
                try take(bytes)
                bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptBytes)
            }
            append(entry)
        }
        if !bytes.isEmpty { try take(bytes) }
    }

    private mutating func append(_ entry: Entry) {
        bytes.append(atMost: framing.length(of: entry) + 1) { writer in
            framing.append(entry, to: &writer)
            writer.append(UInt8(ascii: "\n"))
        }
    }
}
