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
        var isSleeping = false
        return state.wait { state in
            if isSleeping {
                isSleeping = false
                state.sleeping -= 1
            }
            return look(&state, &isSleeping)
        }
    }

    private func look(_ state: inout State, _ isSleeping: inout Bool) -> LockedCondition<State>.Step<Next> {
        if state.subscribers.isEmpty {
            state.threads -= 1
            return .done(.end)
        }
        let (ready, mark) = find(&state)
        guard let ready else {
            guard recent.wake(self, past: mark, { [weak self] in self?.call() }) else {
                return look(&state, &isSleeping)
            }
            if state.sleeping >= Self.idleThreads {
                state.threads -= 1
                return .done(.end)
            }
            return sleep(&state, &isSleeping, atMost: nil)
        }
        let now = ContinuousClock.now
        let active = state.running.count { now - $0.since < Self.patience }
        if active >= Self.width { return sleep(&state, &isSleeping, atMost: Self.patience) }
        state.turn = (ready + 1) % state.subscribers.count
        state.running.append(Running(subscriber: state.subscribers[ready], since: now))
        let startsThread =
            state.sleeping == 0 && state.threads == state.running.count
            && state.subscribers.count > state.running.count
        if startsThread { state.threads += 1 }
        return .done(.turn(state.subscribers[ready], startsThread: startsThread))
    }

    private func sleep(
        _ state: inout State, _ isSleeping: inout Bool, atMost limit: Duration?
    ) -> LockedCondition<State>.Step<Next> {
        isSleeping = true
        state.sleeping += 1
        return .sleep(atMost: limit)
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
