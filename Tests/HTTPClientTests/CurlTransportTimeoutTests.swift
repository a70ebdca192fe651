import Testing

@testable import HTTPClient

@Suite struct CurlTransportTimeoutTests {
    @Test(
        "a server that accepts and says nothing is given up after the connect timeout",
        arguments: [HTTPTimeouts(connect: .milliseconds(300), idle: .seconds(30), whole: .seconds(30))])
    func connect(timeouts: HTTPTimeouts) async throws {
        let server = try TestServer.running()
        let request = HTTPRequest("GET", "https://127.0.0.1:\(server.port("silent"))/", timeouts: timeouts)
        try await expect(.timedOut("connect"), of: request, after: .milliseconds(300))
    }

    @Test("an answer that takes too long as a whole is given up, though bytes keep coming")
    func whole() async throws {
        let server = try TestServer.running()
        let request = HTTPRequest(
            "GET", server.url("/drip?bytes=200&every=0.05"),
            timeouts: HTTPTimeouts(connect: .seconds(5), idle: .seconds(5), whole: .milliseconds(600)))
        try await expect(.timedOut("whole"), of: request, after: .milliseconds(600))
    }

    @Test("the whole time counts before a connection stands, too")
    func wholeWhileConnecting() async throws {
        let server = try TestServer.running()
        let request = HTTPRequest(
            "GET", "https://127.0.0.1:\(server.port("silent"))/",
            timeouts: HTTPTimeouts(connect: .seconds(10), idle: .seconds(10), whole: .milliseconds(300)))
        try await expect(.timedOut("whole"), of: request, after: .milliseconds(300))
    }

    @Test(
        "a server that falls silent is given up after the idle timeout",
        arguments: [("/slow?seconds=20", 500), ("/drip?bytes=3&every=0.2&missing=1&silence=20", 900)])
    func idle(path: String, least: Int) async throws {
        let server = try TestServer.running()
        let request = HTTPRequest(
            "GET", server.url(path),
            timeouts: HTTPTimeouts(connect: .seconds(5), idle: .milliseconds(500), whole: .seconds(30)))
        // The drip's last byte comes at 400 ms: the silence counts from there.
        try await expect(.timedOut("idle"), of: request, after: .milliseconds(least))
    }

    @Test(
        "a slow drip is no silence, be it of the body or of the head",
        arguments: ["/drip?bytes=12&every=0.1", "/driphead?lines=12&every=0.1"])
    func slowDrip(path: String) async throws {
        let server = try TestServer.running()
        let request = HTTPRequest(
            "GET", server.url(path),
            timeouts: HTTPTimeouts(connect: .seconds(5), idle: .milliseconds(600), whole: .seconds(30)))
        let (response, _) = try await withTransport { try await $0.send(request) }
        #expect(response.status == 200)
    }

    private func expect(
        _ expected: HTTPError, of request: HTTPRequest, after limit: Duration,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await withTransport(HTTPConnection(trust: .insecure)) { transport in
            var error: HTTPError?
            let time = await ContinuousClock().measure { error = await failure(of: request, by: transport) }
            #expect(error == expected, sourceLocation: sourceLocation)
            // Timers of libcurl may be a millisecond early; a loaded machine may be late.
            #expect(time > limit - .milliseconds(20) && time < limit + .seconds(5), sourceLocation: sourceLocation)
        }
    }
}
