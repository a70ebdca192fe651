package import AgentCore
package import EventModel

/// One stream at a glance.
package struct StreamStatus: Sendable, Hashable {
    /// Unique in the life of the process.
    package var number: UInt64
    package var name: String
    package var client: String
    package var filter: EventFilter
    /// When it was made.
    package var since: Timestamp
    /// The last sequence it has.
    package var cursor: UInt64
    /// Entries between that and the newest.
    package var lag: UInt64
    /// Entries it was given.
    package var delivered: Int
    /// Entries left out on purpose, by its filter.
    package var filtered: Int
    /// Entries the journal had let go; it was told.
    package var dropped: UInt64
}
