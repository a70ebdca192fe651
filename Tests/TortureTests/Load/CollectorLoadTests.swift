import AgentTestKit
import EventModel
import Testing

/// `COLLECTORS=n EVENTS=n`: one agent reads so many vCenters.
@Suite("Load: collectors", .serialized)
struct CollectorLoadTests {
    @Test("one agent reads many vCenters at once, each event of each once and in order, and leaves no session")
    func many() async throws {
        let (count, events) = (number("COLLECTORS", default: 10), number("EVENTS", default: 200))
        let vcenters = (0..<count).map { index in
            var settings = FixtureSettings()
            settings.instanceUuid = "vc-\(index)"
            return FixtureVCenter(settings)
        }
        let servers = try vcenters.map { try LoopbackServer(answering: $0.answer) }
        defer { for server in servers { server.stop() } }
        let folder = try TemporaryDirectory("load")
        let collectors = servers.enumerated().map { index, server in
            JSONValue.object([
                .init("name", .string("vc\(index)")), .init("kind", "vsphere-events"),
                .init("url", .string("\(server.url)/sdk")), .init("username", .string(FixtureSettings().userName)),
                .init("password", ["env": "PASSWORD"]), .init("start", "beginning"), .init("pageSize", 100),
            ])
        }
        let agent = try await LoadAgent(
            collectors: .array(collectors),
            sinks: [["name": "archive", "kind": "file", "path": "events.jsonl"]], folder: folder)
        let begin = ContinuousClock.now
        for round in 0..<10 {
            for vcenter in vcenters {
                vcenter.append((0..<events / 10).map { FixtureEvent("VmPoweredOnEvent", vm: .vm(round * 100 + $0)) })
            }
        }
        let expected = Double(count * (events / 10 * 10))
        try await waitUntil("all events are in", limit: .seconds(600)) {
            try await agent.metric("guestwatch_collector_events_total") >= expected
        }
        let took = ContinuousClock.now - begin
        let full = agent.count
        let usage = try await agent.stop()
        var keys: [String: [Int32]] = [:]
        for line in (TestFile.text(folder.path("events.jsonl")) ?? "").split(separator: "\n") {
            let event = try EventDecoder.decode(Array(line.utf8)).event
            guard event.source.hasPrefix("vsphere://") else { continue }
            guard let key = try event.data.parsed()["key"]?.integer else { continue }
            keys[event.source, default: []].append(Int32(key))
        }
        #expect(keys.count == count)
        for (source, keys) in keys { #expect(keys == Array(1...Int32(events / 10 * 10)), "\(source)") }
        for vcenter in vcenters { #expect(vcenter.counters.sessions == 0) }
        print(
            "collectors: \(count) with \(events) events each: \(took); \(full.memoryMiB) MiB, \(full.threads) threads, "
                + "\(full.descriptors) descriptors; \(usage.text)")
    }
}
