import AgentCore
import AgentTestKit
import HTTPClient
import Testing

@testable import WebAPI

@Suite("Who is let in")
struct GateTests {
    private static let (admin, read) = ("admin-token-of-24-bytes!", "read-token-of-24-bytes!!")

    private func rig(tokens: Bool = true, more: String = "") async throws -> APIRig {
        let directory = try TemporaryDirectory("gw-api")
        let text = "# who\nadmin \(Self.admin)\n\nread \(Self.read)\n"
        #expect(TestFile.write(Array(text.utf8), to: directory.path("tokens")))
        let file = tokens ? ",\"tokens\":\"\(directory.path("tokens"))\"" : ""
        return try await APIRig(api: "\"listen\":\"127.0.0.1:0\"\(file)\(more)", directory: directory)
    }

    @Test("over TCP a token is needed, and its role decides; health needs none")
    func tokens() async throws {
        try await APIRig.with(try await rig()) { rig async throws in
            func status(_ method: String, _ path: String, _ token: String?) async throws -> Int {
                try await rig.knock(method, path, headers: token.map { ["Authorization": "Bearer \($0)"] } ?? [:])
                    .status
            }
            #expect(try await status("GET", "/healthz", nil) == 200)
            #expect(try await status("GET", "/readyz", nil) == 200)
            for path in ["/v1/status", "/v1/events", "/v1/events/stream", "/metrics", "/openapi.yaml", "/v1/nothing"] {
                let reply = try await rig.knock("GET", path)
                #expect(reply.status == 401 && reply.head.headers["WWW-Authenticate"] != nil, "\(path)")
                #expect(try await status("GET", path, "wrong-token-of-24-bytes!") == 401)
            }
            #expect(try await status("GET", "/v1/status", Self.read) == 200)
            #expect(try await status("POST", "/v1/sinks/s/suspend", Self.read) == 403)
            #expect(try await status("POST", "/v1/sinks/s/suspend", Self.admin) == 200)
            #expect(try await rig.ask("POST", "/v1/sinks/s/resume").status == 200)
        }
    }

    @Test("without tokens TCP may look and not touch")
    func noTokens() async throws {
        try await APIRig.with(try await rig(tokens: false)) { rig async throws in
            #expect(try await rig.knock("GET", "/v1/status").status == 200)
            #expect(try await rig.knock("POST", "/v1/sinks/s/suspend").status == 403)
        }
    }

    @Test(
        "a browser is let in by address, localhost or a configured name, from our own pages only",
        arguments: [
            ("Host", "evil.example", 403), ("Host", "127.0.0.1.evil.example:80", 403), ("Host", "localhost:1", 200),
            ("Host", "[::1]:80", 200), ("Host", "hv1.example", 200), ("Origin", "http://evil.example", 403),
            ("Origin", "null", 403),
        ])
    func rebinding(name: String, value: String, status: Int) async throws {
        try await APIRig.with(try await rig(tokens: false, more: #","hosts":["HV1.example"]"#)) { rig async throws in
            #expect(try await rig.knock("GET", "/v1/status", headers: [name: value]).status == status)
            #expect(try await rig.knock("GET", "/healthz", headers: [name: value]).status == status)
        }
    }

    @Test("the socket is for its owner only, and gone after the end; a stale one is replaced, anything else is not")
    func socketFile() async throws {
        let directory = try TemporaryDirectory("gw-api")
        let first = try await APIRig(directory: directory)
        #expect(FileMode.of(first.socket) == 0o600)
        await #expect(throws: (any Error).self) { _ = try await APIRig(directory: directory) }
        #expect(try await first.ask("/healthz").status == 200)
        await first.stop()
        #expect(!directory.names.contains("api.sock"))
        #expect(TestFile.write(Array("mine".utf8), to: directory.path("api.sock")))
        await #expect(throws: (any Error).self) { _ = try await APIRig(directory: directory) }
        #expect(TestFile.text(directory.path("api.sock")) == "mine")
    }

    @Test(
        "a tokens file that is none is refused",
        arguments: ["", "admin short", "root 1234567890123456", "admin", "admin a b", "read päronpäronpäronpäron"])
    func badTokens(text: String) {
        #expect(throws: APITokensError.self) { try APITokens(text: text, path: "t") }
    }

    @Test("a token is known by all of its bytes")
    func comparison() throws {
        let tokens = try APITokens(text: "read 1234567890123456\r\n\nadmin 1234567890123457", path: "t")
        #expect(tokens.role(of: "1234567890123456") == .read && tokens.role(of: "1234567890123457") == .admin)
        for wrong in ["", "1", "123456789012345", "12345678901234561", "12345678901234561234567890123456"] {
            #expect(tokens.role(of: wrong) == nil, "\(wrong)")
        }
    }

    @Test(
        "connections on which nothing is under way are closed at once when it stops, streams are told",
        .timeLimit(.minutes(1)))
    func stopping() async throws {
        // By this clock the grace for answers under way never ends: only connections that are closed end the stop.
        let clock = AgentClock(now: { TestClock.start }, sleep: AgentClock.system.sleep)
        let rig = try await APIRig(clock: clock)
        let idle = try RawClient(rig.socket)
        try idle.get("/healthz")
        try await idle.read(until: "\"ok\"")
        let fresh = try RawClient(rig.socket)
        let reader = try RawClient(rig.socket)
        try reader.get("/v1/events/stream")
        try await reader.read(until: "retry:")
        await rig.stop()
        for client in [idle, fresh, reader] { try await client.readToEnd() }
        #expect(reader.text.contains("event: end"))
    }

    @Test("a header that is too large ends the connection, a body that does not come too")
    func limits() async throws {
        let limits = #""limits":{"headerBytes":"2KiB","requestTime":"300ms"}"#
        try await APIRig.with(try await APIRig(api: limits)) { rig async throws in
            let large = try RawClient(rig.socket)
            try large.get("/healthz", headers: "X-Filler: \(String(repeating: "x", count: 5000))\r\n")
            try await large.readToEnd()
            #expect(!large.text.contains("200 OK"))
            let silent = try RawClient(rig.socket)
            try silent.send("POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12")
            try await silent.readToEnd()
            let half = try RawClient(rig.socket)
            try half.send("GET /healthz HTTP/1.1\r\nHo")
            try await half.readToEnd()
            #expect(try await rig.ask("/healthz").status == 200)
        }
    }

    @Test("there are only so many connections")
    func connections() async throws {
        try await APIRig.with(try await APIRig(api: #""limits":{"connections":2}"#)) { rig async throws in
            let clients = try (0..<2).map { _ in try RawClient(rig.socket) }
            for client in clients {
                try client.get("/healthz")
                try await client.read(until: "\"ok\"")
            }
            let third = try RawClient(rig.socket)
            try await third.readToEnd()
            #expect(third.text.isEmpty)
            clients[0].close()
            try await waitUntil("there is room again") { (try? await rig.ask("/healthz").status) == 200 }
        }
    }
}
