import AgentCore
import EventModel
import Logging
import Pipeline
import Platform

/// Keeps the view of the guests: reads the journal from its beginning, then what is committed.
final class GuestFollower: Sendable {
    /// How long it waits before it reads on after its stream has ended.
    private static let pause = Duration.seconds(1)

    private let events: EventManager
    private let clock: AgentClock
    private let state: Locked<(view: GuestView, target: UInt64)>

    init(events: EventManager, clock: AgentClock, limit: Int) {
        (self.events, self.clock) = (events, clock)
        state = Locked((GuestView(limit: limit), .max))
    }

    /// The view as it is now, and whether all that was in the journal at the start is in it.
    var now: (view: GuestView, isComplete: Bool) {
        state.withLock { ($0.view, $0.view.through >= $0.target && !$0.view.isOverfull) }
    }

    /// Follows until the task is cancelled or the agent stops.
    @concurrent func run() async {
        while !Task.isCancelled {
            if let head = try? await events.entries(from: nil, count: 0).newest {
                state.withLock { if $0.target == .max { $0.target = head } }
                guard await follow() else { return }
            }
            guard (try? await clock.sleep(Self.pause)) != nil else { return }
        }
    }

    /// Reads until its stream ends. False when the agent stops.
    private func follow() async -> Bool {
        let after = state.withLock(\.view.through)
        guard let stream = try? await events.stream(StreamRequest("guests", client: "guestwatch", start: .after(after)))
        else { return true }
        defer { stream.close() }
        for await part in stream {
            switch part {
            case .entries(let entries):
                // A lock held for moments: one entry at a time.
                for entry in entries { state.withLock { $0.view.fold(entry) } }
            case .gap(let gap):
                state.withLock { $0.view.skip(through: gap.lowest - 1) }
            case .ended(let end):
                return end.reason != .agentStopped
            }
        }
        return true
    }
}
