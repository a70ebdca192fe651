package import EventModel
package import VSphere

/// What reading a server's history brings, in its order.
package enum Finding: Sendable, Hashable {
    /// An event, and the time that stands in for its own where it has none.
    case event(VSphereEvent, time: Timestamp)
    /// Between these two events others may have happened that could not be read.
    case gap(HistoryGap)
}

/// A stretch of a server's history that could not be read.
package struct HistoryGap: Sendable, Hashable {
    /// The last event read before it; only the time, where reading began and nothing was read yet.
    package var from: EventPosition?
    package var fromTime: Timestamp
    /// The first event read after it.
    package var to: EventPosition
    package var reason: String

    package init(from: EventPosition?, fromTime: Timestamp, to: EventPosition, reason: String) {
        (self.from, self.fromTime, self.to, self.reason) = (from, fromTime, to, reason)
    }
}
