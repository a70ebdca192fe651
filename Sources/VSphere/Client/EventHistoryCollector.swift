/// A collector on the server: a moving view over the history of events. It lives as long as its session.
///
/// Calls must come one after another: the server keeps the position.
package struct EventHistoryCollector: Sendable {
    package let reference: ManagedObjectReference
    let client: VSphereClient

    /// How many events the latest page holds: 1...1000.
    package func setPageSize(_ count: Int) async throws(VSphereError) {}

    /// The next events towards the newest, at most `maximum` (1...1000), and moves on. Empty does not mean the end: a gap
    /// nobody may see is empty too. The order within a page is the server's.
    package func readNext(_ maximum: Int) async throws(VSphereError) -> EventPage { throw .notVSphere("") }

    /// The next events towards the oldest, at most `maximum` (1...1000), and moves there.
    package func readPrevious(_ maximum: Int) async throws(VSphereError) -> EventPage { throw .notVSphere("") }

    /// The newest events, as many as the page size says, in no order.
    package func latestPage() async throws(VSphereError) -> EventPage { throw .notVSphere("") }

    /// Moves before the oldest event.
    package func rewind() async throws(VSphereError) {}

    /// Moves to just before the latest page.
    package func reset() async throws(VSphereError) {}

    /// Whether a collector made with `delayedInit` shows its latest page; nil where the server does not tell.
    package func isInitialized() async throws(VSphereError) -> Bool? { throw .notVSphere("") }

    /// Frees the collector's place on the server.
    package func destroy() async throws(VSphereError) {}

    /// Begins to watch for new events. One watch per client at a time: the server has one queue of updates per session.
    package func watch() async throws(VSphereError) -> CollectorWatch { throw .notVSphere("") }
}
