import AgentCore
import AgentTestKit
import EventModel
import HTTPClient
import Pipeline
import Platform
import Testing

@testable import WebAPI

@Suite("The agent over HTTP")
struct AgentEndpointTests {
    @Test("status, configuration and description are shown, without secrets")
    func shown() async throws {
        try await APIRig.with(try await APIRig()) { rig async throws in
            let status = try await rig.ask("/v1/status").json
            #expect(status["version"]?.string == "1.2.3" && status["phase"]?.string == "running")
            #expect(status["ready"]?.bool == true && status["health"]?["state"]?.string == "ok")
            let configuration = try await rig.ask("/v1/config")
            #expect(configuration.text.contains(BlankedConfiguration.blank) && !configuration.text.contains("geheim"))
            let description = try await rig.ask("/openapi.yaml")
            #expect(description.type == "application/yaml" && description.text.hasPrefix("openapi: 3.1.0\n"))
        }
    }

    @Test("a reload says what it changed, or all that stood in its way")
    func reload() async throws {
        let outcomes = Locked([
            ReloadOutcome(problems: ["one", "two"]),
            ReloadOutcome(sinks: .init(added: ["a"], changed: ["b"]), retention: true, api: ["tokens"]),
        ])
        let rig = try await APIRig(reload: { outcomes.withLock { $0.removeFirst() } })
        try await APIRig.with(rig) { rig async throws in
            let refused = try await rig.ask("POST", "/v1/config/reload")
            #expect(refused.status == 409 && refused.json["problems"]?.array == ["one", "two"])
            let applied = try await rig.ask("POST", "/v1/config/reload")
            #expect(applied.status == 200 && applied.json["sinks"]?["changed"]?.array == ["b"])
            #expect(applied.json["retention"]?.bool == true && applied.json["api"]?.array == ["tokens"])
        }
    }

    @Test("before the start it lives but is not ready")
    func notReady() async throws {
        try await APIRig.with(try await APIRig(starts: false)) { rig async throws in
            #expect(try await rig.ask("/healthz").status == 200)
            let reply = try await rig.ask("/readyz")
            #expect(reply.status == 503 && reply.json["reasons"]?.array == ["idle"])
            try await rig.events.start()
            #expect(try await rig.ask("/readyz").status == 200)
        }
    }

    @Test("a sink that does not get on is called stuck, which turns readiness and not liveness, until it gets on")
    func stuck() async throws {
        let gate = ScriptedGate()
        let sink = ScriptedSink([.gated(gate)])
        try await APIRig.with(try await APIRig(api: #""stuckAfter":"200ms""#, sink: sink)) { rig async throws in
            try await rig.inject([vmEvent(1)])
            try await waitUntil("it is stuck") {
                let reply = try await rig.ask("/readyz")
                return reply.status == 503 && reply.json["reasons"]?.array == ["sink \"s\" is stuck"]
            }
            #expect(try await rig.ask("/healthz").status == 200)
            #expect(try await rig.ask("/v1/sinks/s").json["stuckSince"]?.string != nil)
            #expect(
                try await rig.ask("/metrics").text.contains("guestwatch_sink_stuck{sink=\"s\",kind=\"scripted\"} 1"))
            gate.open()
            try await waitUntil("it gets on") { try await rig.ask("/readyz").status == 200 }
        }
    }

    @Test("metrics count what happened and conserve it")
    func metrics() async throws {
        let sink = ScriptedSink([.failure(.partial(rejected: [2: "no"]))])
        try await APIRig.with(try await APIRig(sink: sink)) { rig async throws in
            try await rig.inject((1...4).map { vmEvent($0, severity: $0 == 3 ? .debug : .info) })
            try await waitUntil("all are acknowledged") { await rig.events.status().sinks[0].cursor == 4 }
            let reply = try await rig.ask("/metrics")
            #expect(reply.type == "text/plain; version=0.0.4; charset=utf-8")
            let labels = "{sink=\"s\",kind=\"scripted\"}"
            for (name, value) in [
                ("committed_entries_total", 4), ("acknowledged_entries_total", 2), ("filtered_entries_total", 1),
                ("dead_lettered_entries_total", 1), ("dropped_entries_total", 0), ("waiting_entries", 0),
                ("conserved", 1),
            ] {
                #expect(reply.text.contains("guestwatch_sink_\(name)\(labels) \(value)\n"), "\(name)")
            }
            let open = try await rig.ask(
                "/metrics", headers: ["Accept": "application/openmetrics-text;version=1.0.0,text/plain;q=0.5"])
            #expect(open.type?.hasPrefix("application/openmetrics-text") == true && open.text.hasSuffix("# EOF\n"))
            #expect(open.text.contains("# TYPE guestwatch_sink_committed_entries counter\n"))
        }
    }

    @Test("promtool finds nothing wrong with the metrics", .enabled(if: Promtool.exists, "no promtool"))
    func promtool() async throws {
        try await APIRig.with(try await APIRig()) { rig async throws in
            try await rig.inject((1...4).map { vmEvent($0) })
            try await waitUntil("all are acknowledged") { await rig.events.status().sinks[0].cursor == 4 }
            let page = try await rig.ask("/metrics").body
            let (exit, output) = try await Promtool.check(page, in: rig.directory)
            #expect(exit == .code(0) && output.isEmpty, "\(output)")
        }
    }
}
