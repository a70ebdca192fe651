public import AgentCore
public import EventModel

/// One stream at a glance.
public struct StreamStatus: Sendable, Hashable {
    /// Unique in the life of the process.
    public var number: UInt64
    public var name: String
    public var client: String
    public var filter: EventFilter
    /// When it was made.
    public var since: Timestamp
    /// The last sequence it has.
    public var cursor: UInt64
    /// Entries between that and the newest.
    public var lag: UInt64
    /// Entries it was given.
    public var delivered: Int
    /// Entries left out on purpose, by its filter.
    public var filtered: Int
    /// Entries the journal had let go; it was told.
    public var dropped: UInt64
}
