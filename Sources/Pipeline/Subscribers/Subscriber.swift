import AgentCore
import EventModel
import Glibc
import Logging
import Platform
import Synchronization

/// A subscriber's place and state; performs what its `SubscriberWindow` decides.
///
/// Whoever hands out entries holds the offer: a callback thread, or the task that iterates. State: `state`, behind a
/// lock held for moments; `mark` and `epoch` are told from it, so that many subscribers can be looked over cheaply.
final class Subscriber: Sendable {
    /// How entries are handed out.
    enum Delivery: Sendable {
        case each(@Sendable (Entry) throws -> Void)
        case batches(@Sendable ([Entry]) throws -> Void)
        case pulled
    }

    struct State {
        var window: SubscriberWindow
        var suspendedSince: Timestamp?
        var failures = 0
        var lastError: String?
        /// Brought from the journal, for the next turn.
        var fetched: Page?
        var fetching: Task<Void, Never>?
        /// The thread within the callback.
        var thread: pthread_t?
        var isPulled = false
    }

    let name: String
    let since: Timestamp
    let delivery: Delivery
    let source: EntrySource
    let clock: AgentClock
    let log: Logger?
    /// There is something to do once the head is past it; only for callbacks.
    let mark = Atomic<UInt64>(.max)
    /// Changes with each suspend, resume and end: what is handed out one by one stops there.
    let epoch = Atomic<UInt64>(0)
    /// Rings for the task that iterates.
    let bell = Watermark()
    /// Passes 0 when nothing will be handed out any more.
    let ended = Watermark()
    let state: LockedCondition<State>
    /// Rings for a callback thread.
    let call: @Sendable () -> Void

    init(
        _ request: SubscriberRequest, window: SubscriberWindow, delivery: Delivery, source: EntrySource,
        clock: AgentClock, log: Logger?, call: @escaping @Sendable () -> Void
    ) {
        (name, self.delivery, self.source) = (request.name, delivery, source)
        (self.clock, self.log, self.call) = (clock, log, call)
        since = clock.now()
        state = LockedCondition(State(window: window))
    }

    var isCallback: Bool {
        if case .pulled = delivery { false } else { true }
    }

    /// Nothing is handed out from now on but what is being handed out: of a batch given one by one, only the entry
    /// under way.
    func suspend(_ suspension: Suspension) {
        let now = clock.now()
        change { [source] state in
            state.window.suspend(suspension, at: source.recent.highest)
            if state.window.suspension != nil { state.suspendedSince = state.suspendedSince ?? now }
        }
    }

    /// It goes on.
    func resume() {
        change { [source] state in
            state.window.resume(at: source.recent.highest)
            state.suspendedSince = nil
        }
    }

    /// Hands out what was published through `head`, if it is not suspended, and no more.
    func end(after head: UInt64) {
        change { $0.window.end(after: head) }
    }

    /// Hands out nothing any more. True when the callback under way is somebody else's to wait for.
    @discardableResult
    func end() -> Bool {
        let isBusyElsewhere = state.withLock { state in
            state.window.end()
            state.fetching?.cancel()
            state.fetched = nil
            guard let thread = state.thread else { return false }
            return pthread_equal(thread, pthread_self()) == 0
        }
        epoch.add(1, ordering: .releasing)
        source.recent.forget(bell)
        tellMark()
        bell.advance()
        return isBusyElsewhere
    }

    /// Returns when no callback is under way. Blocks the thread.
    func waitUntilIdle() {
        state.wait { $0.thread == nil ? .done(()) : .sleep(atMost: nil) }
    }

    private func change(_ body: @Sendable (inout State) -> Void) {
        state.withLock { body(&$0) }
        epoch.add(1, ordering: .releasing)
        tellMark()
        bell.advance()
        if isCallback { call() }
    }

    /// Works out when there is something to do next.
    func tellMark() {
        let head = source.recent.head
        // Stored within the lock: the mark of an older state must not come after that of a newer one.
        let isEnded = state.withLock { state -> Bool in
            let next = mark(state: &state, head: head)
            mark.store(next ?? .max, ordering: .releasing)
            return next == nil
        }
        if isEnded {
            ended.advance(to: 1)
            bell.advance()
        }
    }

    /// Nil when it has ended.
    private func mark(state: inout State, head: UInt64) -> UInt64? {
        if state.thread != nil { return .max }
        if state.fetched != nil { return 0 }
        switch state.window.next(head: head) {
        case .wait(let past): return past
        case .take(let after): return state.fetching == nil ? after : .max
        case .end: return nil
        }
    }

    /// Looks at what the recent entries hold for a suspended subscriber, so that its counters are of now.
    private func look() {
        let head = source.recent.head
        let position = state.withLock { state -> UInt64? in
            guard state.window.suspension != nil, state.thread == nil else { return nil }
            _ = state.window.next(head: head)
            return state.window.position
        }
        guard var position else { return }
        while case .entries(let entries) = source.recent.take(after: position) {
            let next = state.withLock { state -> UInt64 in
                if state.window.suspension != nil { _ = state.window.received(entries, lowest: position + 1) }
                return state.window.position
            }
            if next <= position { return }
            position = next
        }
    }

    /// The subscriber at a glance.
    func status() -> SubscriberStatus {
        look()
        let head = source.recent.head
        return state.withLock { state in
            let window = state.window
            return SubscriberStatus(
                name: name, filter: window.filter, since: since, counts: window.counts, queued: window.queued,
                lag: head > window.cursor ? head - window.cursor : 0, suspension: window.suspension,
                suspendedSince: state.suspendedSince, failures: state.failures, lastError: state.lastError)
        }
    }
}
