import AgentTestKit
import EventModel
import HTTPClient
import Testing

@testable import WebAPI

/// Requests made to cost the agent more than their sender.
@Suite("Floods of requests")
struct RequestFloodTests {
    @Test("a flood of headers ends the connection; others are served meanwhile")
    func headers() async throws {
        try await APIRig.with(try await APIRig()) { rig async throws in
            let client = try RawClient(rig.socket)
            try client.get("/healthz", headers: (0..<500).map { "X-\($0): y\r\n" }.joined())
            try await client.readToEnd()
            #expect(!client.text.contains("200 OK"), "\(client.text)")
            #expect(try await rig.ask("/healthz").status == 200)
        }
    }

    @Test(
        "JSON that is deep, long or endless is refused, whatever it claims to be",
        arguments: [
            "application/cloudevents+json", "application/cloudevents-batch+json",
        ])
    func json(type: String) async throws {
        try await APIRig.with(try await APIRig()) { rig async throws in
            let bodies = [
                String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 100_000),
                "[" + String(repeating: "{},", count: 100_000) + "{}]",
                "\"" + String(repeating: "\\u0000", count: 100_000),
                "{" + (0..<20_000).map { "\"a\($0)\":1" }.joined(separator: ",") + "}",
                "-" + String(repeating: "9", count: 1_000_000),
            ]
            for body in bodies {
                let answer = try await rig.ask("POST", "/v1/events", headers: ["Content-Type": type], json: body)
                #expect((400..<500).contains(answer.status), "\(body.prefix(8)): \(answer.status)")
            }
            #expect(try await rig.ask("/healthz").status == 200)
        }
    }

    @Test("names in a request come back only as JSON, and lead to no file")
    func names() async throws {
        try await APIRig.with(try await APIRig()) { rig async throws in
            for path in [
                "/v1/sinks/..%2F..%2Fetc%2Fpasswd", "/..%2f..%2fetc/passwd", "/v1/guests/%00",
            ] {
                let answer = try await rig.ask(path)
                #expect((400..<500).contains(answer.status), "\(path): \(answer.status)")
            }
            let hostile = try await rig.ask("/v1/collectors/%3Cscript%3E%1B%5B2J")
            #expect(hostile.status == 404)
            #expect(!hostile.text.contains("\u{1B}"))
            #expect(hostile.head.headers["Content-Type"]?.hasPrefix("application/problem+json") == true)
            #expect(hostile.head.headers["X-Content-Type-Options"] == "nosniff")
        }
    }
}
