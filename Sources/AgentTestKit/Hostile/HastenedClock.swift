package import AgentCore
package import EventModel
import Platform

/// A clock that runs many times as fast as the machine's, and that can be set forward and back.
package final class HastenedClock: Sendable {
    private let speed: Int64
    private let begin = ContinuousClock.now
    private let start: Timestamp
    private let offset = Locked(Duration.zero)

    /// `speed`: seconds of this clock in one of the machine's.
    package init(speed: Int64, start: Timestamp = TestClock.start) {
        (self.speed, self.start) = (speed, start)
    }

    /// What time it is.
    package var now: Timestamp {
        start.advanced(by: (ContinuousClock.now - begin) * speed + offset.withLock { $0 })
    }

    /// The clock to hand in: a sleep takes its part of real time, however the clock is set.
    package var clock: AgentClock {
        AgentClock(now: { self.now }, sleep: { try await AgentClock.system.sleep($0 / self.speed) })
    }

    /// Sets it forward, or back.
    package func jump(by duration: Duration) {
        offset.withLock { $0 += duration }
    }
}
