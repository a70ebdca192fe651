import AgentCore
import AgentTestKit
import EventModel
import HTTPClient
import Pipeline
import Testing

@testable import WebAPI

@Suite("The pipeline over HTTP")
struct PipelineEndpointTests {
    @Test("a sink is held, let go and made anew, and goes on from its cursor")
    func sinkCommands() async throws {
        try await APIRig.with(try await APIRig()) { rig async throws in
            try await rig.inject([vmEvent(1)])
            try await waitUntil("the first is there") { rig.sink.delivered.count == 1 }
            let held = try await rig.ask("POST", "/v1/sinks/s/suspend")
            #expect(held.status == 200)
            try await waitUntil("it is held") { try await rig.ask("/v1/sinks/s").json["state"]?.string == "suspended" }
            try await rig.inject([vmEvent(2)])
            #expect(try await rig.ask("/v1/sinks/s").json["waiting"]?.integer == 1)
            #expect(try await rig.ask("POST", "/v1/sinks/s/resume").status == 200)
            try await waitUntil("the second is there") { rig.sink.delivered.count == 2 }
            try await waitUntil("it is acknowledged") { await rig.events.status().sinks[0].cursor == 2 }
            #expect(try await rig.ask("POST", "/v1/sinks/s/restart").status == 200)
            #expect(rig.sink.stops == 1)
            try await rig.inject([vmEvent(3)])
            try await waitUntil("the new one has the third") {
                let sink = await rig.events.status().sinks[0]
                return sink.cursor == 3 && sink.delivered == 1 && sink.isConserved
            }
            #expect(rig.sink.delivered.count == 2)
        }
    }

    @Test("a collector is held, let go and started again")
    func collectorCommands() async throws {
        try await APIRig.with(try await APIRig()) { rig async throws in
            #expect(try await rig.ask("POST", "/v1/collectors/c/suspend").status == 200)
            #expect(try await rig.ask("POST", "/v1/collectors/c/resume").status == 200)
            let reply = try await rig.ask("POST", "/v1/collectors/c/restart")
            #expect(reply.status == 200 && reply.json["name"]?.string == "c", "\(reply.text)")
            #expect(rig.collector.stops == 1)
            #expect(try await rig.ask("/v1/collectors").json["collectors"]?.array?.count == 1)
        }
    }

