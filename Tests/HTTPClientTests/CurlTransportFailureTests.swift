import Foundation
import Testing

@testable import HTTPClient

@Suite struct CurlTransportFailureTests {
    @Test(
        "a broken answer is unreachable: worth another try",
        arguments: ["/cut", "/cutchunk", "/badgzip", "/garbage"])
    func broken(path: String) async throws {
        let server = try TestServer.running()
        try await withTransport { transport in
            try await expectUnreachable(HTTPRequest("GET", server.url(path)), by: transport)
            let (_, body) = try await transport.get(server.url("/chunked?chunks=1"))
            #expect(body == "chunk 0;", "and the transport goes on")
        }
    }

    @Test("a connection cut in the middle of a body is unreachable by TLS as well")
    func brokenTLS() async throws {
        let server = try TestServer.running()
        try await withTransport(HTTPConnection(trust: .insecure)) {
            try await expectUnreachable(HTTPRequest("GET", server.url("/cut", of: "good")), by: $0)
        }
    }

    @Test("nobody listening, no such name, TLS to a plain server: unreachable")
    func unreachable() async throws {
        let server = try TestServer.running()
        let longName = String(repeating: "n", count: 64) + ".example"
        for url in ["http://127.0.0.1:1/", "http://\(longName)/", "https://127.0.0.1:\(server.port("plain"))/"] {
            try await withTransport { try await expectUnreachable(HTTPRequest("GET", url), by: $0) }
        }
    }

    @Test(
        "what can never work is invalid, and is not sent",
        arguments: [
            HTTPRequest("GET", "ftp://127.0.0.1/"), HTTPRequest("GET", "file:///etc/passwd"),
            HTTPRequest("GET", "vc1.example/sdk"),
            HTTPRequest("GET", "http://a b/"), HTTPRequest("GET", "http://a/\r\nX: y"),
            HTTPRequest("GET X", "http://127.0.0.1/"),
            HTTPRequest("GET", "http://127.0.0.1/", headers: ["X": "a\r\nY: b"]),
            HTTPRequest("GET", "http://127.0.0.1/", headers: ["X\n": "a"]), HTTPRequest("GET", "http://[::1"),
            HTTPRequest("GET", "http://user:password@127.0.0.1/"),
        ])
    func invalid(request: HTTPRequest) async throws {
        let error = try await withTransport { await failure(of: request, by: $0) }
        guard case .invalid = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("a body is taken up to its limit, to the byte, and counted decoded")
    func bodyLimit() async throws {
        let server = try TestServer.running()
        try await withTransport { transport in
            let (_, body) = try await transport.send(
                HTTPRequest("GET", server.url("/big?bytes=100000"), bodyLimit: 100_000))
            #expect(body.count == 100_000)
            for path in ["/big?bytes=100001", "/gzip?times=1000000"] {
                let collector = PieceCollector()
                let request = HTTPRequest("GET", server.url(path), bodyLimit: 100_000)
                let error = await failure(of: request, by: transport, to: collector)
                #expect(error == .bodyTooLarge(limit: 100_000))
                #expect(collector.pieces.map(\.count).reduce(0, +) <= 100_000)
            }
        }
    }

    @Test("a receiver that refuses ends the transfer", arguments: [0, 1, 3])
    func refusal(pieces: Int) async throws {
        let server = try TestServer.running()
        try await withTransport { transport in
            let request = HTTPRequest("GET", server.url("/big?bytes=1000000"))
            let error = await failure(of: request, by: transport, to: Refuser(after: pieces))
            #expect(error == .refusedByReceiver)
        }
    }

    @Test("cancelling the task ends the transfer within 100 ms, and only that one")
    func cancellation() async throws {
        let server = try TestServer.running()
        try await withTransport { transport in
            let other = Task { try await transport.get(server.url("/slow?seconds=1")) }
            var fastest = Duration.seconds(10)
            for _ in 0..<5 {
                let spy = PieceCollector()
                let task = Task {
                    let request = HTTPRequest("GET", server.url("/drip?bytes=1&every=0&missing=1&silence=20"))
                    return await failure(of: request, by: transport, to: spy)
                }
                try await wait { !spy.pieces.isEmpty }
                let time = await ContinuousClock().measure {
                    task.cancel()
                    #expect(await task.value == .cancelled)
                }
                fastest = min(fastest, time)
            }
            #expect(fastest < .milliseconds(100))
            #expect(try await other.value.1 == "at last")
        }
    }

    @Test("a task cancelled before it sends does not send")
    func cancelledBefore() async throws {
        let server = try TestServer.running()
        try await withTransport { transport in
            let task = Task {
                try? await Task.sleep(for: .seconds(10))
                return await failure(of: HTTPRequest("GET", server.url("/echo")), by: transport)
            }
            task.cancel()
            #expect(await task.value == .cancelled)
        }
    }

    @Test("closing ends what is under way, and nothing is sent afterwards")
    func closing() async throws {
        let server = try TestServer.running()
        let transport = CurlTransport()
        let spy = PieceCollector()
        let task = Task {
            let request = HTTPRequest("GET", server.url("/drip?bytes=1&every=0&missing=1&silence=20"))
            return await failure(of: request, by: transport, to: spy)
        }
        try await wait { !spy.pieces.isEmpty }
        await transport.close()
        #expect(await task.value == .cancelled)
        #expect(await failure(of: HTTPRequest("GET", server.url("/echo")), by: transport) == .cancelled)
        await transport.close()
    }

    @Test("a transport that was forgotten ends its thread")
    func forgotten() async throws {
        let server = try TestServer.running()
        let spy = ThreadSpy()
        do {
            let transport = CurlTransport()
            _ = try await transport.send(HTTPRequest("GET", server.url("/echo")), to: spy)
        }
        let task = "/proc/self/task/\(spy.thread)"
        try await wait { !FileManager.default.fileExists(atPath: task) }
        #expect(!FileManager.default.fileExists(atPath: task))
    }

    private func expectUnreachable(
        _ request: HTTPRequest, by transport: CurlTransport, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let error = await failure(of: request, by: transport)
        guard case .unreachable(let text) = error, !text.isEmpty else {
            Issue.record("\(String(describing: error))", sourceLocation: sourceLocation)
            return
        }
    }
}

/// Waits until `condition` holds, for ten seconds at the most.
func wait(until condition: () throws -> Bool) async throws {
    let deadline = ContinuousClock.now.advanced(by: .seconds(10))
    while try !condition() {
        try #require(ContinuousClock.now < deadline, "waited too long")
        try await Task.sleep(for: .milliseconds(2))
    }
}
