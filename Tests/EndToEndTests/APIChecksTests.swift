import AgentTestKit
import EventModel
import Glibc
import HTTPClient
import Testing

/// The built agent on an address, looked at by programs that are not ours.
@Suite("The API as the ecosystem sees it")
struct APIChecksTests {
    private static let token = "ecosystem-test-token-0123456789"
    private static let python = PackageRoot[".build/apichecks/bin/python"]
    private static let hasPython = access(python, X_OK) == 0
    private static let programs = ["/usr/bin/prometheus", "/usr/bin/promtool", "/usr/bin/curl"]

    /// An agent that listens on `port` with tokens, and by TLS where an identity is given.
    private static func workplace(port: UInt16, _ identity: TestAuthority.Identity? = nil) throws -> Workplace {
        var api: [JSONValue.Member] = [
            .init("socket", "api.sock"), .init("listen", .string("127.0.0.1:\(port)")), .init("tokens", "tokens"),
        ]
        if let identity {
            api.append(
                .init("tls", ["certificate": .string(identity.certificate), "key": .string(identity.key)]))
        }
        let workplace = try Workplace(configuration: [
            "journal": ["kind": "sqlite", "path": "journal.db"],
            "collectors": [["name": "demo", "kind": "replay", "path": "feed.jsonl"]],
            "sinks": [
                ["name": "archive", "kind": "file", "path": "events.jsonl"],
                ["name": "lines", "kind": "stdout", "format": "json"],
            ],
            "api": .object(api),
        ])
        let events = (1...20).map { number in
            Event(
                id: "e\(number)", source: "test://feed", type: number % 2 == 0 ? "vm.powered-off" : "vm.powered-on",
                time: Timestamp(nanoseconds: 1_795_242_000_000_000_000 + Int64(number) * 1_000_000_000),
                guest: Guest(kind: .vm, id: "vm-\(number % 5)", name: "web", host: "hv1"))
        }
        TestFile.write(events.flatMap { EventEncoder.encode($0) + [10] }, to: workplace.folder.path("feed.jsonl"))
        TestFile.write("admin \(token)\n".utf8, to: workplace.folder.path("tokens"))
        return workplace
    }

    private static func run(_ program: String, _ arguments: [String], limit: Duration = .seconds(30)) async throws
        -> ChildProcess
    {
        let process = try ChildProcess(.init(program, arguments))
        _ = try await process.waitForExit(limit: limit)
        return process
    }

    @Test(
        "Schemathesis finds nothing wrong: every operation does what /openapi.yaml says, whatever it is sent",
        .enabled(if: hasPython, "no Schemathesis"), .timeLimit(.minutes(4)))
    func schemathesis() async throws {
        let port = try LoopbackPort.unused()
        let workplace = try Self.workplace(port: port)
        let agent = try await workplace.startAgent()
        defer { agent.kill() }
        let run = try await Self.run(
            Self.python,
            [
                PackageRoot["Tests/apichecks/run.py"], PackageRoot[".build/apichecks/bin/schemathesis"],
                "http://127.0.0.1:\(port)", Self.token, "1",
            ], limit: .seconds(200))
        #expect(run.exit == .code(0), "\(run.output.suffix(12_000))\n\(run.errors.suffix(2000))")
        let log = agent.errors.split(separator: "\n").suffix(20).joined(separator: "\n")
        #expect(agent.exit == nil, "\(log)")
        agent.terminate()
        #expect(try await agent.waitForExit(limit: .seconds(30)) == .code(0), "\(log)")
    }

    @Test(
        "Prometheus scrapes it over TLS with a token, and its series can be queried",
        .enabled(if: programs.allSatisfy { access($0, X_OK) == 0 }, "needs prometheus and curl"),
        .timeLimit(.minutes(3)))
    func prometheus() async throws {
        let authority = try await TestAuthority()
        let port = try LoopbackPort.unused()
        let workplace = try Self.workplace(port: port, try await authority.identity("server"))
        let agent = try await workplace.startAgent()
        defer { agent.kill() }
        // Debian's Prometheus asks for OpenMetrics first; what it says of the text format is heard from a saved page.
        let address = "https://127.0.0.1:\(port)/metrics"
        let asked = [
            "--silent", "--cacert", authority.authorities, "-H", "Authorization: Bearer \(Self.token)", address,
        ]
        let text = try await Self.run("/usr/bin/curl", asked + ["-H", "Accept: text/plain"])
        #expect(text.output.contains("guestwatch_ready 1\n"))
        TestFile.write(text.output.utf8, to: workplace.folder.path("metrics"))
        let saved = try LoopbackPort.unused()
        let pages = try ChildProcess(
            .init(
                "/usr/bin/python3", ["-m", "http.server", "--bind", "127.0.0.1", "\(saved)"],
                directory: workplace.folder.path))
        defer { pages.kill() }
        let own = try LoopbackPort.unused()
        let configuration = """
            global: { scrape_interval: 1s }
            scrape_configs:
              - job_name: guestwatch
                scheme: https
                tls_config: { ca_file: \(authority.authorities) }
                authorization: { credentials: \(Self.token) }
                static_configs: [ { targets: [ "127.0.0.1:\(port)" ] } ]
              - job_name: saved
                static_configs: [ { targets: [ "127.0.0.1:\(saved)" ] } ]
            """
        TestFile.write(configuration.utf8, to: workplace.folder.path("prometheus.yml"))
        let prometheus = try ChildProcess(
            .init(
                "/usr/bin/prometheus",
                [
                    "--config.file=prometheus.yml", "--storage.tsdb.path=series",
                    "--web.listen-address=127.0.0.1:\(own)",
                ], directory: workplace.folder.path))
        defer { prometheus.kill() }
        for job in ["guestwatch", "saved"] {
            let query =
                "http://127.0.0.1:\(own)/api/v1/query?query=guestwatch_sink_committed_entries_total%7Bjob=%22\(job)%22,"
                + "sink=%22archive%22%7D"
            try await waitUntil("Prometheus has the series of \(job)", limit: .seconds(60)) {
                let answer = try await Self.run("/usr/bin/curl", ["--silent", query]).output
                let value = (try? JSONDocument(Array(answer.utf8)))?.root.value["data"]?["result"]?.array?.first?[
                    "value"]
                return (value?.array?.last?.string.flatMap { Double($0) } ?? 0) >= 20
            }
        }
        let up = try await Self.run("/usr/bin/curl", ["--silent", "http://127.0.0.1:\(own)/api/v1/targets"]).output
        #expect(up.matches(of: /"health":"up"/).count == 2, "\(up)")
    }

