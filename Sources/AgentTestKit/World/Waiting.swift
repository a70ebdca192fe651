package import AgentCore

/// What a test waited for did not come.
package struct WaitedInVain: Error, CustomStringConvertible {
    /// What was waited for.
    package let condition: String
    /// How long.
    package let limit: Duration

    package init(condition: String, limit: Duration) {
        (self.condition, self.limit) = (condition, limit)
    }

    package var description: String { "waited \(limit) in vain until \(condition)" }
}

/// Waits until a condition holds, looking every few milliseconds; throws `WaitedInVain` at the limit.
///
///     try await waitUntil("the collector is destroyed") { vcenter.counters.collectors == 0 }
package func waitUntil(
    _ description: String, limit: Duration = .seconds(20), clock: AgentClock = .system,
    condition: @Sendable () async throws -> Bool
) async throws {
    let start = ContinuousClock.now
    while try await !condition() {
        if ContinuousClock.now - start > limit { throw WaitedInVain(condition: description, limit: limit) }
        try await clock.sleep(.milliseconds(3))
    }
}
