import Foundation
import Testing

@testable import HTTPClient

@Suite struct CurlTransportTests {
    @Test(
        "the body of a request arrives, whatever its method and length", arguments: ["POST", "PUT", "DELETE"],
        [0, 1, 3_000_000])
    func sendsBodies(method: String, length: Int) async throws {
        let server = try TestServer.running()
        let body = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let (response, echo) = try await withTransport {
            try await $0.send(HTTPRequest(method, server.url("/echo"), body: body))
        }
        #expect(response.status == 200)
        #expect(response.headers["x-method"] == method)
        #expect(echo == body)
    }

    @Test("headers are sent as they are, and none is made up but Host and Accept")
    func sendsHeaders() async throws {
        let server = try TestServer.running()
        let request = HTTPRequest(
            "POST", server.url("/head?a=b"), headers: ["SOAPAction": "\"urn:vim25/7.0\"", "X-Empty": ""],
            body: [UInt8](repeating: 1, count: 2_000_000))
        let (_, body) = try await withTransport { try await $0.send(request) }
        let seen = try JSONDecoder().decode(Seen.self, from: Data(body))
        #expect(seen.line == "POST /head?a=b HTTP/1.1")
        #expect(seen.head.contains(["SOAPAction", "\"urn:vim25/7.0\""]))
        #expect(seen.head.contains(["X-Empty", ""]))
        #expect(
            Set(seen.head.map { $0[0] }) == [
                "Host", "Accept", "Accept-Encoding", "Content-Length", "SOAPAction", "X-Empty",
            ])
    }

    struct Seen: Decodable {
        let line: String
        let head: [[String]]
    }

    @Test("3000 requests in a row use one connection", arguments: ["plain", "good"])
    func reusesConnections(name: String) async throws {
        let server = try TestServer.running()
        let connections = try await withTransport(HTTPConnection(trust: .insecure)) { transport in
            var connections: Set<String?> = []
            for _ in 0..<3000 {
                let (response, _) = try await transport.send(
                    HTTPRequest("POST", server.url("/echo", of: name), body: [7]))
                connections.insert(response.headers["X-Connection"])
            }
            return connections
        }
        #expect(connections.count == 1)
    }

    @Test("50 requests at once wait together, on the one thread")
    func sendsAtOnce() async throws {
        let server = try TestServer.running()
        let clock = ContinuousClock()
        try await withTransport { transport in
            let time = try await clock.measure {
                try await withThrowingTaskGroup(of: ThreadSpy.self) { group in
                    for _ in 0..<50 {
                        group.addTask {
                            let spy = ThreadSpy()
                            _ = try await transport.send(HTTPRequest("GET", server.url("/slow?seconds=0.5")), to: spy)
                            return spy
                        }
                    }
                    let threads = try await group.reduce(into: Set<Int>()) { $0.insert($1.thread) }
                    #expect(threads.count == 1)
                }
            }
            #expect(time < .seconds(10), "one after the other they take 25 s")
        }
    }

    @Test("the thread of an idle transport does not wake up")
    func sleepsWhenIdle() async throws {
        let server = try TestServer.running()
        try await withTransport(HTTPConnection(trust: .insecure)) { transport in
            let spy = ThreadSpy()
            _ = try await transport.send(HTTPRequest("GET", server.url("/echo", of: "good")), to: spy)
            var quiet = false
            for _ in 0..<5 where !quiet {
                let before = try spy.switches()
                try await Task.sleep(for: .milliseconds(300))
                quiet = try spy.switches() == before
            }
            #expect(quiet)
        }
    }

    @Test("compressed bodies arrive decoded", arguments: ["/gzip", "/deflate"])
    func decodes(path: String) async throws {
        let server = try TestServer.running()
        let (_, body) = try await withTransport { try await $0.get(server.url(path)) }
        #expect(body == String(repeating: "guest ", count: 1000))
    }

    @Test("a chunked body arrives whole, and its trailer is no header")
    func readsChunks() async throws {
        let server = try TestServer.running()
        let (response, body) = try await withTransport { try await $0.get(server.url("/chunked?chunks=3")) }
        #expect(body == "chunk 0;chunk 1;chunk 2;")
        #expect(response.headers["X-Trailer"] == nil)
    }

    @Test("an interim answer is not the answer")
    func skipsInterimAnswers() async throws {
        let server = try TestServer.running()
        let (response, body) = try await withTransport { try await $0.get(server.url("/early")) }
        #expect(response.status == 200)
        #expect(response.headers["X-Early"] == nil)
        #expect(body == "after 100")
    }

    @Test(
        "every status is an answer, and a redirect is not followed", arguments: [("/redirect", 302), ("/nowhere", 404)])
    func takesEveryStatus(path: String, status: Int) async throws {
        let server = try TestServer.running()
        let (response, _) = try await withTransport { try await $0.get(server.url(path)) }
        #expect(response.status == status)
    }

    @Test("an answer without a body begins all the same", arguments: ["GET", "HEAD"])
    func beginsWithoutBody(method: String) async throws {
        let server = try TestServer.running()
        let spy = ThreadSpy()
        let response = try await withTransport {
            try await $0.send(HTTPRequest(method, server.url("/big?bytes=0")), to: spy)
        }
        #expect(response.status == 200)
        #expect(spy.thread != 0)
    }

    @Test("a long head is read up to its limit")
    func readsLongHeads() async throws {
        let server = try TestServer.running()
        try await withTransport { transport in
            let (response, _) = try await transport.get(server.url("/wide?bytes=60000&fields=2"))
            #expect(response.headers["X-Wide-1"]?.count == 60000)
            let error = await failure(of: HTTPRequest("GET", server.url("/wide?bytes=60000&fields=6")), by: transport)
            guard case .unreachable = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }
}
