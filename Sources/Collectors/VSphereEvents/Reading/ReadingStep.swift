package import EventModel

/// What a reading wants done next on the server. Each step is answered by one call of the reading.
package enum ReadingStep: Sendable, Equatable {
    /// Make the reading collector. Answer: `opened`.
    case open(ReadingRequest)
    /// Read up to so many events towards the newest. Answer: `read`, or `undecodable`.
    case readNext(Int)
    /// Move to the newest events and read the latest page. Answer: `read`.
    case readLatest
    /// Read up to so many events towards the oldest. Answer: `read`.
    case readPrevious(Int)
    /// Destroy the reading collector. Answer: `closed`.
    case close
    /// Look up the newest event that the filter and the user's permissions let through, for an entity of the
    /// configuration. Answer: `told`.
    case askNewest(entity: Int)
    /// All that is there was read: wait for a wake-up or for the interval. Answer: `told`, `paused` or `timedOut`.
    case wait
}

/// Which events a reading collector shall give.
package struct ReadingRequest: Sendable, Hashable {
    /// Which of the configured entities; 0 when there is none.
    package var entity: Int
    /// Inclusive; nil: from the oldest.
    package var begin: Timestamp?
    /// Inclusive; nil: to the newest, and those still to come.
    package var end: Timestamp?

    package init(entity: Int = 0, begin: Timestamp?, end: Timestamp? = nil) {
        (self.entity, self.begin, self.end) = (entity, begin, end)
    }
}
