import HTTPClient
import Platform

/// A wake-up when the latest page of a collector changes.
///
/// Set the collector's page size to 1 first: the server sends the whole page each time. What it brings tells that
/// something happened, not all that happened: read the collector for that.
package final class CollectorWatch: Sendable {
    /// How much longer than the server's wait the transfer may take: it may be busy, and the network slow.
    private static let margin = Duration.seconds(30)

    private let client: VSphereClient
    private let propertyCollector: ManagedObjectReference
    private let filter: ManagedObjectReference
    /// What the server has told already; empty at first.
    private let version = Locked("")

    init(client: VSphereClient, propertyCollector: ManagedObjectReference, filter: ManagedObjectReference) {
        (self.client, self.propertyCollector, self.filter) = (client, propertyCollector, filter)
    }

    /// Waits for a change, at most `seconds`. Returns the events the server sent, or nil when the time was over.
    ///
    /// The first call returns at once with the state of now. The server may end the wait earlier. Cancelling the task
    /// ends the wait at once.
    package func wait(atMost seconds: Int) async throws(VSphereError) -> [VSphereEvent]? {
        let request = SOAPRequest.waitForUpdates(propertyCollector, version: version.withLock { $0 }, atMost: seconds)
        let limit = Duration.seconds(seconds) + Self.margin
        let page = try await client.page(of: request, timeouts: HTTPTimeouts(idle: limit, whole: limit + Self.margin))
        guard let next = page.updateVersion else { return nil }
        version.withLock { $0 = next }
        return page.events
    }

    /// Ends a `wait` in progress on the server's side, from another task; it then returns nil or throws.
    package func cancelWait() async throws(VSphereError) {
        _ = try await client.answer(to: .cancelWaitForUpdates(propertyCollector))
    }

    /// Takes the filter away from the server. Nothing is called after it.
    package func destroy() async throws(VSphereError) {
        _ = try await client.answer(to: .destroyPropertyFilter(filter))
    }
}
