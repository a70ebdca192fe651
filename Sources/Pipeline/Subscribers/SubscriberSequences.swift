package import AgentCore

/// The entries of a subscriber, in batches.
package struct SubscriberBatches: AsyncSequence, Sendable {
    package typealias Element = [Entry]
    package typealias Failure = Never

    let subscriber: Subscriber

    package func makeAsyncIterator() -> Iterator {
        Iterator(turns: PulledEntries(subscriber))
    }

    /// Iterates.
    package struct Iterator: AsyncIteratorProtocol {
        let turns: PulledEntries

        package func next() async -> [Entry]? {
            await turns.nextBatch()
        }
    }
}

/// The entries of a subscriber, one by one.
package struct SubscriberEntries: AsyncSequence, Sendable {
    package typealias Element = Entry
    package typealias Failure = Never

    let subscriber: Subscriber

    package func makeAsyncIterator() -> Iterator {
        Iterator(turns: PulledEntries(subscriber))
    }

    /// Iterates.
    package struct Iterator: AsyncIteratorProtocol {
        let turns: PulledEntries

        package func next() async -> Entry? {
            await turns.next()
        }
    }
}
