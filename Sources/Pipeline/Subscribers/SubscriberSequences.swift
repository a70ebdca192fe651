public import AgentCore

/// The entries of a subscriber, in batches.
public struct SubscriberBatches: AsyncSequence, Sendable {
    public typealias Element = [Entry]
    public typealias Failure = Never

    let subscriber: Subscriber

    public func makeAsyncIterator() -> Iterator {
        Iterator(turns: PulledEntries(subscriber))
    }

    /// Iterates.
    public struct Iterator: AsyncIteratorProtocol {
        let turns: PulledEntries

        public func next() async -> [Entry]? {
            await turns.nextBatch()
        }
    }
}

/// The entries of a subscriber, one by one.
public struct SubscriberEntries: AsyncSequence, Sendable {
    public typealias Element = Entry
    public typealias Failure = Never

    let subscriber: Subscriber

    public func makeAsyncIterator() -> Iterator {
        Iterator(turns: PulledEntries(subscriber))
    }

    /// Iterates.
    public struct Iterator: AsyncIteratorProtocol {
        let turns: PulledEntries

        public func next() async -> Entry? {
            await turns.next()
        }
    }
}
