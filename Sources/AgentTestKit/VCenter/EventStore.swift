import EventModel

/// The events of the fixture vCenter, in the order in which they were written: what the database is to a real one.
struct EventStore: Sendable {
    /// Keys count up from here and wrap from `Int32.max` to `Int32.min`.
    var nextKey: Int32
    /// The oldest go when there are more; nil: nothing goes by itself.
    var limit: Int?
    private var kept: [StoredEvent] = []
    /// The ordinal of `kept[0]`.
    private(set) var firstOrdinal = 0

    init(firstKey: Int32, limit: Int?) {
        (nextKey, self.limit) = (firstKey, limit)
    }

    /// The ordinal the next event gets.
    var endOrdinal: Int { firstOrdinal + kept.count }

    /// The newest event.
    var last: StoredEvent? { kept.last }

    /// The events from `ordinal` on that are still there.
    func events(from ordinal: Int) -> ArraySlice<StoredEvent> {
        kept[min(max(0, ordinal - firstOrdinal), kept.count)...]
    }

    /// The events before `ordinal` that are still there.
    func events(before ordinal: Int) -> ArraySlice<StoredEvent> {
        kept[..<min(max(0, ordinal - firstOrdinal), kept.count)]
    }

    /// Writes an event at the end; gives its key.
    mutating func append(_ event: FixtureEvent, now: Timestamp) -> Int32 {
        let key = event.key ?? nextKey
        nextKey = key &+ 1
        kept.append(StoredEvent(event, ordinal: endOrdinal, key: key, createdTime: event.createdTime ?? now))
        if let limit, kept.count > limit + limit / 4 + 64 { trim(to: limit) }
        return key
    }

    /// Applies the limit exactly: cutting is done in blocks while events are written.
    mutating func settle() {
        if let limit { trim(to: limit) }
    }

    /// Cuts the oldest events so that `count` are left.
    mutating func trim(to count: Int) {
        let excess = kept.count - max(0, count)
        guard excess > 0 else { return }
        kept.removeFirst(excess)
        firstOrdinal += excess
    }

    /// Cuts the events made before `time`.
    mutating func cut(before time: Timestamp) {
        trim(to: kept.count - (kept.firstIndex { $0.createdTime >= time } ?? kept.count))
    }
}
