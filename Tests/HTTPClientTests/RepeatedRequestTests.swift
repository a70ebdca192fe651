import AgentTestKit
import HTTPClient
import Platform
import Testing

/// A pooled connection may break after the server did what was asked.
@Suite("Requests that must not be repeated")
struct RepeatedRequestTests {
    @Test(
        "a request that is lost on a pooled connection is sent again only if it does no harm",
        arguments: [true, false], [0, 300_000])
    func lostOnPooledConnection(isRepeatable: Bool, bytes: Int) async throws {
        let bodies = Locked<[String]>([])
        // A long body is given piece by piece, and from its beginning again.
        let (first, second) = ("first", "second" + String(repeating: "0123456789", count: bytes / 10))
        let server = try LoopbackServer { request in
            let body = String(decoding: request.body, as: UTF8.self)
            let count = bodies.withLock { bodies in
                bodies.append(body)
                return bodies.count
            }
            return ServedAnswer(200, body: Array(body.utf8), ending: count == 2 ? .cutBeforeHead : .complete)
        }
        defer { server.stop() }
        let transport = CurlTransport()
        var request = HTTPRequest("POST", "\(server.url)/", body: Array(first.utf8))
        request.isRepeatable = isRepeatable
        #expect(try await transport.send(request).1 == Array(first.utf8))
        request.body = Array(second.utf8)
        if isRepeatable {
            #expect(try await transport.send(request).1 == Array(second.utf8))
            #expect(bodies.withLock(\.self) == [first, second, second])
        } else {
            await #expect(throws: HTTPError.self) { _ = try await transport.send(request) }
            #expect(bodies.withLock(\.self) == [first, second])
        }
        await transport.close()
    }
}
