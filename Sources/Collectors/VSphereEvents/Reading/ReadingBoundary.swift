package import EventModel

/// How far a server's history was read, and which events at its end were: what a checkpoint keeps.
///
/// A server stores some events a little late, with a time before that of events already read, and several events share
/// one time. So reading starts anew `lateness` before the last event, and the events of that stretch are remembered:
/// what comes again is told from news, and what came late is news.
///
/// Bounded: the newest `maximumRemembered` events are. In a denser stretch reading starts after what was forgotten: the
/// stretch is then shorter than `lateness`, and nothing is read twice for it.
package struct ReadingBoundary: Sendable, Equatable {
    /// How late an event may be stored and still be found by reading anew.
    package static let lateness = Duration.seconds(2)
    /// Beyond 1,000 events a second; 20 KiB in a checkpoint.
    package static let maximumRemembered = 2048
    /// Events without key or time; a server makes none.
    private static let maximumDamaged = 256

    /// The newest event read; nil before the first.
    package private(set) var last: EventPosition?
    /// Reading starts here at the earliest.
    private var earliest: Timestamp?
    /// The newest event that is forgotten though it lies not before `begin`.
    private(set) var forgotten: EventPosition?
    /// The events remembered, in the order they were read, and some that need not be any more.
    private(set) var recent: [EventPosition] = []
    /// `recent` for looking up; made when history is read anew, not kept while it is read on.
    private var index: Set<EventPosition>?
    private var tidyAt = 2 * maximumRemembered
    /// Content hashes of events without key or time, the newest last.
    private(set) var damaged: [UInt64] = []

    /// Nothing was read yet: start at `begin`, or at the oldest event.
    package init(begin: Timestamp?) {
        earliest = begin
    }

    /// Restores what a checkpoint kept.
    init(
        last: EventPosition?, begin: Timestamp?, forgotten: EventPosition?, recent: [EventPosition], damaged: [UInt64]
    ) {
        (self.last, earliest, self.forgotten) = (last, begin, forgotten)
        (self.recent, self.damaged) = (recent, damaged)
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.last == right.last && left.begin == right.begin && left.forgotten == right.forgotten
            && left.stretch == right.stretch && left.damaged == right.damaged
    }

    /// Reading starts here, inclusive; nil: at the oldest event of the server.
    package var begin: Timestamp? {
        let start = last.map { $0.time.advanced(by: .zero - Self.lateness) }
        guard let earliest, let start else { return start ?? earliest }
        return max(earliest, start)
    }

    /// The events that reading anew from `begin` must bring again, in the order of history.
    package var stretch: [EventPosition] {
        let begin = begin ?? Timestamp(nanoseconds: .min)
        var stretch: [EventPosition] = []
        stretch.reserveCapacity(recent.count)
        var isSorted = true
        for position in recent where begin <= position.time {
            if let forgotten, position < forgotten { continue }
            if let before = stretch.last, position < before { isSorted = false }
            stretch.append(position)
        }
        return isSorted ? stretch : stretch.sorted()
    }

    /// Whether the event is one of those remembered: it was read before.
    package func remembers(_ position: EventPosition) -> Bool {
        guard let last, position <= last else { return false }
        return index?.contains(position) ?? recent.contains(position)
    }

    /// Prepares for many events that were read before, or for none.
    mutating func expectRepeats(_ repeats: Bool) {
        index = repeats ? Set(recent) : nil
    }

    /// Whether an event that came while reading anew was not read before.
    ///
    /// What lies before the stretch was, unless its key says that it was made after all that was read: it was stored
    /// later than `lateness` allows, or the server's clock was set back.
    package func isNews(_ position: EventPosition) -> Bool {
        if remembers(position) { return false }
        let isBefore = begin.map { position.time < $0 } ?? false || forgotten.map { position <= $0 } ?? false
        return !isBefore || last.map { position.isNewerByKey(than: $0) } ?? false
    }

    /// Remembers an event as read.
    package mutating func record(_ position: EventPosition) {
        recent.append(position)
        index?.insert(position)
        if last.map({ $0 < position }) ?? true { last = position }
        if recent.count >= tidyAt { tidy() }
    }

    /// Remembers an event without key or time. Returns whether it is news.
    mutating func recordDamaged(_ hash: UInt64) -> Bool {
        if damaged.contains(hash) { return false }
        damaged.append(hash)
        if damaged.count > Self.maximumDamaged { damaged.removeFirst() }
        return true
    }

    /// Forgets what need not, and beyond the limit what may not, be remembered: `recent` is the stretch then.
    mutating func tidy() {
        recent = stretch
        if recent.count > Self.maximumRemembered {
            let surplus = recent.count - Self.maximumRemembered
            forgotten = recent[surplus - 1]
            earliest = recent[surplus - 1].time
            recent.removeFirst(surplus)
        }
        if index != nil { index = Set(recent) }
    }
}
