import AgentCore
import AgentTestKit
import EventModel
import HTTPClient
import Journals
import Pipeline
import Testing

@testable import WebAPI

@Suite("Events over HTTP")
struct EventEndpointTests {
    @Test("a window is paged through to its end by next links, each event once")
    func paging() async throws {
        try await APIRig.with(try await APIRig()) { rig async throws in
            try await rig.inject((1...25).map { vmEvent($0) })
            var (path, found, pages) = ("/v1/events?count=10", [] as [UInt64], 0)
            while true {
                let reply = try await rig.ask(path)
                #expect(reply.status == 200)
                #expect(reply.json["highest"]?.integer == 25 && reply.json["lowest"]?.integer == 1)
                #expect(reply.json["journal"]?.string == rig.events.journalInstance)
                found += reply.sequences
                pages += 1
                guard let link = reply.head.headers["Link"] else { break }
                #expect(link.hasSuffix(">; rel=\"next\""))
                path = String(link.dropFirst().prefix { $0 != ">" })
            }
            #expect(found == Array(1...25) && pages == 3)
        }
    }

    @Test(
        "filters leave out what is not wanted",
        arguments: [
            ("type=vm.powered-off", [2, 4] as [UInt64]), ("type=vm.*,container.*", [1, 2, 3, 4]),
            ("severity=warning", [3]), ("guest=vm/vm-2", [4]), ("guest=web", [4]), ("guest=vm-1", [1, 2, 3]),
            ("source=test://b", [4]), ("since=2023-11-14T22:13:23Z", [3, 4]),
            ("until=2023-11-14T22:13:22Z&type=vm.*", [1]), ("last=2", [3, 4]), ("last=1&type=vm.powered-on", [3]),
            ("from=3", [3, 4]), ("from=5", []), ("collector=c", []),
        ])
    func filters(query: String, wanted: [UInt64]) async throws {
        try await APIRig.with(try await APIRig()) { rig async throws in
            try await rig.inject([
                vmEvent(1), vmEvent(2, "vm.powered-off"), vmEvent(3, severity: .error),
                vmEvent(4, "vm.powered-off", vm: "vm-2", source: "test://b", name: "web"),
            ])
            let reply = try await rig.ask("/v1/events?\(query)")
            #expect(reply.status == 200 && reply.sequences == wanted, "\(query): \(reply.text)")
        }
    }

    @Test("events of a collector are those of the sources it has brought")
    func collector() async throws {
        let batch = Batch(events: [vmEvent(1, source: "test://mine")], checkpoint: nil)
        try await APIRig.with(try await APIRig(batches: [.batch(batch)])) { rig async throws in
            try await rig.inject([vmEvent(2)])
            try await waitUntil("both are committed") { try await rig.ask("/v1/events").sequences.count == 2 }
            let reply = try await rig.ask("/v1/events?collector=c")
            #expect(reply.json["events"]?.array?.map { $0["source"]?.string } == ["test://mine"])
        }
    }

    @Test("events of a collector are found that came before the start, also where it is not configured any more")
    func collectorBefore() async throws {
        let journal = SimulatedJournal()
        let (mine, other) = (vmEvent(1, source: "test://mine"), vmEvent(2, source: "test://other"))
        _ = try await journal.commit([EncodedEvent(mine)], checkpoint: nil, of: "c")
        _ = try await journal.commit([EncodedEvent(other)], checkpoint: nil, of: "gone")
        journal.reopen()
        try await APIRig.with(try await APIRig(journal: journal)) { rig async throws in
            #expect(try await rig.ask("/v1/events?collector=c").sequences == [1])
            #expect(try await rig.ask("/v1/events?collector=gone").sequences == [2])
            #expect(try await rig.ask("/v1/events?collector=c&source=test://other").sequences == [])
            #expect(try await rig.ask("/v1/events?collector=nobody").status == 404)
        }
    }

    @Test("a stream of a collector that has brought nothing yet has its first event")
    func collectorStream() async throws {
        let gate = ScriptedGate()
        let batch = Batch(events: [vmEvent(1, source: "test://mine")], checkpoint: nil)
        try await APIRig.with(try await APIRig(batches: [.gated(gate, batch)])) { rig async throws in
            let client = try RawClient(rig.socket)
            try client.get("/v1/events/stream?collector=c&name=mine")
            try await client.read(until: "retry:")
            try await rig.inject([vmEvent(2)])
            gate.open()
            try await client.read(until: "test://mine")
            #expect(client.ids == [2])
        }
    }

