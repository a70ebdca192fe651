import AgentCore
import EventModel
import Logging
import Pipeline
import Platform

/// Keeps the view of the guests: reads the journal from its beginning, then what is committed.
final class GuestFollower: Sendable {
    /// How long it waits before it reads on after its stream has ended.
    private static let pause = Duration.seconds(1)

    private struct State {
        var view: GuestView
        /// The head at the start; the view is complete when it came so far.
        var target: UInt64 = .max
        /// Counts how often the view began anew: what was on its way to the one before does not belong to it.
        var life = 0
        /// The number of the stream that is read.
        var stream: UInt64?

        /// A stream is read for the view; false where that began anew meanwhile.
        mutating func begin(_ stream: UInt64, in life: Int) -> Bool {
            self.stream = stream
            return self.life == life
        }
    }

    private let events: EventManager
    private let clock: AgentClock
    private let state: Locked<State>

    init(events: EventManager, clock: AgentClock, limit: Int) {
        (self.events, self.clock) = (events, clock)
        state = Locked(State(view: GuestView(limit: limit)))
    }

    /// Another limit holds from now on. Where guests had found no room and there is some now, all is read anew.
    func change(limit: Int) {
        let outdated = state.withLock { state -> UInt64? in
            if state.view.change(limit: limit) { return nil }
            (state.view, state.target) = (GuestView(limit: limit), .max)
            state.life += 1
            return state.stream
        }
        if let outdated { events.removeStream(outdated) }
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
        let (after, life) = state.withLock { ($0.view.through, $0.life) }
        guard let stream = try? await events.stream(StreamRequest("guests", client: "guestwatch", start: .after(after)))
        else { return true }
        defer { stream.close() }
        guard state.withLock({ $0.begin(stream.number, in: life) }) else { return true }
        for await part in stream {
            switch part {
            case .entries(let entries):
                // A lock held for moments: one entry at a time.
                for entry in entries { state.withLock { if $0.life == life { $0.view.fold(entry) } } }
            case .gap(let gap):
                state.withLock { if $0.life == life { $0.view.skip(through: gap.lowest - 1) } }
            case .ended(let end):
                return end.reason != .agentStopped
            }
        }
        return true
    }
}
