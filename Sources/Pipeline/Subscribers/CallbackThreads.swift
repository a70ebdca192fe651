import Glibc
import Platform
import Synchronization

/// The threads that callbacks run on: none while nobody has subscribed one, a few that take turns while all is well,
/// and one more for each callback that blocks, so that it harms nobody else.
///
/// A thread takes the next subscriber that has something to do, for one run of entries, and goes round. Two callbacks
/// run at once; one that takes longer than 10 ms is not counted any more, and another thread takes over what waits
/// behind it. There are never more threads than callback subscribers and one. Nothing is timed while nothing waits.
final class CallbackThreads: Sendable {
    /// Callbacks that run at once, besides those that block: smallest hosts have two cores.
    private static let width = 2
    /// How long a callback may take before somebody stands in for it.
    private static let patience = Duration.milliseconds(10)
    /// How often a thread looks for more before it sleeps: some 20 µs in all.
    private static let glances = 50
    /// Threads that stay when there is nothing to do.
    private static let idleThreads = 2

    private struct Running {
        var subscriber: Subscriber
        var since: ContinuousClock.Instant
    }

    private struct State {
        var subscribers: [Subscriber] = []
        /// Whose turn it is.
        var turn = 0
        var running: [Running] = []
        var threads = 0
        var sleeping = 0
    }

    private enum Next: Sendable {
        case turn(Subscriber, startsThread: Bool)
        case end
    }

    private let recent: RecentEntries
    private let state = LockedCondition(State())

    init(recent: RecentEntries) {
        self.recent = recent
    }

    deinit {
        recent.forget(self)
    }

    /// Gives a subscriber its turns from now on.
    func add(_ subscriber: Subscriber) {
        state.withLock { $0.subscribers.append(subscriber) }
        call()
    }

    /// Gives it no more turns. One under way goes on.
    func remove(_ subscriber: Subscriber) {
        let isLast = state.withLock { state in
            state.subscribers.removeAll { $0 === subscriber }
            state.turn = 0
            return state.subscribers.isEmpty
        }
        if isLast {
            recent.forget(self)
            state.ringAll()
        }
    }

    /// Threads there are now.
    var threads: Int { state.withLock { $0.threads } }

    /// Somebody may have something to do: wakes a thread, or starts one where all are busy.
    func call() {
        let starts = state.withLock { state in
            guard state.sleeping == 0, state.subscribers.count > state.running.count,
                state.threads == state.running.count
            else { return false }
            state.threads += 1
            return true
        }
        if starts { start() } else { state.ring() }
    }

    private func start() {
        Thread.start(name: "subscribers") { self.run() }
    }

    private func run() {
        while case .turn(let subscriber, let startsThread) = next() {
            if startsThread { start() }
            subscriber.turn()
            subscriber.tellMark()
            state.withLock { $0.running.removeAll { $0.subscriber === subscriber } }
        }
    }

    private func next() -> Next {
        if let turn = state.withLock({ pick(&$0) }) { return turn }
        // The next event is often microseconds away, and waking a sleeping thread costs who commits more than that.
        let head = recent.head
        for _ in 0..<Self.glances where recent.head == head { sched_yield() }
        var isSleeping = false
        return state.wait { state in
            if isSleeping { state.sleeping -= 1 }
            isSleeping = false
            if state.subscribers.isEmpty {
                state.threads -= 1
                return .done(.end)
            }
            if let turn = pick(&state) { return .done(turn) }
            guard let limit = limit(&state) else {
                state.threads -= 1
                return .done(.end)
            }
            isSleeping = true
            state.sleeping += 1
            return .sleep(atMost: limit.atMost)
        }
    }

    /// The next turn; nil when there is nothing to do, or nobody may do it yet.
    private func pick(_ state: inout State) -> Next? {
        guard let ready = find(&state).ready else { return nil }
        let now = ContinuousClock.now
        guard state.running.count(where: { now - $0.since < Self.patience }) < Self.width else { return nil }
        let subscriber = state.subscribers[ready]
        state.turn = (ready + 1) % state.subscribers.count
        state.running.append(Running(subscriber: subscriber, since: now))
        let startsThread =
            state.sleeping == 0 && state.threads == state.running.count
            && state.subscribers.count > state.running.count
        if startsThread { state.threads += 1 }
        return .turn(subscriber, startsThread: startsThread)
    }

    /// How long a thread sleeps that found no turn; nil when it is not needed any more.
    private func limit(_ state: inout State) -> (atMost: Duration?, Void)? {
        while true {
            let (ready, mark) = find(&state)
            if ready != nil { return (Self.patience, ()) }
            if recent.wake(self, past: mark, { [weak self] in self?.call() }) { break }
        }
        return state.sleeping < Self.idleThreads ? (nil, ()) : nil
    }

    /// The next one after the last turn that has something to do, or else the least mark of those that wait.
    private func find(_ state: inout State) -> (ready: Int?, mark: UInt64) {
        let head = recent.head
        var least = UInt64.max
        for step in state.subscribers.indices {
            let index = (state.turn + step) % state.subscribers.count
            let mark = state.subscribers[index].mark.load(ordering: .acquiring)
            if mark >= head {
                least = min(least, mark)
                continue
            }
            if !state.running.contains(where: { $0.subscriber === state.subscribers[index] }) { return (index, mark) }
        }
        return (nil, least)
    }
}
