public import AgentCore

extension EventManager {
    /// Calls back for each entry wanted, in order, on a thread that may block; see `SubscriberHub`. May be called
    /// before `start`.
    public func subscribe(
        _ request: SubscriberRequest, onEach body: @escaping @Sendable (Entry) throws -> Void
    ) async throws -> Subscription {
        try await openReaders()
        return try subscribers.subscribe(request, onEach: body)
    }

    /// Calls back with as many of the entries wanted as there are.
    public func subscribe(
        _ request: SubscriberRequest, onBatch body: @escaping @Sendable ([Entry]) throws -> Void
    ) async throws -> Subscription {
        try await openReaders()
        return try subscribers.subscribe(request, onBatch: body)
    }

    /// The entries wanted, to iterate over: `for await batch in subscription.batches`.
    public func subscribe(_ request: SubscriberRequest) async throws -> Subscription {
        try await openReaders()
        return try subscribers.subscribe(request)
    }

    /// The subscription of that name; nil when there is none.
    public nonisolated func subscription(named name: String) -> Subscription? {
        subscribers[name]
    }

    /// All subscribers with their counters, by name.
    public nonisolated var subscriberList: [SubscriberStatus] { subscribers.list }

    /// Live readers begin where the journal is now. Before the start as well: nothing is committed until then.
    func openReaders() async throws(JournalError) {
        guard phase == .idle || phase == .starting else { return }
        let head = try await context.journal.state().head
        context.recent.open(at: head)
        context.head.advance(to: head)
    }

    /// Subscribers and streams get what was committed, and are told that this is the end.
    func stopReaders() async {
        let head = context.recent.head
        streams.stop(after: head)
        await subscribers.stop(after: head)
    }
}
