import AgentTestKit
import EventModel
import HTTPClient
import Testing

@Suite("The built agent over HTTP")
struct APIEndToEndTests {
    private static let configuration: JSONValue = [
        "journal": ["kind": "sqlite", "path": "journal.db"],
        "collectors": [["name": "tail", "kind": "file-watch", "paths": ["*.log"], "translator": "esxi-hostd"]],
        "sinks": [["name": "archive", "kind": "file", "path": "events.jsonl"]],
        "api": ["socket": "api.sock"],
    ]

    private static func ask(
        _ method: String = "GET", _ path: String, at socket: String, headers: HTTPHeaders = [:], body: String = ""
    ) async throws -> (Int, String) {
        let transport = CurlTransport(HTTPConnection(socket: socket))
        let (head, bytes) = try await transport.send(
            HTTPRequest(method, "http://localhost\(path)", headers: headers, body: Array(body.utf8)))
        await transport.close()
        return (head.status, String(decoding: bytes, as: UTF8.self))
    }

    private static func events(_ numbers: ClosedRange<Int>) -> String {
        let events = numbers.map { number in
            #"{"specversion":"1.0","id":"\#(number)","source":"e2e","type":"guestwatch.vm.powered-on","#
                + #""time":"2026-01-01T00:00:00Z","subject":"vm/vm-\#(number)","data":{}}"#
        }
        return "[\(events.joined(separator: ","))]"
    }

    @Test("what is injected is in the journal, in the archive and among the guests, also after a restart")
    func lives() async throws {
        let place = try Workplace(configuration: Self.configuration)
        let socket = place.folder.path("api.sock")
        for life in 0..<2 {
            let agent = try await place.startAgent()
            let (status, text) = try await Self.ask(
                "POST", "/v1/events", at: socket, headers: ["Content-Type": "application/cloudevents-batch+json"],
                body: Self.events((life * 10 + 1)...(life * 10 + 10)))
            #expect(status == 200 && text.contains(#""stored":10"#), "\(text)")
            try await waitUntil("the guests are known") {
                let (_, guests) = try await Self.ask("GET", "/v1/guests?count=1000", at: socket)
                return guests.matches(of: /"state":"running"/).count == (life + 1) * 10
            }
            #expect(try await Self.ask("GET", "/readyz", at: socket).0 == 200)
            let (_, metrics) = try await Self.ask("GET", "/metrics", at: socket)
            #expect(metrics.contains("guestwatch_sink_conserved{sink=\"archive\",kind=\"file\"} 1"))
            agent.terminate()
            #expect(try await agent.waitForExit() == .code(0), "\(agent.errors)")
            #expect(!place.folder.names.contains("api.sock"))
        }
        let archived = try await place.archive().filter { $0.event.source == "e2e" }
        #expect(archived.map(\.event.id) == (1...20).map { "\($0)" })
    }

    @Test("an address that is not loopback is refused with the configuration")
    func refused() async throws {
        var members = Self.configuration.members ?? []
        members.removeAll { $0.name == "api" }
        members.append(.init("api", ["listen": "0.0.0.0:9470"]))
        let place = try Workplace(configuration: .object(members))
        let (exit, _, errors) = try await place.run(["check"])
        #expect(exit != .code(0) && errors.contains("is not loopback"), "\(errors)")
    }
}
