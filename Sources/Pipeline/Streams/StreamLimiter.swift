/// How many streams there may be, and how far they may fall behind.
public struct StreamLimits: Sendable, Hashable {
    public var streams: Int
    public var streamsPerClient: Int
    /// Entries a live stream may be behind before it is ended.
    public var lag: UInt64

    public init(streams: Int = 100, streamsPerClient: Int = 15, lag: UInt64 = 10_000) {
        (self.streams, self.streamsPerClient, self.lag) = (streams, streamsPerClient, lag)
    }
}

/// Counts streams, in all and by client.
public struct StreamLimiter: Sendable, Hashable {
    /// May change at any time; streams there are stay.
    public var limits: StreamLimits
    public private(set) var count = 0
    private var clients: [String: Int] = [:]

    public init(limits: StreamLimits = StreamLimits()) {
        self.limits = limits
    }

    /// Streams of a client.
    public func count(of client: String) -> Int { clients[client] ?? 0 }

    /// One more, or why not.
    public mutating func enter(_ client: String) throws(StreamError) {
        if count >= limits.streams { throw .tooMany(limit: limits.streams) }
        if count(of: client) >= limits.streamsPerClient {
            throw .tooManyForClient(client, limit: limits.streamsPerClient)
        }
        count += 1
        clients[client, default: 0] += 1
    }

    /// One less. Of a client that has none nothing changes.
    public mutating func leave(_ client: String) {
        guard let its = clients[client] else { return }
        count -= 1
        clients[client] = its > 1 ? its - 1 : nil
    }
}
