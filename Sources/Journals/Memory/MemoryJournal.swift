public import AgentCore
import EventModel
import Platform

/// A journal that forgets with the process: a ring in memory, for tests, trials and sources that can be read again.
///
/// Where the policy bounds neither count nor bytes, it holds at most 100,000 entries and 64 MiB of bodies. Every
/// opening is a new history.
public final class MemoryJournal: Journal {
    /// It has no members of its own.
    public struct Configuration: Configurable {
        public init() {}
        public init(from reader: inout ConfigurationReader) {}
    }

    public static let kind = "memory"

    public let instance = JournalInstance.random()
    private let log: Locked<MemoryLog>
    private let clock: AgentClock

    public init(_ configuration: Configuration, policy: RetentionPolicy, clock: AgentClock) {
        self.clock = clock
        log = Locked(MemoryLog(policy: Self.bounded(policy)))
    }

    /// The policy with the default bounds where it has none.
    private static func bounded(_ policy: RetentionPolicy) -> RetentionPolicy {
        guard policy.count == nil, policy.bytes == nil else { return policy }
        var policy = policy
        (policy.count, policy.bytes) = (100_000, 64 << 20)
        return policy
    }

    public func commit(
        _ events: [EncodedEvent], checkpoint: Checkpoint?, of collector: String
    ) async throws(JournalError) -> Commit {
        let now = clock.now()
        return try open { log throws(JournalError) in
            try log.commit(events, checkpoint: checkpoint, of: collector, at: now)
        }
    }

    public func checkpoint(of collector: String) async throws(JournalError) -> Checkpoint? {
        try open { $0.checkpoints[collector] }
    }

    public func sources(of collector: String) async throws(JournalError) -> Set<String> {
        try open { $0.sources.of(collector) }
    }

    public func read(after sequence: UInt64, limit: ReadLimit) async throws(JournalError) -> Page {
        try open { $0.read(after: sequence, limit: limit) }
    }

    public func attach(sinks: [String]) async throws(JournalError) {
        try open { $0.attach(sinks) }
    }

    public func cursor(of sink: String) async throws(JournalError) -> UInt64? {
        try open { $0.cursors[sink] }
    }

    public func acknowledge(
        through sequence: UInt64, refused: [DeadLetter], by sink: String
    ) async throws(JournalError) {
        let now = clock.now()
        try open { $0.acknowledge(through: sequence, refused: refused, by: sink, at: now) }
    }

    public func trim() async throws(JournalError) -> Trim {
        let now = clock.now()
        return try open { $0.trim(at: now) }
    }

    public func setPolicy(_ policy: RetentionPolicy) async throws(JournalError) -> Trim {
        let (policy, now) = (Self.bounded(policy), clock.now())
        return try open { $0.setPolicy(policy, at: now) }
    }

    public func deadLetters(after number: UInt64, limit: Int) async throws(JournalError) -> [KeptDeadLetter] {
        try open { Array($0.deadLetters.filter { $0.number > number }.prefix(limit)) }
    }

    public func removeDeadLetters(_ numbers: [UInt64]) async throws(JournalError) {
        try open { $0.removeDeadLetters(numbers) }
    }

    public func state() async throws(JournalError) -> JournalState {
        try open { $0.state }
    }

    public func close() async throws(JournalError) {
        try open { $0 = MemoryLog(policy: .init(), isClosed: true) }
    }

    private func open<Value: Sendable>(
        _ body: @Sendable (inout MemoryLog) throws(JournalError) -> Value
    ) throws(JournalError) -> Value {
        try log.withLock { log throws(JournalError) in
            guard !log.isClosed else { throw .closed }
            return try body(&log)
        }
    }
}
