package import AgentCore
package import EventModel

/// What becomes of events while a subscriber is suspended.
package enum Suspension: String, Sendable, Hashable, CaseIterable {
    /// They come when it goes on; of more than its queue holds, the newest.
    case queueing
    /// They never come.
    case discarding
}

/// What has become of the entries a subscriber had before it.
package struct SubscriberCounts: Sendable, Hashable {
    /// Handed out.
    package var delivered = 0
    /// Left out on purpose, by its filter.
    package var filtered = 0
    /// Left out on purpose, published while it was suspended and discarding.
    package var discarded = 0
    /// Lost: the oldest of a full queue, or let go by the journal before a slow subscriber had them.
    package var dropped = 0

    package init() {}
}

/// One subscriber at a glance.
package struct SubscriberStatus: Sendable, Hashable {
    package var name: String
    package var filter: EventFilter
    /// When it subscribed.
    package var since: Timestamp
    package var counts: SubscriberCounts
    /// Entries queued while suspended, as far as they could be looked at.
    package var queued: Int
    /// Entries between its cursor and the newest, wanted or not.
    package var lag: UInt64
    /// Nil while it runs.
    package var suspension: Suspension?
    /// Since when it is suspended.
    package var suspendedSince: Timestamp?
    /// How often its callback threw, and the last it threw.
    package var failures: Int
    package var lastError: String?
}
