import AgentTestKit
import Glibc
import HTTPClient
import Testing

@Suite(.timeLimit(.minutes(1))) struct LoopbackServerTests {
    /// Sends raw bytes by a new connection of bash and gives what comes back until the end of the connection.
    private func exchange(_ server: LoopbackServer, _ text: String) async throws -> String {
        let script = "exec 3<>/dev/tcp/127.0.0.1/\(server.port); printf '%b' \"$TEXT\" >&3; cat <&3"
        let child = try ChildProcess(.init("/bin/bash", ["-c", script], environment: ["TEXT": text]))
        _ = try await child.waitForExit()
        return child.output
    }

    private static let echo: @Sendable (HTTPRequest) -> ServedAnswer = { request in
        ServedAnswer(200, headers: ["X-Url": request.url], body: Array("<".utf8) + request.body + Array(">".utf8))
    }

    @Test("requests on one connection are answered one after the other, with lengths and in chunks")
    func keepAlive() async throws {
        let server = try LoopbackServer(serving: Self.echo)
        defer { server.stop() }
        let answer = try await exchange(
            server,
            #"POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nonePOST /b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"#
                + #"2\r\ntw\r\n1\r\no\r\n0\r\n\r\nGET /c HTTP/1.1\r\nConnection: close\r\n\r\n"#)
        #expect(answer.contains("<one>") && answer.contains("<two>") && answer.contains("<>"))
        #expect(answer.contains("X-Url: \(server.url)/b"))
        #expect(server.connectionsTaken == 1 && server.requests == 3)
    }

    @Test("chunked answers are whole, cut ones end where they should")
    func endings() async throws {
        let server = try LoopbackServer { request in
            switch request.url.last {
            case "c": ServedAnswer(200, body: Array("chunked body".utf8), isChunked: true)
            case "x": ServedAnswer(200, body: Array("1234567890".utf8), ending: .cut(afterBytes: 4))
            default: ServedAnswer(200, ending: .cutBeforeHead)
            }
        }
        defer { server.stop() }
        let chunked = try await exchange(server, #"GET /c HTTP/1.1\r\nConnection: close\r\n\r\n"#)
        #expect(chunked.hasSuffix("\r\n\r\nc\r\nchunked body\r\n0\r\n\r\n"))
        let cut = try await exchange(server, #"GET /x HTTP/1.1\r\n\r\n"#)
        #expect(cut.contains("Content-Length: 10\r\n") && cut.hasSuffix("\r\n\r\n1234"))
        #expect(try await exchange(server, #"GET / HTTP/1.1\r\n\r\n"#) == "")
    }

    @Test("stop ends connections that hang and answers that wait, and frees the port")
    func stop() async throws {
        let server = try LoopbackServer(answering: { request in
            if request.url.hasSuffix("hang") { return ServedAnswer(200, body: [65, 66], ending: .hang(afterBytes: 1)) }
            try? await ContinuousClock().sleep(for: .seconds(600))
            return ServedAnswer(204)
        })
        async let hanging = exchange(server, #"GET /hang HTTP/1.1\r\n\r\n"#)
        async let waiting = exchange(server, #"GET /wait HTTP/1.1\r\n\r\n"#)
        try await waitUntil("both ask") { server.requests == 2 }
        server.stop()
        let hung = try await hanging
        #expect(hung.isEmpty || hung.hasSuffix("\r\n\r\nA"))
        #expect(try await waiting == "")
        let again = try LoopbackServer(port: server.port, serving: Self.echo)
        again.stop()
    }
}
