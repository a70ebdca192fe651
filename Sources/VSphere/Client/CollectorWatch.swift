/// A wake-up when the latest page of a collector changes.
///
/// Set the collector's page size to 1 first: the server sends the whole page each time. What it brings tells that
/// something happened, not all that happened: read the collector for that.
package final class CollectorWatch: Sendable {
    init() {}

    /// Waits for a change, at most `seconds`. Returns the newest events the server sent, or nil when the time was over.
    ///
    /// The first call returns at once with the state of now. Cancelling the task ends the wait at once.
    package func wait(atMost seconds: Int) async throws(VSphereError) -> [VSphereEvent]? { nil }

    /// Ends a `wait` in progress on the server's side, from another task.
    package func cancelWait() async throws(VSphereError) {}

    /// Takes the filter away from the server. Nothing is called after it.
    package func destroy() async throws(VSphereError) {}
}