    @Test(
        "nobody of that name is not found, and no path takes another method",
        arguments: [
            ("POST", "/v1/sinks/x/suspend", 404), ("POST", "/v1/sinks/x/redeliver", 404), ("GET", "/v1/sinks/x", 404),
            ("POST", "/v1/collectors/x/restart", 404), ("GET", "/v1/collectors/x", 404),
            ("POST", "/v1/subscribers/x/suspend", 404), ("GET", "/v1/dead-letters/1", 404),
            ("DELETE", "/v1/dead-letters/1", 404), ("DELETE", "/v1/sinks/s", 405), ("POST", "/v1/guests", 405),
            ("GET", "/v1/nothing", 404), ("GET", "/v1/events/", 404), ("PATCH", "/healthz", 405),
        ])
    func missing(method: String, path: String, status: Int) async throws {
        try await APIRig.with(try await APIRig()) { rig async throws in
            let reply = try await rig.ask(method, path, json: method == "POST" ? #"{"from":1}"# : "")
            #expect(reply.status == status && reply.type == "application/problem+json", "\(reply.text)")
            #expect((status == 405) == (reply.head.headers["Allow"] != nil))
        }
    }

    @Test("entries are delivered again from a sequence or a time, without moving the cursor")
    func redeliver() async throws {
        try await APIRig.with(try await APIRig()) { rig async throws in
            try await rig.inject((1...4).map { vmEvent($0, severity: $0 == 3 ? .debug : .info) })
            try await waitUntil("all are acknowledged") { await rig.events.status().sinks[0].cursor == 4 }
            let reply = try await rig.ask("POST", "/v1/sinks/s/redeliver", json: #"{"from":2}"#)
            #expect(reply.json["delivered"]?.integer == 2 && reply.json["next"] == .null, "\(reply.text)")
            #expect(rig.sink.delivered.map(\.sequence) == [1, 2, 4, 2, 4])
            let since = try await rig.ask(
                "POST", "/v1/sinks/s/redeliver", json: "{\"since\":\"\(vmEvent(4).time.rfc3339)\"}")
            #expect(since.json["delivered"]?.integer == 1 && rig.sink.delivered.last?.sequence == 4)
            let part = try await rig.ask("POST", "/v1/sinks/s/redeliver", json: #"{"from":1,"count":2}"#)
            #expect(part.json["delivered"]?.integer == 2 && part.json["next"]?.integer == 3)
            #expect(await rig.events.status().sinks[0].cursor == 4)
        }
    }

    @Test("dead letters are listed in pages, shown, delivered again and forgotten")
    func deadLetters() async throws {
        let refusal = ScriptedSink.Step.failure(.permanent(reason: "no"))
        try await APIRig.with(try await APIRig(sink: ScriptedSink([refusal]))) { rig async throws in
            try await rig.inject((1...3).map { vmEvent($0) })
            try await waitUntil("they are refused") {
                try await rig.ask("/v1/dead-letters").json["deadLetters"]?.array?.count == 3
            }
            let page = try await rig.ask("/v1/dead-letters?count=2&sink=s")
            #expect(page.json["next"]?.integer == 2 && page.head.headers["Link"] != nil)
            let letter = try await rig.ask("/v1/dead-letters/3").json
            #expect(letter["reason"]?.string == "no" && letter["event"]?["id"]?.string == "3")
            #expect(try await rig.ask("DELETE", "/v1/dead-letters/1").status == 204)
            let again = try await rig.ask("POST", "/v1/sinks/s/redeliver", json: #"{"deadLetters":[2]}"#)
            #expect(again.json["delivered"]?.integer == 1, "\(again.text)")
            let all = try await rig.ask("POST", "/v1/sinks/s/redeliver", json: #"{"deadLetters":"all"}"#)
            #expect(all.json["delivered"]?.integer == 1)
            #expect(try await rig.ask("/v1/dead-letters").json["deadLetters"]?.array?.isEmpty == true)
        }
    }

    @Test(
        "a wish for redelivery that is none is refused",
        arguments: [
            "{}", "[]", "{", #"{"from":0}"#, #"{"from":1,"since":"2026-01-01T00:00:00Z"}"#, #"{"from":1,"x":2}"#,
            #"{"deadLetters":[]}"#, #"{"deadLetters":"some"}"#, #"{"since":"soon"}"#, #"{"from":1,"count":0}"#,
        ])
    func badWishes(json: String) async throws {
        try await APIRig.with(try await APIRig()) { rig async throws in
            let reply = try await rig.ask("POST", "/v1/sinks/s/redeliver", json: json)
            #expect(reply.status == 400)
        }
    }

    @Test("a subscriber is held and let go by name")
    func subscribers() async throws {
        try await APIRig.with(try await APIRig()) { rig async throws in
            let subscription = try await rig.events.subscribe(SubscriberRequest("hook"))
            let held = try await rig.ask("POST", "/v1/subscribers/hook/suspend?mode=discarding")
            #expect(held.json["suspension"]?.string == "discarding" && subscription.isSuspended)
            let listed = try await rig.ask("/v1/subscribers").json["subscribers"]?.array ?? []
            #expect(listed.first?["name"]?.string == "hook")
            #expect(try await rig.ask("POST", "/v1/subscribers/hook/resume").json["suspension"] == .null)
            #expect(!subscription.isSuspended)
        }
    }

    @Test("recording is turned off and on")
    func tracking() async throws {
        try await APIRig.with(try await APIRig()) { rig async throws in
            let off = try await rig.ask("PUT", "/v1/journal/tracking", json: #"{"tracking":false}"#)
            #expect(off.json["tracking"]?.bool == false && !rig.events.isTracking)
            #expect(try await rig.ask("PUT", "/v1/journal/tracking", json: #"{"tracking":1}"#).status == 400)
            _ = try await rig.ask("PUT", "/v1/journal/tracking", json: #"{"tracking":true}"#)
            #expect(try await rig.ask("/v1/journal").json["tracking"]?.bool == true)
        }
    }
}
