public import AgentCore
import EventModel
import Platform

/// The default journal: one SQLite database with entries, checkpoints, cursors and dead letters.
///
/// One thread writes; commits that wait while it does share the next transaction. Another thread reads, by a connection
/// of its own, so that reads never wait for the disk to sync. Idle, neither wakes. The file is this process's alone
/// while it is open (see `FileLock`); `SQLiteJournalReader` may look at it at any time. Space freed by retention is
/// used again: the file stays as large as the most it ever held.
public final class SQLiteJournal: Journal {
    public static let kind = "sqlite"

    public let instance: String
    private let positions = Locked(JournalPositions())
    private let writer: SQLiteWriter
    private let reader: ReadingThread

    public init(
        _ configuration: Configuration, policy: RetentionPolicy, clock: AgentClock
    ) async throws(JournalError) {
        writer = SQLiteWriter(positions: positions, policy: policy, clock: clock)
        reader = ReadingThread(path: configuration.path)
        instance = try await writer.open(configuration)
    }

    public func commit(
        _ events: [EncodedEvent], checkpoint: Checkpoint?, of collector: String
    ) async throws(JournalError) -> Commit {
        try await writer.commit(CommitRequest(events: events, checkpoint: checkpoint, collector: collector))
    }

    public func expect(_ events: [EncodedEvent]) {
        writer.ahead.expect(events)
    }

    public func checkpoint(of collector: String) async throws(JournalError) -> Checkpoint? {
        try await writer.checkpoint(of: collector)
    }

    public func sources(of collector: String) async throws(JournalError) -> Set<String> {
        try positions.withLock { (positions) throws(JournalError) in try positions.opened().sources.of(collector) }
    }

    public func read(after sequence: UInt64, limit: ReadLimit) async throws(JournalError) -> Page {
        let holding = try positions.withLock { (positions) throws(JournalError) in try positions.opened().holding }
        guard sequence < holding.head else {
            return Page(entries: [], lowest: holding.lowest, head: holding.head)
        }
        return try await reader.read(after: sequence, limit: limit)
    }

    public func attach(sinks: [String]) async throws(JournalError) {
        try await writer.attach(sinks)
    }

    public func cursor(of sink: String) async throws(JournalError) -> UInt64? {
        try positions.withLock { (positions) throws(JournalError) in try positions.opened().cursors[sink] }
    }

    public func acknowledge(
        through sequence: UInt64, refused: [DeadLetter], by sink: String
    ) async throws(JournalError) {
        guard refused.isEmpty else {
            return try await writer.acknowledge(through: sequence, refused: refused, by: sink)
        }
        let isFirst = try positions.withLock { (positions) throws(JournalError) in
            try positions.opened()
            return positions.acknowledge(through: sequence, by: sink)
        }
        if isFirst { await writer.scheduleUpkeep() }
    }

    public func trim() async throws(JournalError) -> Trim {
        try await writer.trim()
    }

    public func setPolicy(_ policy: RetentionPolicy) async throws(JournalError) -> Trim {
        try await writer.setPolicy(policy)
    }

    public func deadLetters(after number: UInt64, limit: Int) async throws(JournalError) -> [KeptDeadLetter] {
        try await reader.deadLetters(after: number, limit: limit)
    }

    public func removeDeadLetters(_ numbers: [UInt64]) async throws(JournalError) {
        try await writer.removeDeadLetters(numbers)
    }

    public func state() async throws(JournalError) -> JournalState {
        try positions.withLock { (positions) throws(JournalError) in try positions.opened().state }
    }

    public func close() async throws(JournalError) {
        try positions.withLock { (positions) throws(JournalError) in
            try positions.opened()
            positions.isClosed = true
        }
        await reader.close()
        try await writer.close()
    }
}
