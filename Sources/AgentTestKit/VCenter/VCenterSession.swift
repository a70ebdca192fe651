import EventModel

/// A session with what is bound to it and goes with it.
struct VCenterSession: Sendable {
    /// The cookie's value.
    let key: String
    let userName: String
    let loginTime: Timestamp
    let userAgent: String
    var lastActiveTime: Timestamp
    var callCount = 0
    var collectors: [String: VCenterCollector] = [:]
    /// In the order in which they were made.
    var filters: [VCenterPropertyFilter] = []
    /// The property collector's version; what it reported is remembered for the last two.
    var version = 0
    /// Calls of `WaitForUpdatesEx` that wait now.
    var waiting = 0
    /// `CancelWaitForUpdates` was called while one waited.
    var isWaitCancelled = false
}

/// An `EventHistoryCollector`.
struct VCenterCollector: Sendable {
    let filter: FixtureFilter
    let createdTime: Timestamp
    var pageSize: Int
    /// The ordinal of the next event `ReadNextEvents` looks at.
    var position = 0
}

/// A `PropertyFilter` on the `latestPage` of one collector.
struct VCenterPropertyFilter: Sendable {
    let id: String
    let collector: String
    /// `partialUpdates`.
    let reportsParts: Bool
    /// The ordinals of the page as reported with the current version; nil: not yet.
    var reported: [Int]?
    /// The same for the version before, should its answer have been lost.
    var reportedBefore: [Int]?
}
