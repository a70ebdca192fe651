package import AgentCore

/// What a subscriber asks for.
package struct SubscriberRequest: Sendable, Hashable {
    /// Where it begins.
    package enum Start: Sendable, Hashable {
        /// With what is published after it has subscribed.
        case now
        /// With the entry after this sequence, or the oldest the journal holds.
        case after(UInt64)
    }

    /// Unique among the subscribers.
    package var name: String
    package var filter: EventFilter
    package var start: Start
    /// Suspended from the first moment: read the present state, then resume, and nothing is missed.
    package var suspension: Suspension?
    /// Most entries queued while it is suspended; then the oldest is dropped and counted.
    package var queueLimit: Int

    package init(
        _ name: String, filter: EventFilter = EventFilter(), start: Start = .now, suspension: Suspension? = nil,
        queueLimit: Int = 1000
    ) {
        (self.name, self.filter, self.start) = (name, filter, start)
        (self.suspension, self.queueLimit) = (suspension, queueLimit)
    }
}

/// Why somebody could not subscribe.
package enum SubscriberError: Error, Sendable, Equatable, CustomStringConvertible {
    case nameTaken(String)
    case tooMany(limit: Int)
    case stopped

    package var description: String {
        switch self {
        case .nameTaken(let name):
            "subscribing: the name \"\(name)\" is taken by a subscriber; unsubscribe that one, or choose another name"
        case .tooMany(let limit):
            "subscribing: there are \(limit) subscribers of this sort, the most there may be; unsubscribe one"
        case .stopped:
            "subscribing: the event manager has stopped; subscribe to the next one"
        }
    }
}
