package import EventModel
package import HTTPClient

/// A client of one vCenter or ESXi host, over vim25 SOAP.
///
/// Holds one session. It never retries and never logs in by itself: `.notAuthenticated` tells the caller to `login()` again, and
/// all collectors of the lost session are gone with it. Safe to call from many tasks.
package final class VSphereClient: Sendable {
    /// - Parameters:
    ///   - url: of the service: `https://vc1.example/sdk`.
    ///   - transport: trusts this endpoint and serves it alone.
    ///   - credentials: read anew at each login.
    package init(
        url: String, transport: any HTTPTransport,
        credentials: @escaping @Sendable () throws -> VSphereCredentials
    ) {}

    /// Finds out which version both speak and what the server is; needs no login. Asked once, then remembered.
    package func serviceContent() async throws(VSphereError) -> ServiceContent { throw .notVSphere("") }

    /// Opens a new session; an open one is forgotten by the client.
    @discardableResult
    package func login() async throws(VSphereError) -> UserSession { throw .notVSphere("") }

    /// Ends the session and with it all its collectors on the server. Without a session it does nothing.
    package func logout() async throws(VSphereError) {}

    /// Whether the server still knows the session: asks it, and so keeps the session alive.
    package func isAuthenticated() async throws(VSphereError) -> Bool { throw .notVSphere("") }

    /// The server's clock. Any call keeps the session alive; this is the cheapest.
    package func currentTime() async throws(VSphereError) -> Timestamp { throw .notVSphere("") }

    /// The newest event of the server; nil where the server does not tell (simulators) or has none.
    package func latestEvent() async throws(VSphereError) -> VSphereEvent? { throw .notVSphere("") }

    /// How many collectors one session may have; nil where the server does not tell.
    package func maximumCollectors() async throws(VSphereError) -> Int? { throw .notVSphere("") }

    /// What the server says about its kinds of events. Large: asked once, then remembered.
    package func eventDescriptions() async throws(VSphereError) -> EventDescriptions { throw .notVSphere("") }

    /// Makes a collector; it counts against the limit of the session until it is destroyed. Throws `.invalidState` at the limit.
    package func createEventCollector(
        _ filter: EventFilterSpec
    ) async throws(VSphereError) -> EventHistoryCollector { throw .notVSphere("") }

    /// All events a filter lets through, without a collector: at most `maximumCount`, the newest.
    package func queryEvents(_ filter: EventFilterSpec) async throws(VSphereError) -> EventPage {
        throw .notVSphere("")
    }
}
