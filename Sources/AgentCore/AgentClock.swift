public import EventModel
import Glibc

/// The time of day and the passing of time, handed in so that tests and replays decide both.
public struct AgentClock: Sendable {
    /// Now, by the wall clock.
    public var now: @Sendable () -> Timestamp
    /// Returns after the duration; throws `CancellationError` at once when the task is cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void

    public init(
        now: @escaping @Sendable () -> Timestamp, sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        (self.now, self.sleep) = (now, sleep)
    }

    /// The machine's own clock.
    public static let system = AgentClock(
        now: {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
        },
        sleep: { try await ContinuousClock().sleep(for: $0) }
    )
}