    @Test("a scan with filters ends at its bound and says where to go on")
    func bound() async throws {
        try await APIRig.with(try await APIRig()) { rig async throws in
            for part in 0..<51 {
                try await rig.inject((1...1000).map { vmEvent(part * 1000 + $0) })
            }
            let reply = try await rig.ask("/v1/events?type=vm.removed")
            #expect(reply.sequences.isEmpty && reply.json["next"]?.integer == 50_001)
            let rest = try await rig.ask("/v1/events?type=vm.removed&from=50001")
            #expect(rest.json["next"] == .null && rest.head.headers["Link"] == nil)
        }
    }

    @Test("what was let go is told with what is held, what was not given yet is not found")
    func gone() async throws {
        try await APIRig.with(try await APIRig()) { rig async throws in
            try await rig.inject((1...5).map { vmEvent($0) })
            try await waitUntil("all are acknowledged") { await rig.events.status().sinks[0].cursor == 5 }
            let put = try await rig.ask(
                "PUT", "/v1/journal/retention", json: #"{"count":2,"whenFull":"dropOldest"}"#)
            #expect(put.status == 200 && put.json["lowest"]?.integer == 4)
            for path in ["/v1/events?from=1", "/v1/events/1", "/v1/events/1/deliveries"] {
                let reply = try await rig.ask(path)
                #expect(reply.status == 410 && reply.type == "application/problem+json", "\(path)")
                #expect(reply.json["lowest"]?.integer == 4 && reply.json["highest"]?.integer == 5)
            }
            #expect(try await rig.ask("/v1/events/6").status == 404)
            let event = try await rig.ask("/v1/events/5")
            #expect(event.type == "application/cloudevents+json")
            #expect(event.json["sequence"]?.string == "00000000000000000005" && event.json["id"]?.string == "5")
        }
    }

    @Test(
        "what is no question is refused with a sentence",
        arguments: [
            "/v1/events?from=0", "/v1/events?from=-1", "/v1/events?count=0", "/v1/events?count=10001",
            "/v1/events?tpye=vm.*", "/v1/events?type=VM", "/v1/events?severity=loud", "/v1/events?since=today",
            "/v1/events?from=1&from=2", "/v1/events?from=%zz", "/v1/events?last=1&from=1", "/v1/events?guest=",
            "/v1/events/0", "/v1/events/x", "/v1/events/stream?after=1&history=1",
            "/v1/events/stream?name=%0A", "/healthz?x=1", "/v1/guests?after=zz", "/v1/guests?state=asleep",
        ])
    func refusals(path: String) async throws {
        try await APIRig.with(try await APIRig()) { rig async throws in
            let reply = try await rig.ask(path)
            #expect(reply.status == 400 && reply.type == "application/problem+json", "\(path): \(reply.text)")
            #expect(reply.json["status"]?.integer == 400 && reply.json["detail"]?.string?.isEmpty == false)
        }
    }

    @Test("a collector there is not is not found; times no event can have are before or after all of them")
    func edges() async throws {
        try await APIRig.with(try await APIRig()) { rig async throws in
            #expect(try await rig.ask("/v1/events?collector=nobody").status == 404)
            #expect(try await rig.ask("/v1/events/stream?collector=nobody").status == 404)
            try await rig.inject([vmEvent(1)])
            for (query, count) in [
                ("since=0001-01-01T00:00:00Z", 1), ("until=1500-02-29T00:00:00%2B01:00", 0),
                ("until=9999-12-31T23:59:59Z", 1), ("since=2262-06-01T00:00:00Z", 0),
            ] {
                #expect(try await rig.ask("/v1/events?\(query)").json["events"]?.array?.count == count, "\(query)")
            }
            #expect(try await rig.ask("/v1/events?since=9999-13-01T00:00:00Z").status == 400)
            for (count, status) in [("1048576.0", 200), ("2e6", 200), ("1048576.5", 400), ("1e300", 400)] {
                let reply = try await rig.ask(
                    "PUT", "/v1/journal/retention", json: #"{"whenFull":"block","bytes":\#(count)}"#)
                #expect(reply.status == status, "\(reply.text)")
            }
        }
    }

    private static let one =
        #"{"specversion":"1.0","id":"a","source":"s","type":"guestwatch.vm.x","time":"2026-01-01T00:00:00Z"}"#

    @Test("one event, many, and one in binary mode are committed, repeats are told")
    func injection() async throws {
        try await APIRig.with(try await APIRig()) { rig async throws in
            let structured = try await rig.ask(
                "POST", "/v1/events", headers: ["Content-Type": "application/cloudevents+json; charset=utf-8"],
                json: Self.one)
            #expect(structured.status == 200 && structured.json["first"]?.integer == 1)
            let batched = try await rig.ask(
                "POST", "/v1/events", headers: ["Content-Type": "application/cloudevents-batch+json"],
                json: "[\(Self.one),\(Self.one.replacing("\"a\"", with: "\"b\""))]")
            #expect(batched.json["stored"]?.integer == 1 && batched.json["repeated"]?.integer == 1)
            let binary = try await rig.ask(
                "POST", "/v1/events",
                headers: [
                    "ce-specversion": "1.0", "ce-id": "p%C3%A4ron", "ce-source": "s", "ce-type": "guestwatch.vm.x",
                    "ce-time": "2026-01-01T00:00:00Z", "ce-subject": "vm/vm-7",
                ], json: #"{"message":"hello"}"#)
            #expect(binary.json["last"]?.integer == 3, "\(binary.text)")
            let event = try await rig.ask("/v1/events/3").json
            #expect(event["id"]?.string == "päron" && event["subject"]?.string == "vm/vm-7")
            #expect(event["data"]?["message"]?.string == "hello")
        }
    }

    @Test("what cannot be injected stores nothing and says why")
    func badInjection() async throws {
        try await APIRig.with(try await APIRig(api: #""limits":{"bodyBytes":"64KiB"}"#)) { rig async throws in
            let cloud: HTTPHeaders = ["Content-Type": "application/cloudevents+json"]
            let cases: [(HTTPHeaders, String, Int)] = [
                (cloud, "{", 400), (cloud, Self.one.replacing("vm.x", with: "agent.started"), 403),
                (cloud, Self.one.replacing(#""s""#, with: #""guestwatch://test""#), 403),
                (["Content-Type": "text/plain"], Self.one, 415), ([:], Self.one, 400),
                (cloud, "[" + String(repeating: " ", count: 70_000) + "]", 413),
            ]
            for (headers, body, status) in cases {
                let reply = try await rig.ask("POST", "/v1/events", headers: headers, json: body)
                #expect(reply.status == status && reply.type == "application/problem+json", "\(reply.text)")
            }
            await rig.events.setTracking(false)
            #expect(try await rig.ask("POST", "/v1/events", headers: cloud, json: Self.one).status == 409)
            #expect(try await rig.ask("/v1/events").json["highest"]?.integer == 0)
        }
    }

    @Test("of one event it is told what became of it at each sink")
    func deliveries() async throws {
        let sink = ScriptedSink([.success, .failure(.permanent(reason: "too ugly"))])
        try await APIRig.with(try await APIRig(sink: sink)) { rig async throws in
            func state(_ sequence: Int) async throws -> JSONValue? {
                try await rig.ask("/v1/events/\(sequence)/deliveries").json["deliveries"]?.array?.first
            }
            let start = AgentClock.system.now()
            try await rig.inject([vmEvent(1)])
            try await waitUntil("the first is acknowledged") { await rig.events.status().sinks[0].cursor == 1 }
            try await rig.inject([vmEvent(2)])
            try await waitUntil("the second is refused") { await rig.events.status().sinks[0].cursor == 2 }
            try await rig.inject([vmEvent(3, severity: .debug)])
            try await waitUntil("the third is filtered") { await rig.events.status().sinks[0].cursor == 3 }
            #expect(try await rig.ask("POST", "/v1/sinks/s/suspend").status == 200)
            try await rig.inject([vmEvent(4), vmEvent(5)])
            let first = try await state(1)
            #expect(first?["state"]?.string == "acknowledged")
            let at = try #require(first?["at"]?.string.flatMap { Timestamp(rfc3339: $0) })
            #expect(at >= start && at <= AgentClock.system.now())
            #expect(try await state(5)?["at"] == .null)
            let refused = try await state(2)
            #expect(refused?["state"]?.string == "dead-letter" && refused?["reason"]?.string == "too ugly")
            #expect(try await state(3)?["state"]?.string == "filtered")
            let waiting = try await state(5)
            #expect(waiting?["state"]?.string == "waiting" && waiting?["behind"]?.integer == 1)
            #expect(waiting?["reason"]?.string == "suspended")
        }
    }
}
