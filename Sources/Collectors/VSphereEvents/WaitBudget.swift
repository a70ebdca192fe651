import AgentCore
import EventModel

/// How long a poll may go on waiting. Wake-ups that bring no news are bounded too.
///
/// Every wait asks the server for the same time, so that a replayed session asks what the recorded one asked: a poll
/// that was woken for nothing begins no new wait after `patience`.
struct WaitBudget {
    private static let patience = Duration.seconds(5)
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
        let end = deadline ?? now.advanced(by: Self.patience)
        deadline = end
        wakeUps += 1
        isSpent = isSpent || now >= end || wakeUps >= Self.maximumWakeUps
        return VSphereSource.longestWait
    }

    /// The poll shall not wait again.
    mutating func spend() {
        isSpent = true
    }
}
