package import AgentCore
import EventModel

/// Plays recorded events: a SOAP session by the real vSphere collector, or JSON lines of events.
///
/// Its checkpoint says how many events were played and which was the last, so that it goes on there after a restart,
/// and refuses a recording that was changed. A poll at the recorded pace waits `maxDelay` at the most.
package actor ReplayCollector: Collector {
    package static let kind = "replay"
    /// Events of one batch at the most.
    private static let batchLimit = 1000

    private let configuration: ReplayConfiguration
    private let context: CollectorContext
    private var recording: (any RecordedEvents)?
    private var place = ReplayPlace()
    /// Read, but not yet due.
    private var pending: Event?
    private var isEnded = false

    package init(_ configuration: ReplayConfiguration, in context: CollectorContext) throws {
        (self.configuration, self.context) = (configuration, context)
    }

    package func poll(after checkpoint: Checkpoint?) async throws -> Batch {
        let committed = try checkpoint.map { try ReplayPlace($0) } ?? ReplayPlace()
        if recording == nil || committed != place { try await start(at: committed) }
        var events: [Event] = []
        while events.count < Self.batchLimit, let event = try await next() {
            if try await !isDue(event, waits: events.isEmpty) {
                pending = event
                break
            }
            place.played(event)
            events.append(place.moved(event))
        }
        return Batch(events: events, checkpoint: events.isEmpty && !isEnded ? nil : place.encoded(), isLast: isEnded)
    }

    package func stop() async {
        await recording?.close()
        recording = nil
    }

    package func probe() async throws -> String {
        let recording = try RecordingKind.open(configuration.path, in: context)
        let first = try await recording.next()
        await recording.close()
        return first.map { "\"\(configuration.path)\" begins with \($0.type) at \($0.time.rfc3339)" }
            ?? "\"\(configuration.path)\" holds no events"
    }

    /// Opens the recording and passes over what was played already.
    private func start(at committed: ReplayPlace) async throws {
        await recording?.close()
        let recording = try RecordingKind.open(configuration.path, in: context)
        self.recording = recording
        (place, pending, isEnded) = (committed, nil, false)
        var last: Event?
        for _ in 0..<committed.count { last = try await recording.next() }
        guard last?.id ?? "" == committed.lastID else {
            throw CollectorError.unusableCheckpoint(
                "the recording \"\(configuration.path)\" was changed since \(committed.count) of its events were played: "
                    + "give the collector another name to play it from the beginning")
        }
    }

    private func next() async throws -> Event? {
        if let pending {
            self.pending = nil
            return pending
        }
        guard let recording else { return nil }
        if let event = try await recording.next() { return event }
        guard configuration.repeats, place.count > 0 else {
            isEnded = true
            return nil
        }
        await recording.close()
        let again = try RecordingKind.open(configuration.path, in: context)
        self.recording = again
        place.beginAgain()
        return try await again.next()
    }

    /// Whether it is time for an event; `waits` for that time, else only says.
    private func isDue(_ event: Event, waits: Bool) async throws -> Bool {
        guard configuration.pace == .recorded, let last = place.lastTime else { return true }
        let delay = min(max(.zero, event.time.since(last)), configuration.maxDelay)
        if delay > .zero {
            guard waits else { return false }
            do {
                try await context.clock.sleep(delay)
            } catch {
                pending = event
                throw error
            }
        }
        return true
    }
}
