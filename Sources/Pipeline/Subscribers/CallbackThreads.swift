import Glibc
import Platform
import Synchronization

/// The threads that callbacks run on: none while nobody has subscribed one, a few that take turns while all is well,
/// and one more for each callback that blocks, so that it harms nobody else.
///
/// A thread takes the next subscriber that has something to do, for one run of entries, and goes round. Before it calls
/// back it sees to it that somebody looks after the others, should the callback block. Two callbacks
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
        /// Sleepers that look again by themselves.
        var timed = 0
        /// Sleepers that were rung for and have not woken yet.
        var called = 0
        /// A thread looks for more: nobody need be woken.
        var isGlancing = false

        /// Threads that will look for a turn without being told.
        var awake: Int { threads - running.count - sleeping + called }
    }

    /// What a thread does before it calls back.
    private enum Errand {
        case start, ring
    }

    private enum Next: Sendable {
        case turn(Subscriber, Errand?)
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
        perform(state.withLock { $0.isGlancing ? nil : substitute(&$0) })
    }

    /// A thread that shall look, where none will by itself.
    private func substitute(_ state: inout State) -> Errand? {
        if state.sleeping > 0 {
            state.called = min(state.called + 1, state.sleeping)
            return .ring
        }
        guard state.threads == state.running.count, state.subscribers.count > state.running.count else { return nil }
        state.threads += 1
        return .start
    }

    private func perform(_ errand: Errand?) {
        switch errand {
        case .start: start()
        case .ring: state.ring()
        case nil: break
        }
    }

    private func start() {
        Thread.start(name: "subscribers") { self.run() }
    }

    private func run() {
        while case .turn(let subscriber, let errand) = next() {
            perform(errand)
            subscriber.turn()
            subscriber.tellMark()
            state.withLock { $0.running.removeAll { $0.subscriber === subscriber } }
        }
    }

    private func next() -> Next {
        let (turn, glances) = state.withLock { state -> (Next?, Bool) in
            if let turn = pick(&state) { return (turn, false) }
            defer { state.isGlancing = true }
            return (nil, !state.isGlancing)
        }
        if let turn { return turn }
        if glances { glance() }
        return sleep(hasGlanced: glances)
    }

    /// The next event is often microseconds away, and waking a sleeping thread costs who commits more than that.
    private func glance() {
        let head = recent.head
        for _ in 0..<Self.glances where recent.head == head { sched_yield() }
    }

    private func sleep(hasGlanced: Bool) -> Next {
        var (endsGlance, isSleeping, isTimed) = (hasGlanced, false, false)
        return state.wait { state in
            if endsGlance { state.isGlancing = false }
            if isSleeping {
                state.sleeping -= 1
                state.timed -= isTimed ? 1 : 0
                state.called = max(0, state.called - 1)
            }
            (endsGlance, isSleeping) = (false, false)
            if let turn = pick(&state) { return .done(turn) }
            guard !state.subscribers.isEmpty, let limit = limit(&state) else {
                state.threads -= 1
                return .done(.end)
            }
            (isSleeping, isTimed) = (true, limit.atMost != nil)
            state.sleeping += 1
            state.timed += isTimed ? 1 : 0
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
        return .turn(subscriber, errand(&state))
    }

    /// What is to be done for the others, before a callback that may block.
    private func errand(_ state: inout State) -> Errand? {
        if state.awake > 0 { return nil }
        if state.sleeping > 0 {
            // As many run as may: it is enough that somebody looks whether they block.
            if state.timed > 0, state.running.count >= Self.width { return nil }
            let (ready, mark) = find(&state)
            if ready == nil, wakes(past: mark) { return nil }
        }
        return substitute(&state)
    }

    /// A thread will be called when the head passes this. False when it has.
    private func wakes(past mark: UInt64) -> Bool {
        recent.wake(self, past: mark) { [weak self] in self?.call() }
    }

    /// How long a thread sleeps that found no turn; nil when it is not needed any more.
    private func limit(_ state: inout State) -> (atMost: Duration?, Void)? {
        while true {
            let (ready, mark) = find(&state)
            if ready != nil { return (Self.patience, ()) }
            // Who glances sees to it.
            if state.isGlancing || wakes(past: mark) { break }
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
