import AgentCore
import EventModel

/// How long a poll may still wait. Wake-ups that bring no news are bounded too.
struct WaitBudget {
    private static let maximumWakeUps = 100

    private let clock: AgentClock
    private var deadline: Timestamp?
    private var wakeUps = 0
    private(set) var isSpent = false

    init(clock: AgentClock) {
        self.clock = clock
    }

    /// The seconds the next wait may take.
    mutating func take() -> Int {
        let now = clock.now()
        let end = deadline ?? now.advanced(by: .seconds(VSphereSource.longestWait))
        deadline = end
        wakeUps += 1
        let left = Int(end.since(now).components.seconds)
        if left <= 1 || wakeUps >= Self.maximumWakeUps { isSpent = true }
        return min(max(left, 1), VSphereSource.longestWait)
    }

    /// The poll shall not wait again.
    mutating func spend() {
        isSpent = true
    }
}
