package import EventModel
package import HTTPClient
import Platform

/// A client of one vCenter or ESXi host, over vim25 SOAP.
///
/// Holds one session. It never retries and never logs in by itself: `.notAuthenticated` tells the caller to `login()`
/// again, and all collectors of the lost session are gone with it. A session whose end the server did not confirm is
/// ended with the next `login()` or `logout()`: it would hold its collectors until its idle time is over. Safe to call
/// from many tasks.
package final class VSphereClient: Sendable {
    /// What is known of the server and the session.
    private struct State: Sendable {
        var version: APIVersion?
        var content: ServiceContent?
        var descriptions: EventDescriptions?
        var cookies = SessionCookies()
        /// A login was tried since there was no session: the cookies may be those of one.
        var mayHaveSession = false
        /// Sessions left behind that the server may still have, the newest last.
        var left: [SessionCookies] = []
    }

    /// Of more the server is believed to end them itself.
    private static let maximumLeft = 16

    private let url: String
    private let transport: any HTTPTransport
    private let credentials: @Sendable () throws -> VSphereCredentials
    private let state = Locked(State())

    /// - Parameters:
    ///   - url: of the service: `https://vc1.example/sdk`.
    ///   - transport: trusts this endpoint and serves it alone. It stays the caller's, who closes it.
    ///   - credentials: read anew at each login.
    package init(
        url: String, transport: any HTTPTransport,
        credentials: @escaping @Sendable () throws -> VSphereCredentials
    ) {
        var url = url
        while url.hasSuffix("/") { url.removeLast() }
        (self.url, self.transport, self.credentials) = (url, transport, credentials)
    }

    /// Finds out which version both speak and what the server is; needs no login. Asked once, then remembered.
    package func serviceContent() async throws(VSphereError) -> ServiceContent {
        if let content = state.withLock({ $0.content }) { return content }
        let answer = try await self.answer(to: .retrieveServiceContent)
        guard let content = answer["returnval"].flatMap(ServiceContent.init) else {
            throw .notVSphere("the service content names no property collector")
        }
        state.withLock { $0.content = content }
        return content
    }

    /// Opens a new session; an open one is left, and ended on the server if it answers.
    @discardableResult
    package func login() async throws(VSphereError) -> UserSession {
        let sessionManager = try await self.sessionManager()
        let credentials: VSphereCredentials
        do {
            credentials = try self.credentials()
        } catch {
            throw .noCredentials(String(describing: error))
        }
        leaveSession()
        state.withLock { $0.mayHaveSession = true }
        let answer = try await self.answer(to: .login(sessionManager, credentials))
        guard let session = answer["returnval"] else { throw .notVSphere("the answer to Login has no session") }
        try? await endSessionsLeft()
        return UserSession(session)
    }

    /// Ends the session and with it all its collectors on the server, and those left before. Without a session it does
    /// nothing. After an error there is no session here, but perhaps on the server: call it again.
    package func logout() async throws(VSphereError) {
        leaveSession()
        try await endSessionsLeft()
    }

    /// Whether the server still knows the session: asks it, and so keeps the session alive.
    package func isAuthenticated() async throws(VSphereError) -> Bool {
        do {
            let sessionManager = try await self.sessionManager()
            return try await property("currentSession", of: sessionManager) != nil
        } catch .notAuthenticated {
            return false
        }
    }

    /// The server's clock. Any call keeps the session alive; this is the cheapest.
    package func currentTime() async throws(VSphereError) -> Timestamp {
        let answer = try await self.answer(to: .currentTime)
        guard let time = answer.text("returnval").flatMap({ Timestamp(rfc3339: $0) }) else {
            throw .notVSphere("the answer to CurrentTime has no time")
        }
        return time
    }

    /// The newest event of the server; nil where the server does not tell (simulators) or has none.
    package func latestEvent() async throws(VSphereError) -> VSphereEvent? {
        let eventManager = try await self.eventManager()
        let collector = try await serviceContent().propertyCollector
        do {
            let request = SOAPRequest.retrieveProperties(collector, of: eventManager, ["latestEvent"])
            return try await page(of: request, about: eventManager).events.first
        } catch .invalidArgument, .notSupported {
            return nil
        }
    }

    /// How many collectors one session may have; nil where the server does not tell.
    package func maximumCollectors() async throws(VSphereError) -> Int? {
        try await property("maxCollector", of: eventManager()).flatMap { Int($0.text) }
    }

    /// What the server says about its kinds of events. Large: asked once, then remembered.
    package func eventDescriptions() async throws(VSphereError) -> EventDescriptions {
        if let descriptions = state.withLock({ $0.descriptions }) { return descriptions }
        let details = try await property("description.eventInfo", of: eventManager())
        let descriptions = EventDescriptions(details ?? XMLElement(name: "", namespace: ""))
        state.withLock { $0.descriptions = descriptions }
        return descriptions
    }

    /// Makes a collector; it counts against the limit of the session until it is destroyed. Throws `.invalidState` at
    /// the limit.
    package func createEventCollector(
        _ filter: EventFilterSpec
    ) async throws(VSphereError) -> EventHistoryCollector {
        let eventManager = try await self.eventManager()
        let answer = try await self.answer(to: .createCollectorForEvents(eventManager, try await supported(filter)))
        guard let reference = answer["returnval"]?.reference else {
            throw .notVSphere("the answer to CreateCollectorForEvents has no collector")
        }
        return EventHistoryCollector(reference: reference, client: self)
    }

    /// All events a filter lets through, without a collector: at most `maximumCount`, the newest.
    package func queryEvents(_ filter: EventFilterSpec) async throws(VSphereError) -> EventPage {
        let eventManager = try await self.eventManager()
        return try await page(of: .queryEvents(eventManager, try await supported(filter)))
    }

    /// Runs `body`; when the session turns out to be gone, logs in and runs it once more.
    package func withSession<Result: Sendable>(
        _ body: () async throws(VSphereError) -> Result
    ) async throws(VSphereError) -> Result {
        do {
            return try await body()
        } catch .notAuthenticated {
            try await login()
            return try await body()
        }
    }
}

