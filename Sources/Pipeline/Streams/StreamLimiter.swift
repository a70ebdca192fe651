/// How many streams there may be, and how far they may fall behind.
package struct StreamLimits: Sendable, Hashable {
    package var streams: Int
    package var streamsPerClient: Int
    /// Entries a live stream may be behind before it is ended.
    package var lag: UInt64

    package init(streams: Int = 100, streamsPerClient: Int = 15, lag: UInt64 = 10_000) {
        (self.streams, self.streamsPerClient, self.lag) = (streams, streamsPerClient, lag)
    }
}

/// Counts streams, in all and by client.
package struct StreamLimiter: Sendable, Hashable {
    /// May change at any time; streams there are stay.
    package var limits: StreamLimits
    package private(set) var count = 0
    private var clients: [String: Int] = [:]

    package init(limits: StreamLimits = StreamLimits()) {
        self.limits = limits
    }

    /// Streams of a client.
    package func count(of client: String) -> Int { clients[client] ?? 0 }

    /// One more, or why not.
    package mutating func enter(_ client: String) throws(StreamError) {
        if count >= limits.streams { throw .tooMany(limit: limits.streams) }
        if count(of: client) >= limits.streamsPerClient {
            throw .tooManyForClient(client, limit: limits.streamsPerClient)
        }
        count += 1
        clients[client, default: 0] += 1
    }

    /// One less. Of a client that has none nothing changes.
    package mutating func leave(_ client: String) {
        guard let its = clients[client] else { return }
        count -= 1
        clients[client] = its > 1 ? its - 1 : nil
    }
}
