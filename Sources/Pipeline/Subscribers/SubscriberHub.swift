public import AgentCore
public import Logging
import Platform

/// Who subscribes: the table of subscribers by name, and the threads their callbacks run on. State: the table, behind a
/// lock held for moments.
public final class SubscriberHub: Sendable {
    /// How many there may be.
    public struct Limits: Sendable, Hashable {
        public var subscribers: Int
        /// Those with a callback: each may need a thread.
        public var callbacks: Int

        public init(subscribers: Int = 1000, callbacks: Int = 256) {
            (self.subscribers, self.callbacks) = (subscribers, callbacks)
        }
    }

    private struct Table {
        var subscribers: [String: Subscriber] = [:]
        var isStopped = false
    }

    let source: EntrySource
    private let clock: AgentClock
    private let limits: Limits
    private let log: Logger?
    private let table = Locked(Table())
    private let threads: CallbackThreads

    public init(source: EntrySource, clock: AgentClock, limits: Limits = Limits(), log: Logger? = nil) {
        (self.source, self.clock, self.limits, self.log) = (source, clock, limits, log)
        threads = CallbackThreads(recent: source.recent)
    }

    /// Entries one at a time, in order, on a thread of our own. The callback may block: nobody else waits for it. What
    /// it throws is counted and logged, and the next entry comes.
    public func subscribe(
        _ request: SubscriberRequest, onEach body: @escaping @Sendable (Entry) throws -> Void
    ) throws(SubscriberError) -> Subscription {
        try add(request, .each(body))
    }

    /// Entries as many at a time as there are, in order, on a thread of our own: the way for many of them.
    public func subscribe(
        _ request: SubscriberRequest, onBatch body: @escaping @Sendable ([Entry]) throws -> Void
    ) throws(SubscriberError) -> Subscription {
        try add(request, .batches(body))
    }

    /// Entries to iterate over: `for await batch in subscription.batches`.
    public func subscribe(_ request: SubscriberRequest) throws(SubscriberError) -> Subscription {
        try add(request, .pulled)
    }

    private func add(
        _ request: SubscriberRequest, _ delivery: Subscriber.Delivery
    ) throws(SubscriberError) -> Subscription {
        let highest = source.recent.join()
        var start = highest
        if case .after(let sequence) = request.start { start = sequence }
        var window = SubscriberWindow(after: start, filter: request.filter, queueLimit: request.queueLimit)
        if let suspension = request.suspension { window.suspend(suspension, at: highest) }
        let subscriber = Subscriber(
            request, window: window, delivery: delivery, source: source, clock: clock, log: log,
            call: { [threads] in threads.call() })
        do throws(SubscriberError) {
            try enter(subscriber)
        } catch {
            source.recent.leave()
            throw error
        }
        subscriber.tellMark()
        if subscriber.isCallback { threads.add(subscriber) }
        return Subscription(subscriber, hub: self)
    }

    private func enter(_ subscriber: Subscriber) throws(SubscriberError) {
        let limits = limits
        try table.withLock { table throws(SubscriberError) in
            if table.isStopped { throw .stopped }
            if table.subscribers[subscriber.name] != nil { throw .nameTaken(subscriber.name) }
            if table.subscribers.count >= limits.subscribers { throw .tooMany(limit: limits.subscribers) }
            let callbacks = table.subscribers.values.count(where: \.isCallback)
            if subscriber.isCallback, callbacks >= limits.callbacks { throw .tooMany(limit: limits.callbacks) }
            table.subscribers[subscriber.name] = subscriber
        }
    }

    /// Ends a subscriber. True when a callback of it is under way on another thread.
    func remove(_ subscriber: Subscriber) -> Bool {
        let wasThere = table.withLock { table in
            guard table.subscribers[subscriber.name] === subscriber else { return false }
            table.subscribers[subscriber.name] = nil
            return true
        }
        let isBusy = subscriber.end()
        if wasThere {
            if subscriber.isCallback { threads.remove(subscriber) }
            source.recent.leave()
        }
        return isBusy
    }

    /// The subscription of that name.
    public subscript(name: String) -> Subscription? {
        table.withLock { $0.subscribers[name] }.map { Subscription($0, hub: self) }
    }

    /// All subscribers, by name.
    public var list: [SubscriberStatus] {
        table.withLock { Array($0.subscribers.values) }.map { $0.status() }.sorted { $0.name < $1.name }
    }

    /// Threads for callbacks there are now.
    public var callbackThreads: Int { threads.threads }

    /// Takes no more subscribers; those there are get what was published through `head`, suspended ones nothing more.
    /// Returns when every callback subscriber has it, or has ended.
    public func stop(after head: UInt64) async {
        let subscribers = table.withLock { table in
            table.isStopped = true
            return Array(table.subscribers.values)
        }
        for subscriber in subscribers { subscriber.end(after: head) }
        for subscriber in subscribers where subscriber.isCallback { await subscriber.ended.wait(past: 0) }
    }

    /// Ends them all: the time is up.
    public func abandon() {
        let subscribers = table.withLock { Array($0.subscribers.values) }
        for subscriber in subscribers {
            _ = remove(subscriber)
            subscriber.ended.advance(to: 1)
        }
    }
}
