import AgentCore

/// What a journal knows by heart, so that nobody waits for the disk to ask: shared by its callers and its writer.
///
/// The writer alone sets `holding`, `sources`, `dropped`, `deadLetters` and `attached`, after a transaction; callers
/// move cursors.
struct JournalPositions: Sendable {
    var holding = Holding()
    var sources = KnownSources()
    var cursors: [String: UInt64] = [:]
    /// Cursors moved since they were last stored.
    var unsaved: [String: UInt64] = [:]
    /// The sinks whose cursors hold back retention.
    var attached: [String] = []
    /// Since the journal was opened.
    var dropped = 0
    var deadLetters = 0
    var isClosed = false
    /// Whether the writer has been asked to store the cursors soon.
    var isUpkeepScheduled = false

    /// These positions, if the journal is open.
    @discardableResult
    func opened() throws(JournalError) -> Self {
        guard !isClosed else { throw .closed }
        return self
    }

    /// Moves a cursor forward, as far as the head. True when somebody must schedule the storing of it.
    mutating func acknowledge(through sequence: UInt64, by sink: String) -> Bool {
        let sequence = min(sequence, holding.head)
        if let cursor = cursors[sink], cursor >= sequence { return false }
        cursors[sink] = sequence
        unsaved[sink] = sequence
        defer { isUpkeepScheduled = true }
        return !isUpkeepScheduled
    }

    /// Notes that cursors are stored, but for those moved on since.
    mutating func saved(_ cursors: [String: UInt64]) {
        for (sink, sequence) in cursors where unsaved[sink] == sequence { unsaved[sink] = nil }
    }

    /// The cursors that hold back retention.
    var holdingBack: [UInt64] { attached.compactMap { cursors[$0] } }

    /// The journal at a glance.
    var state: JournalState {
        JournalState(
            lowest: holding.lowest, head: holding.head, count: holding.count, bytes: holding.bytes, dropped: dropped,
            cursors: cursors, deadLetters: deadLetters)
    }
}
