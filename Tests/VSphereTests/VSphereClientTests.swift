import EventModel
import HTTPClient
import Platform
import Testing

@testable import VSphere

@Suite struct VSphereClientTests {
    private func client(_ steps: ScriptedTransport.Step...) -> (VSphereClient, ScriptedTransport) {
        let transport = ScriptedTransport(steps)
        let client = VSphereClient(url: "https://vc/sdk/", transport: transport) {
            VSphereCredentials(userName: "watch", password: "geheim")
        }
        return (client, transport)
    }

    @Test("the first call negotiates the version; the content is asked for once")
    func content() async throws {
        let (client, transport) = client(.versions, .content)
        let content = try await client.serviceContent()
        #expect(try await client.serviceContent() == content)
        #expect(content.about.isVirtualCenter && content.about.instanceUuid == "uuid")
        #expect(content.about.isAtLeast("8.0.3") && !content.about.isAtLeast("8.0.4") && content.about.isAtLeast("7"))
        #expect(content.eventManager == ManagedObjectReference(type: "EventManager", value: "em"))
        #expect(transport.requests.count == 2)
        #expect(transport.requests[1].url == "https://vc/sdk")
        #expect(transport.requests[1].headers["SOAPAction"] == "\"urn:vim25/8.0.3.0\"")
        #expect(transport.requests[1].headers["Content-Type"] == "text/xml; charset=\"utf-8\"")
    }

    @Test("a server without versions is spoken to in an old one; one out of reach is an error")
    func noVersions() async throws {
        var missing = ScriptedTransport.Step.versions
        (missing.status, missing.body) = (404, "not found")
        let (client, transport) = client(missing, .content)
        _ = try await client.serviceContent()
        #expect(transport.requests[1].headers["SOAPAction"] == "\"urn:vim25/5.5\"")

        var broken = ScriptedTransport.Step.versions
        broken.error = .unreachable("no route")
        let (other, _) = self.client(broken)
        await #expect(throws: VSphereError.transport(.unreachable("no route"))) { try await other.serviceContent() }
    }

