import HTTPClient
import Testing

@testable import VSphere

/// A session holds its collectors until it ends: none that the client was told of is left behind.
@Suite struct SessionsLeftTests {
    private func client(_ steps: ScriptedTransport.Step...) -> (VSphereClient, ScriptedTransport) {
        let transport = ScriptedTransport(steps)
        let client = VSphereClient(url: "https://vc/sdk/", transport: transport) {
            VSphereCredentials(userName: "watch", password: "geheim")
        }
        return (client, transport)
    }

    private func login(as cookie: String) -> ScriptedTransport.Step {
        var step = ScriptedTransport.Step.login
        step.headers = ["Set-Cookie": "vmware_soap_session=\"\(cookie)\"; Path=/"]
        return step
    }

    /// The session each request was made in.
    private func sessions(_ transport: ScriptedTransport) -> [String?] {
        transport.requests.map { request in
            request.headers["Cookie"].map { String($0.dropFirst("vmware_soap_session=\"".count).dropLast()) }
        }
    }

    @Test("one whose logout was not confirmed is ended with the next login, in its own name")
    func unconfirmedLogout() async throws {
        var lost = ScriptedTransport.Step.step("Logout")
        lost.error = .timedOut("idle")
        let (client, transport) = client(
            .versions, .content, login(as: "one"), lost, login(as: "two"), .step("Logout"), .step("Logout"))
        try await client.login()
        await #expect(throws: VSphereError.transport(.timedOut("idle"))) { try await client.logout() }
        try await client.login()
        try await client.logout()
        try await client.logout()
        #expect(sessions(transport) == [nil, nil, nil, "one", nil, "one", "two"])
        #expect(transport.remaining == 0)
    }

    @Test("one whose login was answered, if not to the end, is ended too")
    func brokenLogin() async throws {
        var broken = login(as: "one")
        broken.body = String(broken.body.prefix(broken.body.count / 2))
        let (client, transport) = client(
            .versions, .content, broken, login(as: "two"), .fault("Logout", "NotAuthenticated"), .step("Logout"))
        await #expect(throws: VSphereError.self) { try await client.login() }
        try await client.login()
        try await client.logout()
        #expect(sessions(transport) == [nil, nil, nil, nil, "one", "two"])
        #expect(transport.remaining == 0)
    }

    @Test("what cannot be ended now is ended with the last logout")
    func severalLeft() async throws {
        var refused = ScriptedTransport.Step.step("Logout")
        (refused.status, refused.body) = (503, "<html>no</html>")
        let (client, transport) = client(
            .versions, .content, login(as: "one"), login(as: "two"), refused, login(as: "three"), refused,
            .step("Logout"), .step("Logout"), .step("Logout"))
        for _ in 0..<3 { try await client.login() }
        try await client.logout()
        #expect(sessions(transport).suffix(3) == ["three", "two", "one"])
        #expect(transport.remaining == 0)
    }

    @Test("a balancer's cookie is no session")
    func cookieWithoutLogin() async throws {
        var content = ScriptedTransport.Step.content
        content.headers = ["Set-Cookie": "balancer=7; Path=/"]
        let (client, transport) = client(.versions, content, login(as: "one"))
        try await client.login()
        #expect(transport.requests.count == 3)
    }

    @Test("an answer about another object is the answer to another call")
    func anotherObject() async throws {
        func latest(of id: String) -> ScriptedTransport.Step {
            .step(
                "RetrievePropertiesEx",
                "<returnval><objects><obj type=\"EventManager\">\(id)</obj></objects></returnval>")
        }
        let (client, _) = client(.versions, .content, latest(of: "em"), latest(of: "c1"))
        #expect(try await client.latestEvent() == nil)
        await #expect(throws: VSphereError.notVSphere("asked about \"em\" it answers about \"c1\"")) {
            try await client.latestEvent()
        }
    }
}
