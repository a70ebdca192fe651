public import AgentCore

/// What a subscriber asks for.
public struct SubscriberRequest: Sendable, Hashable {
    /// Where it begins.
    public enum Start: Sendable, Hashable {
        /// With what is published after it has subscribed.
        case now
        /// With the entry after this sequence, or the oldest the journal holds.
        case after(UInt64)
    }

    /// Unique among the subscribers.
    public var name: String
    public var filter: EventFilter
    public var start: Start
    /// Suspended from the first moment: read the present state, then resume, and nothing is missed.
    public var suspension: Suspension?
    /// Most entries queued while it is suspended; then the oldest is dropped and counted.
    public var queueLimit: Int

    public init(
        _ name: String, filter: EventFilter = EventFilter(), start: Start = .now, suspension: Suspension? = nil,
        queueLimit: Int = 1000
    ) {
        (self.name, self.filter, self.start) = (name, filter, start)
        (self.suspension, self.queueLimit) = (suspension, queueLimit)
    }
}

/// Why somebody could not subscribe.
public enum SubscriberError: Error, Sendable, Equatable, CustomStringConvertible {
    case nameTaken(String)
    case tooMany(limit: Int)
    case stopped

    public var description: String {
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
