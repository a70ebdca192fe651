import EventModel

/// How often one kind of event of one machine is told: `burst` at once, then one in `interval`.
///
/// A guest can reset itself fifteen times a second for days. What is too much is counted; the last of it is told with
/// the count, at the latest `interval` after the storm ended: so nothing ends untold. Pure; time is handed in.
struct StormLimit: Sendable {
    static let burst = 10
    static let interval: Duration = .seconds(1)

    private var tokens = Self.burst
    private var refilled: Timestamp
    private var held: (event: Event, count: Int)?

    init(now: Timestamp) {
        refilled = now
    }

    /// The event, where it may be told now; with the count of those left out before it.
    mutating func admit(_ event: Event, at now: Timestamp) -> Event? {
        refill(now)
        guard tokens > 0 else {
            held = (event, (held?.count ?? -1) + 1)
            return nil
        }
        tokens -= 1
        defer { held = nil }
        return Self.counted(event, (held?.count ?? -1) + 1)
    }

    /// The last event that was held back, when there is room for it again.
    mutating func release(at now: Timestamp) -> Event? {
        guard let held else { return nil }
        refill(now)
        guard tokens > 0 else { return nil }
        tokens -= 1
        self.held = nil
        return Self.counted(held.event, held.count)
    }

    /// Whether an event is held back.
    var isHolding: Bool { held != nil }

    private mutating func refill(_ now: Timestamp) {
        let elapsed = now.since(refilled)
        // A clock that was set back must not silence what follows.
        if elapsed < .zero { refilled = now }
        guard elapsed >= Self.interval else { return }
        let count = Int(clamping: elapsed.components.seconds / Self.interval.components.seconds)
        tokens = min(Self.burst, tokens + min(count, Self.burst))
        refilled = now
    }

    /// The count stands where the pipeline's own limits put theirs.
    private static func counted(_ event: Event, _ count: Int) -> Event {
        guard count > 0, let members = try? event.data.parsed().members else { return event }
        var event = event
        event.data = JSONText(.object(members + [.init("guestwatch.filtered", .number("\(count)"))]))
        return event
    }
}
