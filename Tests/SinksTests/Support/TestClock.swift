import AgentCore
import EventModel
import Platform

/// A time of day that only moves when a test says so.
final class TestClock: Sendable {
    private let time: Locked<Timestamp>

    init(_ text: String = "2026-11-21T06:18:00Z") {
        time = Locked(Timestamp(rfc3339: text) ?? Timestamp(nanoseconds: 0))
    }

    func advance(by duration: Duration) {
        time.withLock { $0 = $0.advanced(by: duration) }
    }

    var clock: AgentClock {
        AgentClock(now: { self.time.withLock { $0 } }, sleep: { _ in throw CancellationError() })
    }
}

extension SinkContext {
    func with(clock: TestClock, journal: String? = nil) -> SinkContext {
        var context = self
        context.clock = clock.clock
        context.journal = journal ?? context.journal
        return context
    }
}

/// Waits until the condition holds; false when it does not within the limit.
func eventually(within limit: Duration = .seconds(20), _ condition: () throws -> Bool) async rethrows -> Bool {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try condition() { return true }
        try? await Task.sleep(for: .milliseconds(2))
    }
    return try condition()
}
