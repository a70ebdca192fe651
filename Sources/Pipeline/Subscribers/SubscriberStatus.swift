public import AgentCore
public import EventModel

/// What becomes of events while a subscriber is suspended.
public enum Suspension: String, Sendable, Hashable, CaseIterable {
    /// They come when it goes on; of more than its queue holds, the newest.
    case queueing
    /// They never come.
    case discarding
}

/// What has become of the entries a subscriber had before it.
public struct SubscriberCounts: Sendable, Hashable {
    /// Handed out.
    public var delivered = 0
    /// Left out on purpose, by its filter.
    public var filtered = 0
    /// Left out on purpose, published while it was suspended and discarding.
    public var discarded = 0
    /// Lost: the oldest of a full queue, or let go by the journal before a slow subscriber had them.
    public var dropped = 0

    public init() {}
}

/// One subscriber at a glance.
public struct SubscriberStatus: Sendable, Hashable {
    public var name: String
    public var filter: EventFilter
    /// When it subscribed.
    public var since: Timestamp
    public var counts: SubscriberCounts
    /// Entries queued while suspended, as far as they could be looked at.
    public var queued: Int
    /// Entries between its cursor and the newest, wanted or not.
    public var lag: UInt64
    /// Nil while it runs.
    public var suspension: Suspension?
    /// Since when it is suspended.
    public var suspendedSince: Timestamp?
    /// How often its callback threw, and the last it threw.
    public var failures: Int
    public var lastError: String?
}
