package import EventModel

/// Which events a collector or a query shall give: vim25's `EventFilterSpec`. What is nil or empty does not filter.
///
/// The server applies all parts together. Old simulators ignore most of them: filter again where it matters.
package struct EventFilterSpec: Sendable, Hashable {
    /// How far below an entity events count.
    package enum Recursion: String, Sendable, Hashable {
        /// Events of the entity itself.
        case entityOnly = "self"
        /// Events of what it holds, without its own.
        case children
        case all
    }

    /// Whose events; nil: everybody's.
    package var entity: ManagedObjectReference?
    /// Only with `entity`.
    package var recursion: Recursion
    /// Inclusive.
    package var begin: Timestamp?
    /// Inclusive.
    package var end: Timestamp?
    /// Who caused them.
    package var userNames: [String]
    /// Whether events no user caused are wanted; sent only together with `userNames` or when set.
    package var systemUser: Bool?
    /// Of one operation.
    package var chainId: Int32?
    /// The server need not make `fullFormattedMessage`.
    package var disableFullMessage: Bool?
    /// `error`, `warning`, `info`, `user`.
    package var categories: [String]
    /// Class names (`VmEvent`: with its subclasses) and dynamic ids of `EventEx` and `ExtendedEvent`.
    package var eventTypeIds: [String]
    /// The most events the collector shows in its latest page, or the query returns: 1...1000.
    package var maximumCount: Int?
    /// Lets the server make the collector before its latest page is filled; left out for servers before 8.0.3.
    package var delayedInit: Bool?

    /// The parts most callers set; the others are set one by one.
    package init(
        entity: ManagedObjectReference? = nil, recursion: Recursion = .all, begin: Timestamp? = nil,
        end: Timestamp? = nil, eventTypeIds: [String] = [], maximumCount: Int? = nil
    ) {
        (self.entity, self.recursion, self.begin, self.end) = (entity, recursion, begin, end)
        (self.eventTypeIds, self.maximumCount) = (eventTypeIds, maximumCount)
        (userNames, categories) = ([], [])
        (systemUser, chainId, disableFullMessage, delayedInit) = (nil, nil, nil, nil)
    }
}