extension VSphereClient {
    /// Reads one property; nil when the object does not have it set. Throws the fault the server gave in its place.
    func property(_ path: String, of object: ManagedObjectReference) async throws(VSphereError) -> XMLElement? {
        let collector = try await serviceContent().propertyCollector
        let answer = try await self.answer(to: .retrieveProperties(collector, of: object, [path]))
        try answer.checkObject(object)
        if let missing = MissingProperty.all(in: answer).first { throw VSphereError(missing.fault) }
        let values = answer["returnval"]?["objects"]?.all("propSet") ?? []
        return values.first { $0.text("name") == path }?["val"]
    }

    /// Sends a request whose answer is small.
    func answer(
        to request: SOAPRequest, timeouts: HTTPTimeouts = HTTPTimeouts()
    ) async throws(VSphereError) -> XMLElement {
        let decoder = AnswerDecoder()
        // Also of an answer that broke off: it may have opened a session.
        defer { if let head = decoder.head { state.withLock { $0.cookies.update(from: head.headers) } } }
        let refused = try await send(request, to: decoder, timeouts: timeouts)
        let answer = try decoder.finish()
        try Self.check(answer, answers: request, refused: refused)
        return answer
    }

    private static func check(
        _ answer: XMLElement, answers request: SOAPRequest, refused: Bool
    ) throws(VSphereError) {
        if refused { throw .transport(.refusedByReceiver) }
        guard answer.name == "\(request.operation)Response" else {
            throw .notVSphere("the answer to \(request.operation) is a <\(answer.name)>")
        }
    }

    /// Sends a request whose answer holds events, of properties about `object`. Throws the fault the server gave in the
    /// place of a property.
    func page(
        of request: SOAPRequest, about object: ManagedObjectReference? = nil, timeouts: HTTPTimeouts = HTTPTimeouts()
    ) async throws(VSphereError) -> EventPage {
        let decoder = EventPageDecoder()
        let refused = try await send(request, to: decoder, timeouts: timeouts)
        let page = try decoder.finish(of: request.operation.description, about: object)
        if refused { throw .transport(.refusedByReceiver) }
        if let missing = page.missing.first { throw VSphereError(missing.fault) }
        return page
    }

