public import EventModel
import Platform

extension AgentClock {
    /// A clock that never waits: sleeping moves its time.
    public static func jumping(from start: Timestamp) -> AgentClock {
        let time = Locked(start)
        return AgentClock(
            now: { time.withLock { $0 } },
            sleep: { duration in
                try Task.checkCancellation()
                await Task.yield()
                time.withLock { $0 = $0.advanced(by: duration) }
            })
    }
}
