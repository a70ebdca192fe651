import AgentCore
import AgentTestKit
import EventModel
import HTTPClient
import Journals
import Pipeline
import Platform
import Testing

@testable import WebAPI

@Suite("Streams over HTTP")
struct StreamTests {
    @Test("history comes first, then what is committed, each event once with its sequence as id")
    func historyThenLive() async throws {
        try await APIRig.with(try await APIRig()) { rig async throws in
            try await rig.inject((1...5).map { vmEvent($0) })
            let client = try RawClient(rig.socket)
            try client.get("/v1/events/stream?history=2&name=mine")
            try await client.read(until: "id: 5\n")
            #expect(client.text.contains("HTTP/1.1 200 OK") && client.text.contains("text/event-stream"))
            #expect(client.text.lowercased().contains("guestwatch-journal: \(rig.events.journalInstance)"))
            #expect(client.text.contains("retry: 2000\n\n"))
            try await rig.inject([vmEvent(6)])
            try await client.read(until: "id: 6\n")
            #expect(client.ids == [4, 5, 6])
            let listed = try await rig.ask("/v1/streams").json["streams"]?.array ?? []
            let mine = listed.first { $0["name"]?.string == "mine" }
            #expect(mine?["delivered"]?.integer == 3)
            #expect(mine?["client"]?.string?.hasPrefix("unix:") == true)
            client.close()
            try await waitUntil("the stream of a client that is gone is gone") {
                !rig.events.streamList.contains { $0.name == "mine" }
            }
        }
    }

    @Test("a client that comes back with its last id after a restart has every event once")
    func resume() async throws {
        let (journal, directory) = (SimulatedJournal(), try TemporaryDirectory("gw-api"))
        var ids: [UInt64] = []
        var last: UInt64 = 0
        for life in 0..<3 {
            if life > 0 { journal.reopen() }
            let rig = try await APIRig(journal: journal, directory: directory)
            try await rig.inject((1...3).map { vmEvent(life * 3 + $0) })
            let client = try RawClient(rig.socket)
            try client.get("/v1/events/stream", headers: "Last-Event-ID: \(last)\r\n")
            try await client.read(until: "id: \(life * 3 + 2)\n")
            async let stopping: Void = rig.stop()
            try await client.readToEnd()
            await stopping
            #expect(client.text.contains("event: end\ndata: {\"reason\":\"the agent stopped\",\"resumeAfter\":"))
            let events = client.text.components(between: "id: ", and: "\ndata: {\"sequence\"")
            ids += events
            last = client.ids.last ?? 0
        }
        #expect(ids == Array(1...9))
    }

    @Test("a client that reads too slowly is ended, told why and where to go on, while others go on")
    func slow() async throws {
        try await APIRig.with(try await APIRig(lag: 20)) { rig async throws in
            let (slow, quick) = (try RawClient(rig.socket), try RawClient(rig.socket))
            try slow.get("/v1/events/stream?name=slow")
            try quick.get("/v1/events/stream?name=quick")
            try await waitUntil("both stream") { rig.events.streamList.count == 3 }
            let big = JSONValue.object([.init("filler", .string(String(repeating: "x", count: 50_000)))])
            var number = 0
            while rig.events.streamList.contains(where: { $0.name == "slow" }), number < 2000 {
                try await rig.inject((1...5).map { vmEvent(number + $0, data: big) })
                number += 5
                try await quick.read(until: "id: \(number)\n")
            }
            #expect(number < 2000)
            try await slow.read(until: "event: end")
            let resume = slow.text.components(between: "\"resumeAfter\":", and: "}").last
            let told = slow.text.components(between: "id: ", and: "\ndata: {\"sequence\"")
            #expect(slow.text.contains("the reader fell more than 20 entries behind"))
            #expect(told == Array(1...UInt64(told.count)) && resume == told.last)
            try await rig.inject([vmEvent(number + 1)])
            try await quick.read(until: "id: \(number + 1)\n")
        }
    }

