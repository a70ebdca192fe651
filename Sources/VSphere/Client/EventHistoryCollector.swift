/// A collector on the server: a moving view over the history of events. It lives as long as its session.
///
/// Calls must come one after another: the server keeps the position. An answer that is lost may have moved it: make the
/// collector anew then.
package struct EventHistoryCollector: Sendable {
    /// Its name on the server.
    package let reference: ManagedObjectReference
    let client: VSphereClient

    /// Says how many events the latest page holds: 1...1000.
    package func setPageSize(_ count: Int) async throws(VSphereError) {
        _ = try await client.answer(to: .setCollectorPageSize(reference, count))
    }

    /// The next events towards the newest, at most `maximum` (1...1000), and moves on. Empty does not mean the end: a
    /// gap nobody may see is empty too. The order within a page is the server's.
    package func readNext(_ maximum: Int) async throws(VSphereError) -> EventPage {
        try await client.page(of: .readNextEvents(reference, maximum))
    }

    /// The next events towards the oldest, at most `maximum` (1...1000), and moves there.
    package func readPrevious(_ maximum: Int) async throws(VSphereError) -> EventPage {
        try await client.page(of: .readPreviousEvents(reference, maximum))
    }

    /// The newest events, as many as the page size says, in no order.
    package func latestPage() async throws(VSphereError) -> EventPage {
        let collector = try await client.propertyCollector()
        return try await client.page(
            of: .retrieveProperties(collector, of: reference, ["latestPage"]), about: reference)
    }

    /// Moves before the oldest event.
    package func rewind() async throws(VSphereError) {
        _ = try await client.answer(to: .rewindCollector(reference))
    }

    /// Moves to just before the latest page.
    package func reset() async throws(VSphereError) {
        _ = try await client.answer(to: .resetCollector(reference))
    }

    /// Whether a collector made with `delayedInit` shows its latest page; nil where the server does not tell.
    package func isInitialized() async throws(VSphereError) -> Bool? {
        do {
            return try await client.property("initialized", of: reference).map { $0.text == "true" }
        } catch .invalidArgument, .notSupported {
            return nil
        }
    }

    /// Frees the collector's place on the server.
    package func destroy() async throws(VSphereError) {
        _ = try await client.answer(to: .destroyCollector(reference))
    }

    /// Begins to watch for new events. One watch per client at a time: the server has one queue of updates per session.
    package func watch() async throws(VSphereError) -> CollectorWatch {
        let collector = try await client.propertyCollector()
        let answer = try await client.answer(to: .createFilter(collector, on: reference, ["latestPage"]))
        guard let filter = answer["returnval"]?.reference else {
            throw .notVSphere("the answer to CreateFilter has no filter")
        }
        return CollectorWatch(client: client, propertyCollector: collector, filter: filter)
    }
}
