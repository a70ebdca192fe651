extension EventManager {
    /// A stream: the last N or everything after a sequence, then what is published, without gap or repeat.
    public func stream(_ request: StreamRequest) async throws -> EventStream {
        try await openReaders()
        return try await streams.open(request)
    }

    /// The streams there are, in the order they were made.
    public nonisolated var streamList: [StreamStatus] { streams.list }

    /// Ends a stream by its number, telling its reader.
    public nonisolated func removeStream(_ number: UInt64) {
        streams.remove(number)
    }

    /// From now on it is measured, or not, how long after they happened entries are delivered.
    public nonisolated func measureLatency(_ isMeasured: Bool) {
        context.latency.set(isMeasured)
    }

    /// How many streams there may be. May change at any time: streams there are stay.
    public nonisolated func setStreamLimits(_ limits: StreamLimits) {
        streams.limits = limits
    }
}