    @Test("JSON lines come by Accept, filtered, with gaps told")
    func jsonLines() async throws {
        let policy = RetentionPolicy(count: 2, whenFull: .dropOldest)
        let journal = MemoryJournal(.init(), policy: policy, clock: .system)
        for number in 1...4 {
            let event = vmEvent(number, number % 2 == 0 ? "vm.powered-off" : "vm.powered-on")
            _ = try await journal.commit([EncodedEvent(event)], checkpoint: nil, of: "c")
        }
        _ = try await journal.trim()
        try await APIRig.with(try await APIRig(journal: journal)) { rig async throws in
            let client = try RawClient(rig.socket)
            try client.get("/v1/events/stream?after=0&type=vm.powered-off", headers: "Accept: application/x-ndjson\r\n")
            try await client.read(until: "\"id\":\"4\"")
            #expect(client.text.contains("{\"gap\":{\"from\":1,\"lowest\":3,\"highest\":4}}\n"))
            #expect(!client.text.contains("\"id\":\"3\""))
        }
    }

    @Test("a stream of another history, or after what was never given, is refused")
    func conflicts() async throws {
        try await APIRig.with(try await APIRig()) { rig async throws in
            let ahead = try await rig.ask("/v1/events/stream?after=7")
            #expect(ahead.status == 409 && ahead.json["highest"]?.integer == 0)
            #expect(try await rig.ask("/v1/events/stream?journal=other").status == 409)
            let accept = try await rig.ask("/v1/events/stream", headers: ["Accept": "image/png"])
            #expect(accept.status == 406)
            let last = try await rig.ask("/v1/events/stream", headers: ["Last-Event-ID": "x"])
            #expect(last.status == 400)
        }
    }

    @Test("one client may have so many streams, all together so many")
    func limits() async throws {
        try await APIRig.with(try await APIRig(streams: 10, perClient: 2)) { rig async throws in
            let clients = try (0..<2).map { _ in try RawClient(rig.socket) }
            for client in clients { try client.get("/v1/events/stream") }
            try await waitUntil("both stream") { rig.events.streamList.count == 3 }
            let third = try await rig.ask("/v1/events/stream")
            #expect(third.status == 429 && third.head.headers["Retry-After"] == "5")
            clients[0].close()
            try await waitUntil("there is room again") { rig.events.streamList.count == 2 }
        }
    }

    @Test("a stream can be ended by its number")
    func removal() async throws {
        try await APIRig.with(try await APIRig()) { rig async throws in
            let client = try RawClient(rig.socket)
            try client.get("/v1/events/stream?name=mine")
            try await waitUntil("it streams") { rig.events.streamList.contains { $0.name == "mine" } }
            let number = rig.events.streamList.first { $0.name == "mine" }?.number ?? 0
            #expect(try await rig.ask("DELETE", "/v1/streams/\(number)").status == 204)
            try await client.read(until: "the stream was removed")
            #expect(try await rig.ask("DELETE", "/v1/streams/999").status == 404)
        }
    }

    @Test("what is silent gives a sign of life, which moves the place to resume at over what is filtered")
    func heartbeat() async throws {
        let (clock, ticking) = (TestClock(.moved), Locked<Task<Void, Never>?>(nil))
        try await APIRig.with(try await APIRig(clock: clock.clock)) { rig async throws in
            let client = try RawClient(rig.socket)
            try client.get("/v1/events/stream?type=vm.removed&name=mine")
            try await client.read(until: "retry: 2000")
            try await rig.inject((1...3).map { vmEvent($0) })
            try await waitUntil("they are filtered") {
                rig.events.streamList.first { $0.name == "mine" }?.cursor == 3
            }
            try await waitUntil("the heartbeat came") {
                clock.advance(by: .seconds(5))
                try client.read()
                return client.text.contains("id: 3\n:\n\n")
            }
            #expect(!client.text.contains("data:"), "what is filtered out does not come")
            // The server's patience with clients at its end is by this clock, too.
            ticking.withLock {
                $0 = Task {
                    while !Task.isCancelled {
                        clock.advance(by: .milliseconds(100))
                        try? await Task.sleep(for: .milliseconds(5))
                    }
                }
            }
        }
        ticking.withLock { $0?.cancel() }
    }
}

extension String {
    /// The numbers that stand between two texts.
    fileprivate func components(between start: String, and end: String) -> [UInt64] {
        split(separator: start).dropFirst().compactMap { part in
            part.firstRange(of: end).flatMap { UInt64(part[..<$0.lowerBound]) }
        }
    }
}
