package import AgentCore
import Platform

/// A journal for tests: a `SimulatedHistory` behind the contract, which fails when it is told to and says what was
/// called.
package final class SimulatedJournal: Journal {
    package typealias Configuration = ScriptedConfiguration

    /// What was called, as far as order matters to tests.
    package enum Call: Sendable, Hashable {
        case attach([String])
        case commit(of: String, events: Int)
        case acknowledge(through: UInt64, by: String)
        case trim
        case close
    }

    private struct State {
        var history: SimulatedHistory
        var calls: [Call] = []
        var reads = 0
        var commitFailures: [JournalError] = []
        var expected: [EncodedEvent] = []
        var isClosed = false
    }

    package static let kind = "simulated"

    package let instance = "simulated000"
    private let state: Locked<State>

    package init(policy: RetentionPolicy = RetentionPolicy()) {
        state = Locked(State(history: SimulatedHistory(policy: policy)))
    }

    package convenience init(
        _ configuration: ScriptedConfiguration, policy: RetentionPolicy, clock: AgentClock
    ) async throws(JournalError) {
        self.init(policy: policy)
    }

    /// What it holds now.
    package var history: SimulatedHistory { state.withLock { $0.history } }

    /// What was called so far, in order.
    package var calls: [Call] { state.withLock { $0.calls } }

    /// How often it was read.
    package var reads: Int { state.withLock { $0.reads } }

    /// What it was told would be committed.
    package var expected: [EncodedEvent] { state.withLock { $0.expected } }

    package func expect(_ events: [EncodedEvent]) {
        state.withLock { $0.expected += events }
    }

    /// The next commits of collectors fail so, one after the other; the agent's own do not.
    package func failCommits(_ errors: [JournalError]) {
        state.withLock { $0.commitFailures = errors.reversed() }
    }

    /// After the end in order, or a crash of its owner: the same history, opened again.
    package func reopen() {
        state.withLock { state in
            state.history.close()
            (state.isClosed, state.calls) = (false, [])
        }
    }

    package func commit(
        _ events: [EncodedEvent], checkpoint: Checkpoint?, of collector: String
    ) async throws(JournalError) -> Commit {
        try call(.commit(of: collector, events: events.count)) { state throws(JournalError) in
            if collector != "agent", let error = state.commitFailures.popLast() { throw error }
            return try state.history.commit(events, checkpoint: checkpoint, of: collector)
        }
    }

    package func checkpoint(of collector: String) async throws(JournalError) -> Checkpoint? {
        try call(nil) { $0.history.checkpoints[collector] }
    }

    package func sources(of collector: String) async throws(JournalError) -> Set<String> {
        try call(nil) { $0.history.sources[collector] ?? [] }
    }

    package func read(after sequence: UInt64, limit: ReadLimit) async throws(JournalError) -> Page {
        try call(nil) { state in
            state.reads += 1
            return state.history.read(after: sequence, limit: limit)
        }
    }

    package func attach(sinks: [String]) async throws(JournalError) {
        try call(.attach(sinks)) { $0.history.attach(sinks) }
    }

    package func cursor(of sink: String) async throws(JournalError) -> UInt64? {
        try call(nil) { $0.history.cursors[sink] }
    }

    package func acknowledge(
        through sequence: UInt64, refused: [DeadLetter], by sink: String
    ) async throws(JournalError) {
        try call(.acknowledge(through: sequence, by: sink)) {
            $0.history.acknowledge(through: sequence, refused: refused, by: sink)
        }
    }

    package func trim() async throws(JournalError) -> Trim {
        try call(.trim) { $0.history.trim() }
    }

    package func setPolicy(_ policy: RetentionPolicy) async throws(JournalError) -> Trim {
        try call(nil) { $0.history.setPolicy(policy) }
    }

    package func deadLetters(after number: UInt64, limit: Int) async throws(JournalError) -> [KeptDeadLetter] {
        try call(nil) { Array($0.history.deadLetters.filter { $0.number > number }.prefix(limit)) }
    }

    package func removeDeadLetters(_ numbers: [UInt64]) async throws(JournalError) {
        try call(nil) { $0.history.removeDeadLetters(numbers) }
    }

    package func state() async throws(JournalError) -> JournalState {
        try call(nil) { state in
            let history = state.history
            return JournalState(
                lowest: history.lowest, head: history.head, count: history.count, bytes: 0, dropped: history.dropped,
                cursors: history.cursors, deadLetters: history.deadLetters.count)
        }
    }

    package func close() async throws(JournalError) {
        try call(.close) { $0.isClosed = true }
    }

    private func call<Result: Sendable>(
        _ call: Call?, _ body: (inout sending State) throws(JournalError) -> Result
    ) throws(JournalError) -> Result {
        try state.withLock { state throws(JournalError) in
            if state.isClosed { throw .closed }
            if let call { state.calls.append(call) }
            return try body(&state)
        }
    }
}