    @Test(
        "both formats are read by Prometheus' own parsers, and promtool has nothing to say",
        .enabled(if: hasPython, "no prometheus_client"))
    func parsers() async throws {
        let workplace = try Self.workplace(port: try LoopbackPort.unused())
        let agent = try await workplace.startAgent()
        defer { agent.kill() }
        // Between two scrapes the agent may have come to know more, as long as it has just begun.
        try await waitUntil("both have the same samples", limit: .seconds(30)) {
            let text = try await Self.samples("text", "text/plain", of: workplace)
            let accepted = "application/openmetrics-text; version=1.0.0"
            return try await Self.samples("openmetrics", accepted, of: workplace) == text && !text.isEmpty
        }
    }

    /// Scrapes the agent in a format, has it read by Prometheus' own parser and gives what that counted.
    private static func samples(_ format: String, _ accept: String, of workplace: Workplace) async throws -> String {
        let transport = CurlTransport(HTTPConnection(socket: workplace.folder.path("api.sock")))
        let (head, body) = try await transport.send(
            HTTPRequest("GET", "http://localhost/metrics", headers: ["Accept": accept]))
        await transport.close()
        #expect(head.headers["Content-Type"]?.hasPrefix(accept.prefix { $0 != ";" }.description) == true)
        TestFile.write(body, to: workplace.folder.path(format))
        let parsed = try await run(
            python, [PackageRoot["Tests/apichecks/metrics.py"], format, workplace.folder.path(format)])
        #expect(parsed.exit == .code(0), "\(parsed.errors)")
        return parsed.output
    }

    @Test("commands reach an agent elsewhere by TLS with a token, and a reload takes new tokens")
    func commands() async throws {
        let authority = try await TestAuthority()
        let port = try LoopbackPort.unused()
        let workplace = try Self.workplace(port: port, try await authority.identity("server"))
        let agent = try await workplace.startAgent()
        defer { agent.kill() }
        TestFile.write("\(Self.token)\n".utf8, to: workplace.folder.path("mine"))
        let there = ["--url", "https://localhost:\(port)", "--token-file", "mine"]
        let trusted = there + ["--ca", authority.authorities]
        #expect(try await workplace.run(["status"] + trusted).0 == .code(0))
        let (untrusted, _, why) = try await workplace.run(["status"] + there)
        #expect(untrusted == .code(77) && why.contains("certificate"), "\(why)")
        let (unknown, _, words) = try await workplace.run(
            ["status"] + trusted.filter { !["--token-file", "mine"].contains($0) })
        #expect(unknown == .code(77) && words.contains("token"), "\(words)")
        TestFile.write("read another-token-0123456789\n".utf8, to: workplace.folder.path("tokens"))
        agent.signal(SIGHUP)
        _ = try await agent.waitForLine { $0.contains("configuration reloaded") && $0.contains("~tokens") }
        #expect(try await workplace.run(["status"] + trusted).0 == .code(77))
        TestFile.write("another-token-0123456789".utf8, to: workplace.folder.path("mine"))
        #expect(try await workplace.run(["status"] + trusted).0 == .code(0))
        let (forbidden, _, role) = try await workplace.run(["suspend", "archive"] + trusted)
        #expect(forbidden == .code(77) && role.contains("admin"), "\(role)")
        TestFile.write("rubbish".utf8, to: workplace.folder.path("tokens"))
        agent.signal(SIGHUP)
        _ = try await agent.waitForLine { $0.contains("not reloaded, nothing changed") && $0.contains("tokens") }
        #expect(try await workplace.run(["status"] + trusted).0 == .code(0))
    }
}

/// Ports of this machine.
enum LoopbackPort {
    /// One that nobody listens on.
    static func unused() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 ? getsockname(descriptor, $0, &size) : -1
            }
        }
        try #require(result == 0)
        return UInt16(bigEndian: address.sin_port)
    }
}
