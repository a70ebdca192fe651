package import EventModel

/// What the containers collector is about to tell: news an attached engine tells too wait here for its richer event.
///
/// Each waits for itself: the news of other containers go out at once, those of its own container behind it, so that
/// a container's life is told in order. What waits is in the checkpoint, as the event it will be: nothing that a
/// restart could find anew is left to be found. A value, but for the table of the host it asks.
package struct ContainerTellings: Sendable {
    /// An engine's collector has so long to say what it told before a restart.
    static let recallLimit: Duration = .seconds(1)
    /// Between two looks whether it did.
    private static let recallStep: Duration = .milliseconds(20)
    /// News that wait at the most; the oldest then go out as if they had waited.
    static let maximumHeld = HostGuests.maximumHappenings

    /// One of them.
    struct Held: Sendable {
        var happening: HostHappening
        var event: Event
        /// When it was heard.
        var since: ContinuousClock.Instant
    }

    /// What was told of late, and what was left to engines.
    package internal(set) var recent = RecentHappenings()
    /// In the order they were heard.
    var held: [Held] = []
    /// When to call `due` next; nil: when something is added.
    package private(set) var deadline: ContinuousClock.Instant?
    /// Whether something was told or joined since this was asked last.
    package private(set) var hasChanged = false
    /// The containers with something that waits.
    private var heldKeys: Set<ContainerKey> = []
    /// When the collector began.
    private var began: ContinuousClock.Instant?
    /// Until then engines had not said what they told before; they have their time from then on.
    private var recalled: ContinuousClock.Instant?

    package init() {}

    /// The collector begins, and has said to engines' collectors what it told before.
    package mutating func begin(at instant: ContinuousClock.Instant) {
        began = instant
        for index in held.indices { held[index].since = instant }
        deadline = held.isEmpty ? nil : instant
    }

    /// Something was heard.
    package mutating func add(
        _ happening: HostHappening, _ event: Event, with guests: HostGuests, at instant: ContinuousClock.Instant
    ) {
        held.append(Held(happening: happening, event: event, since: instant))
        // Behind one that waits it waits as long as that.
        guard !heldKeys.contains(happening.key) else { return }
        let waits = happening.isJoined && guests.isAttached(happening.key.runtime)
        let due = waits ? instant + HostGuests.joinWindow : instant
        if waits { heldKeys.insert(happening.key) }
        deadline = min(due, deadline ?? due)
    }

    /// The events to tell now, without those an engine told meanwhile. `all`: nothing waits any longer.
    package mutating func due(
        at instant: ContinuousClock.Instant, with guests: HostGuests, all: Bool = false
    ) -> [Event] {
        let isRecallDue = began.map { instant < $0 + Self.recallLimit } ?? false && guests.isRecallDue(by: .engine)
        if isRecallDue { recalled = instant }
        var (events, kept): ([Event], [Held]) = ([], [])
        (deadline, heldKeys) = (nil, [])
        let tooMany = held.count - Self.maximumHeld
        for (index, item) in held.enumerated() {
            let isFree = all || index < tooMany
            if !isFree, heldKeys.contains(item.happening.key) {
                kept.append(item)
            } else if !isFree, let due = wait(of: item, isRecallDue, with: guests, at: instant) {
                kept.append(item)
                heldKeys.insert(item.happening.key)
                deadline = min(due, deadline ?? due)
            } else {
                hasChanged = true
                if isTold(item.happening, with: guests) { events.append(item.event) }
            }
        }
        held = kept
        return events
    }

    /// Whether there is something to commit since the last call.
    package mutating func takeChanged() -> Bool {
        defer { hasChanged = false }
        return hasChanged
    }

    /// Until when it waits; nil: no longer.
    private func wait(
        of item: Held, _ isRecallDue: Bool, with guests: HostGuests, at instant: ContinuousClock.Instant
    ) -> ContinuousClock.Instant? {
        guard item.happening.isJoined else { return nil }
        if isRecallDue { return instant + Self.recallStep }
        guard guests.isAttached(item.happening.key.runtime), !guests.isTold(item.happening) else { return nil }
        let due = max(item.since, recalled ?? item.since) + HostGuests.joinWindow
        return instant < due ? due : nil
    }

    /// Whether it is this side that tells it.
    private mutating func isTold(_ happening: HostHappening, with guests: HostGuests) -> Bool {
        guard happening.isJoined else { return true }
        let isOwn = guests.tell(happening)
        recent.note(happening, isTold: isOwn)
        return isOwn
    }
}
