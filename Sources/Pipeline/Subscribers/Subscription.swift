import Platform

/// A subscriber in the hands of who subscribed. Everything here may be called from any thread or task, and from within
/// the subscriber's own callback.
public final class Subscription: Sendable {
    let subscriber: Subscriber
    private let hub: SubscriberHub

    init(_ subscriber: Subscriber, hub: SubscriberHub) {
        (self.subscriber, self.hub) = (subscriber, hub)
    }

    public var name: String { subscriber.name }

    /// Filter, counters, state.
    public var status: SubscriberStatus { subscriber.status() }

    public var isSuspended: Bool { subscriber.state.withLock { $0.window.suspension != nil } }

    /// Holds it: what is published from now on is queued or discarded. An entry or a batch that is being handed out is
    /// the last. Of a suspended one only the mode changes. What had been published before is kept for it either way.
    public func suspend(_ suspension: Suspension) {
        subscriber.suspend(suspension)
    }

    /// It goes on: first what waits from before it was suspended, then what was queued, then the rest, in order.
    public func resume() {
        subscriber.resume()
    }

    /// Ends it, and frees its name. When this returns, nothing is handed out any more: a callback under way on another
    /// thread is waited for, blocking this one; called from within that callback, it is the last.
    public func unsubscribe() {
        if hub.remove(subscriber) { subscriber.waitUntilIdle() }
    }

    /// Ends it, and frees its name. When this returns, nothing is handed out any more: a callback under way is waited
    /// for.
    public func unsubscribe() async {
        guard hub.remove(subscriber) else { return }
        await subscriber.ended.wait(past: 0)
    }

    /// The entries in batches as they come: the way for many of them. One task iterates at a time. Ends when the
    /// subscriber is ended or the agent has stopped; at once, for a subscriber with a callback.
    public var batches: SubscriberBatches { SubscriberBatches(subscriber: subscriber) }

    /// The entries one by one. What was not taken when the iteration ends is taken by the next.
    public var entries: SubscriberEntries { SubscriberEntries(subscriber: subscriber) }
}
