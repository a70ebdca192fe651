import AgentCore
import Platform

/// Compresses rows of commits before they come, on a thread of its own: while the journal's writer waits for the disk.
///
/// What it makes is used only where it is exactly what the writer would make: the same events, all of them news, with
/// the same numbers. Its thread starts with the first commit that is expected, and sleeps while there is none.
final class RowsAhead: Sendable {
    private struct State: Sendable {
        /// In the order they were announced.
        var expected: [ExpectedCommit] = []
        var waiting: [ExpectedCommit] = []
        var sources = KnownNames()
        var types = KnownNames()
        var isRunning = false
        var isOver = false
    }

    /// Commits that are expected at a time: the oldest is forgotten, its collector reads something else by now.
    private static let limit = 2

    private let state = LockedCondition(State())

    deinit {
        state.change { $0.isOver = true }
    }

    /// Whether any commit was ever expected.
    var isUsed: Bool { state.withLock { $0.isRunning } }

    /// Begins to compress what will be committed.
    func expect(_ events: [EncodedEvent]) {
        let commit = ExpectedCommit(events)
        let (isRunning, forgotten) = state.change { state in
            state.expected.append(commit)
            state.waiting.append(commit)
            let forgotten = state.expected.count > Self.limit ? state.expected.removeFirst() : nil
            defer { state.isRunning = true }
            return (state.isRunning, forgotten)
        }
        forgotten?.drop()
        if !isRunning { Thread.start(name: "journal-ahead") { [state] in Self.run(state) } }
    }

    /// The numbers that names have in the journal.
    func learn(sources: [UTF8Key: Int64], types: [UTF8Key: Int64]) {
        state.withLock {
            $0.sources = KnownNames(sources); $0.types = KnownNames(types)
        }
    }

    /// What was made of these events, if they were expected.
    func take(_ events: [EncodedEvent]) -> ExpectedCommit? {
        state.withLock { state in
            state.expected.firstIndex { $0.is(events) }.map { state.expected.remove(at: $0) }
        }
    }

    private static func run(_ state: LockedCondition<State>) {
        let packer = RowPacker(sources: KnownNames(), types: KnownNames())
        while let commit = next(state, packer) { commit.pack(by: packer) }
    }

    private static func next(_ state: LockedCondition<State>, _ packer: RowPacker) -> ExpectedCommit? {
        let next: (ExpectedCommit, KnownNames, KnownNames)? = state.wait { state in
            if state.isOver { return .done(nil) }
            if state.waiting.isEmpty { return .sleep(atMost: nil) }
            return .done((state.waiting.removeFirst(), state.sources, state.types))
        }
        guard let next else { return nil }
        packer.use(sources: next.1, types: next.2)
        return next.0
    }
}