    @Test("a session is a cookie, quotes and all, until it ends")
    func session() async throws {
        let (client, transport) = client(
            .versions, .content, .login, .step("CurrentTime", "<returnval>2026-11-21T06:18:00Z</returnval>"),
            .step("Logout"),
            .fault("CurrentTime", "NotAuthenticated"))
        let session = try await client.login()
        #expect(session.userName == "watch" && session.key == "k")
        #expect(try await client.currentTime() == Timestamp(rfc3339: "2026-11-21T06:18:00Z"))
        #expect(transport.requests[2].headers["Cookie"] == nil)
        #expect(transport.requests[3].headers["Cookie"] == "vmware_soap_session=\"abc def\"")
        try await client.logout()
        try await client.logout()
        await #expect(throws: VSphereError.notAuthenticated(VSphereFault(name: "NotAuthenticated"))) {
            try await client.currentTime()
        }
        #expect(transport.requests[5].headers["Cookie"] == nil)
        #expect(transport.remaining == 0)
    }

    @Test("credentials are read at each login; without them there is none")
    func credentials() async throws {
        let reads = Locked(0)
        let transport = ScriptedTransport([.versions, .content, .login, .fault("Login", "InvalidLogin")])
        let client = VSphereClient(url: "https://vc/sdk", transport: transport) {
            let count = reads.withLock { count in
                count += 1
                return count
            }
            if count == 3 { throw HTTPError.invalid("no file") }
            return VSphereCredentials(userName: "u\(count)", password: "p")
        }
        try await client.login()
        await #expect(throws: VSphereError.invalidLogin(VSphereFault(name: "InvalidLogin"))) {
            try await client.login()
        }
        await #expect(throws: VSphereError.noCredentials("invalid: no file")) { try await client.login() }
        let bodies = transport.requests.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(bodies[2].contains("<userName>u1</userName>") && bodies[3].contains("<userName>u2</userName>"))
    }

    @Test("whether a session lives is a question, not an error")
    func isAuthenticated() async throws {
        let (client, _) = client(
            .versions, .content, .property("currentSession", "<key>k</key>", type: "UserSession"),
            .missing("currentSession", "NotAuthenticated"), .fault("RetrievePropertiesEx", "NotAuthenticated"),
            .step("RetrievePropertiesEx", "<returnval><objects></objects></returnval>"))
        #expect(try await client.isAuthenticated())
        #expect(try await client.isAuthenticated() == false)
        #expect(try await client.isAuthenticated() == false)
        #expect(try await client.isAuthenticated() == false)
    }

    @Test("a lost session is opened again, once")
    func withSession() async throws {
        let (client, transport) = client(
            .versions, .content, .fault("CurrentTime", "NotAuthenticated"), .login,
            .step("CurrentTime", "<returnval>2026-01-01T00:00:00Z</returnval>"),
            .fault("CurrentTime", "NotAuthenticated"), .login,
            .fault("CurrentTime", "NotAuthenticated"))
        _ = try await client.serviceContent()
        let time = try await client.withSession { () async throws(VSphereError) in try await client.currentTime() }
        #expect(time == Timestamp(rfc3339: "2026-01-01T00:00:00Z"))
        await #expect(throws: VSphereError.notAuthenticated(VSphereFault(name: "NotAuthenticated"))) {
            try await client.withSession { () async throws(VSphereError) in try await client.currentTime() }
        }
        #expect(transport.remaining == 0)
    }

    @Test("what a server need not have is nil where it is absent, an error where it is withheld")
    func optionalProperties() async throws {
        let (client, _) = client(
            .versions, .content, .property("maxCollector", "32"),
            .step("RetrievePropertiesEx", "<returnval><objects></objects></returnval>"),
            .property("latestEvent", "<key>9</key><createdTime>2026-01-01T00:00:00Z</createdTime>", type: "VmEvent"),
            .step("RetrievePropertiesEx", "<returnval><objects></objects></returnval>"),
            .fault("RetrievePropertiesEx", "InvalidProperty"), .missing("latestEvent", "NotAuthenticated"))
        #expect(try await client.maximumCollectors() == 32)
        #expect(try await client.maximumCollectors() == nil)
        let latest = try await client.latestEvent()
        #expect(latest?.key == 9 && latest?.className == "VmEvent")
        #expect(try await client.latestEvent() == nil)
        #expect(try await client.latestEvent() == nil)
        await #expect(throws: VSphereError.notAuthenticated(VSphereFault(name: "NotAuthenticated", message: "why"))) {
            try await client.latestEvent()
        }
    }

    @Test("the kinds of events are asked for once; dynamic ones are known by their id")
    func descriptions() async throws {
        func detail(_ key: String, _ category: String, _ format: String) -> String {
            "<EventDescriptionEventDetail><key>\(key)</key><description>d</description><category>\(category)</category>"
                + "<fullFormat>\(format)</fullFormat></EventDescriptionEventDetail>"
        }
        let array =
            detail("VmPoweredOnEvent", "info", "x") + detail("EventEx", "warning", "esx.a|text | more")
            + detail("EventEx", "error", "plain")
        let (client, _) = client(
            .versions, .content, .property("description.eventInfo", array, type: "ArrayOfEventDescriptionEventDetail"))
        let descriptions = try await client.eventDescriptions()
        #expect(try await client.eventDescriptions() == descriptions)
        var event = VSphereEvent(className: "VmPoweredOnEvent")
        #expect(descriptions.category(of: event) == "info")
        event = VSphereEvent(className: "EventEx")
        event.eventTypeId = "esx.a"
        #expect(descriptions.category(of: event) == "warning")
        event.eventTypeId = "esx.b"
        #expect(descriptions.category(of: event) == "error")
        event.severity = "user"
        #expect(descriptions.category(of: event) == "user")
        #expect(descriptions.category(of: VSphereEvent(className: "Unknown")) == nil)
    }

    @Test("an answer to another question, or with nothing in it, is not vSphere's")
    func wrongAnswers() async throws {
        var wrong = ScriptedTransport.Step.content
        wrong.body = Wire.answer("Logout")
        var empty = ScriptedTransport.Step.content
        empty.body = Wire.answer("RetrieveServiceContent", "<returnval/>")
        var proxy = ScriptedTransport.Step.content
        (proxy.status, proxy.body) = (502, "<html><body>Bad gateway</body></html>")
        for step in [wrong, empty, proxy] {
            let (client, _) = client(.versions, step)
            await #expect {
                try await client.serviceContent()
            } throws: { error in
                guard case .notVSphere = error as? VSphereError else { return false }
                return true
            }
        }
    }

    @Test("a query and a collector ask for what the version knows")
    func delayedInit() async throws {
        var old = ScriptedTransport.Step.versions
        old.body = old.body.replacing("8.0.3.0", with: "8.0.2.0")
        var filter = EventFilterSpec()
        filter.delayedInit = true
        for (versions, isSent) in [(ScriptedTransport.Step.versions, true), (old, false)] {
            let (client, transport) = client(versions, .content, .collector, .step("QueryEvents"))
            _ = try await client.createEventCollector(filter)
            #expect(try await client.queryEvents(filter).events.isEmpty)
            for request in transport.requests.suffix(2) {
                #expect(String(decoding: request.body, as: UTF8.self).contains("delayedInit") == isSent)
            }
        }
    }
}
