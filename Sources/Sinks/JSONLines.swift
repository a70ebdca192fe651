import AgentCore
import EventModel

/// Entries as JSON lines: one CloudEvent a line, `sequence` and `journal` in front. One buffer, used again for every
/// batch.
struct JSONLines {
    /// A buffer that grew beyond this is given back after its batch.
    private static let keptBytes = 1 << 20
    /// Room for what a line has beside the entry's body.
    private static let framingBytes = 80

    /// The lines of the last batch, each with its line end.
    private(set) var bytes: [UInt8] = []
    private let journal: String

    /// Lines for entries of one journal instance.
    init(journal: String) {
        self.journal = journal
    }

    /// Replaces the lines by those of `entries`.
    mutating func encode(_ entries: some Collection<Entry>) {
        bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptBytes)
        bytes.reserveCapacity(entries.reduce(0) { $0 + $1.body.count + Self.framingBytes })
        for entry in entries {
            EventEncoder.append(entry.body, sequence: entry.sequence, journal: journal, to: &bytes)
            bytes.append(UInt8(ascii: "\n"))
        }
    }
}