    /// The property collector of the server.
    func propertyCollector() async throws(VSphereError) -> ManagedObjectReference {
        try await serviceContent().propertyCollector
    }

    /// Sends a request, in the session or in one left behind. Returns whether the receiver wanted no more, which it then
    /// explains.
    private func send(
        _ request: SOAPRequest, to receiver: any HTTPBodyReceiver, timeouts: HTTPTimeouts,
        as left: SessionCookies? = nil
    ) async throws(VSphereError) -> Bool {
        let version = try await self.version()
        var headers: HTTPHeaders = [
            "Content-Type": "text/xml; charset=\"utf-8\"", "SOAPAction": "\"urn:vim25/\(version)\"",
            "User-Agent": "guestwatch",
        ]
        headers["Cookie"] = left?.header ?? state.withLock { $0.cookies.header }
        var message = HTTPRequest("POST", url, headers: headers, body: request.body, timeouts: timeouts)
        message.isRepeatable = request.isRepeatable
        do {
            let response = try await transport.send(message, to: receiver)
            if left == nil { state.withLock { $0.cookies.update(from: response.headers) } }
            return false
        } catch .refusedByReceiver {
            return true
        } catch {
            throw .transport(error)
        }
    }

    /// The version of the API both know. A server that does not tell is spoken to in an old one.
    private func version() async throws(VSphereError) -> APIVersion {
        if let version = state.withLock({ $0.version }) { return version }
        let decoder = AnswerDecoder()
        var found: XMLElement?
        do {
            let request = HTTPRequest("GET", url + "/vimServiceVersions.xml", headers: ["User-Agent": "guestwatch"])
            if try await transport.send(request, to: decoder).status == 200 { found = decoder.document() }
        } catch .refusedByReceiver {
            found = nil
        } catch {
            throw .transport(error)
        }
        let version = APIVersion.negotiated(found)
        state.withLock { $0.version = version }
        return version
    }

    private func sessionManager() async throws(VSphereError) -> ManagedObjectReference {
        guard let manager = try await serviceContent().sessionManager else {
            throw .notSupported(VSphereFault(name: "NotSupported", message: "the server has no session manager"))
        }
        return manager
    }

    private func eventManager() async throws(VSphereError) -> ManagedObjectReference {
        guard let manager = try await serviceContent().eventManager else {
            throw .notSupported(VSphereFault(name: "NotSupported", message: "the server has no event manager"))
        }
        return manager
    }

    /// A filter without the parts the negotiated version does not have.
    private func supported(_ filter: EventFilterSpec) async throws(VSphereError) -> EventFilterSpec {
        var filter = filter
        if try await version() < .delayedInit { filter.delayedInit = nil }
        return filter
    }

    private func leaveSession() {
        state.withLock { state in
            let cookies = state.cookies
            (state.cookies, state.left) = (SessionCookies(), state.left.filter { $0 != cookies })
            if state.mayHaveSession, cookies.header != nil { state.left.append(cookies) }
            if state.left.count > Self.maximumLeft { state.left.removeFirst() }
            state.mayHaveSession = false
        }
    }

    /// Ends the sessions left behind, up to the first that the server does not confirm.
    private func endSessionsLeft() async throws(VSphereError) {
        while let cookies = state.withLock({ $0.left.last }) {
            do {
                let request = SOAPRequest.logout(try await sessionManager())
                let decoder = AnswerDecoder()
                let refused = try await send(request, to: decoder, timeouts: HTTPTimeouts(), as: cookies)
                try Self.check(try decoder.finish(), answers: request, refused: refused)
            } catch .notAuthenticated {
                // It had ended by itself.
            }
            state.withLock { state in state.left.removeAll { $0 == cookies } }
        }
    }
}
