import Testing

@testable import HTTPClient

@Suite struct CurlTransportTrustTests {
    let server: TestServer

    init() throws {
        server = try TestServer.running()
    }

    @Test("a certificate of the authority in the CA file is trusted")
    func rightAuthority() async throws {
        let trust = TLSTrust.authorities(file: server.certificates.pem("authority"))
        #expect(await failure(of: "good", trusting: trust) == nil)
    }

    @Test("a self-signed certificate is trusted when the CA file holds it, under its own name only")
    func selfSigned() async throws {
        let trust = TLSTrust.authorities(file: server.certificates.pem("misnamed"))
        let error = await failure(of: "misnamed", trusting: trust)
        try expectUntrusted(error, showing: "misnamed", saying: "127.0.0.1")
    }

    @Test("a certificate nobody trusts is refused, and the error shows its thumbprint")
    func wrongAuthority() async throws {
        let stranger = TLSTrust.authorities(file: server.certificates.pem("stranger"))
        for trust in [stranger, .systemAuthorities] {
            try expectUntrusted(await failure(of: "good", trusting: trust), showing: "good", saying: "pin its SHA-256")
        }
    }

    @Test("an expired certificate is refused by authority and accepted by thumbprint")
    func expired() async throws {
        let trust = TLSTrust.authorities(file: server.certificates.pem("authority"))
        try expectUntrusted(await failure(of: "expired", trusting: trust), showing: "expired", saying: "expired")
        let pin = try pin("expired")
        #expect(await failure(of: "expired", trusting: pin) == nil)
    }

    @Test("the right thumbprint is trusted, whatever name and issuer", arguments: ["good", "misnamed"])
    func rightThumbprint(name: String) async throws {
        let pin = try pin(name)
        #expect(await failure(of: name, trusting: pin) == nil)
    }

    @Test("a wrong thumbprint is refused though another transport has a good connection")
    func wrongThumbprint() async throws {
        let url = server.url("/echo", of: "good")
        let (right, wrong) = (try pin("good"), try pin("misnamed"))
        try await withTransport(HTTPConnection(trust: right)) { first in
            #expect(await HTTPClientTests.failure(of: HTTPRequest("GET", url), by: first) == nil)
            try expectUntrusted(
                await failure(of: "good", trusting: wrong), showing: "good", saying: "not the configured")
            #expect(await HTTPClientTests.failure(of: HTTPRequest("GET", url), by: first) == nil)
        }
    }

    @Test("the thumbprint an error shows can be pinned as it is")
    func shownThumbprint() async throws {
        guard case .untrusted(_, let shown?) = await failure(of: "good", trusting: .systemAuthorities) else {
            Issue.record("no thumbprint was shown")
            return
        }
        let pin = TLSTrust.thumbprint(try CertificateThumbprint(shown).bytes)
        #expect(await failure(of: "good", trusting: pin) == nil)
    }

    @Test("only who asks for it by name trusts anyone", arguments: ["good", "misnamed", "expired"])
    func insecure(name: String) async throws {
        #expect(await failure(of: name, trusting: .insecure) == nil)
    }

    @Test("a CA file that is missing or none is named", arguments: ["/nonexistent/ca.pem", #filePath])
    func badFile(path: String) async throws {
        guard case .invalid(let text) = await failure(of: "good", trusting: .authorities(file: path)) else {
            Issue.record("accepted")
            return
        }
        #expect(text.contains(path))
    }

    @Test("a thumbprint of the wrong length never reaches a server")
    func shortThumbprint() async throws {
        guard case .invalid = await failure(of: "good", trusting: .thumbprint([1, 2, 3])) else {
            Issue.record("accepted")
            return
        }
    }

    private func pin(_ name: String) throws -> TLSTrust {
        .thumbprint(try CertificateThumbprint(server.certificates.thumbprint(name)).bytes)
    }

    private func failure(of name: String, trusting trust: TLSTrust) async -> HTTPError? {
        let transport = CurlTransport(HTTPConnection(trust: trust))
        let error = await HTTPClientTests.failure(of: HTTPRequest("GET", server.url("/echo", of: name)), by: transport)
        await transport.close()
        return error
    }

    private func expectUntrusted(
        _ error: HTTPError?, showing name: String, saying words: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        guard case .untrusted(let text, let thumbprint) = error else {
            Issue.record("\(String(describing: error))", sourceLocation: sourceLocation)
            return
        }
        #expect(thumbprint == (try server.certificates.thumbprint(name)), sourceLocation: sourceLocation)
        #expect(text.contains(words), sourceLocation: sourceLocation)
    }
}
