package import EventModel
package import VSphere

/// What reading a server's history brings, in its order.
package enum Finding: Sendable, Hashable {
    /// An event, and the time that stands in for its own where it has none.
    case event(VSphereEvent, time: Timestamp)
    /// Between these two events others may have happened that could not be read.
    case gap(HistoryGap)
}

/// A stretch of a server's history that could not be read, between two events that could.
package struct HistoryGap: Error, Sendable, Hashable {
    package var from: EventPosition
    package var to: EventPosition
    package var reason: String

    package init(from: EventPosition, to: EventPosition, reason: String) {
        (self.from, self.to, self.reason) = (from, to, reason)
    }
}
