import AgentCore

/// What a broker confirmed of a batch that failed as a whole: left out when the batch comes again, so that a repeat
/// carries as little as possible twice.
struct ConfirmedEntries {
    private var sequences: Set<UInt64> = []

    /// The entries still to be published.
    func remaining(of entries: [Entry]) -> [Entry] {
        sequences.isEmpty ? entries : entries.filter { !sequences.contains($0.sequence) }
    }

    /// A batch failed, but these were confirmed.
    mutating func add(_ confirmed: some Sequence<UInt64>) {
        sequences.formUnion(confirmed)
    }

    /// A batch was delivered: whatever comes again now comes on purpose.
    mutating func clear() {
        sequences = []
    }
}
