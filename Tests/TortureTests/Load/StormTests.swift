import AgentTestKit
import EventModel
import Foundation
import HTTPClient
import Testing

/// `EVENTS=n`: a storm of so many events while every sink is down.
@Suite("Load: a storm", .serialized)
struct StormTests {
    @Test("a storm while every sink is down is all in the journal, and arrives everywhere once they are up")
    func everySinkDown() async throws {
        let events = number("EVENTS", default: 10_000)
        let folder = try TemporaryDirectory("load")
        let (refusing, failing) = (
            WebhookArrivals(mark: "{\"sequence\":\""), WebhookArrivals(mark: "{\"sequence\":\"", isUp: false)
        )
        // One is not there at all, one answers 503.
        let closed = try LoopbackServer { refusing.take($0) }
        closed.stop()
        let answering = try LoopbackServer { failing.take($0) }
        defer { answering.stop() }
        let sinks = [closed.port, answering.port].enumerated().map { index, port in
            JSONValue.object([
                .init("name", .string("hook\(index)")), .init("kind", "webhook"), .init("mode", "batched"),
                .init("url", .string("http://127.0.0.1:\(port)/")), .init("batch", ["entries": 1000]),
                .init("filter", ["types": ["log.*"]]),
            ])
        }
        try Self.writeLines(events, to: folder.path("app.log"))
        let begin = ContinuousClock.now
        let agent = try await LoadAgent(
            collectors: [["name": "log", "kind": "file-watch", "paths": ["app.log"], "start": "beginning"]],
            sinks: .array(sinks), folder: folder)
        try await waitUntil("the storm is in the journal", limit: .seconds(900)) {
            try await agent.metric("guestwatch_collector_events_total") >= Double(events)
        }
        let stored = ContinuousClock.now - begin
        let down = agent.count
        try await waitUntil("the one that answers has refused", limit: .seconds(60)) { failing.refusals > 0 }
        #expect(failing.distinct == 0)
        let opened = try LoopbackServer(port: closed.port) { refusing.take($0) }
        defer { opened.stop() }
        failing.set(up: true)
        let up = ContinuousClock.now
        try await waitUntil("all arrived everywhere", limit: .seconds(1800)) {
            refusing.distinct >= events && failing.distinct >= events
        }
        let delivered = ContinuousClock.now - up
        for arrivals in [refusing, failing] {
            #expect(arrivals.distinct == events)
            #expect(arrivals.disorder == 0)
        }
        let bytes = (try FileManager.default.attributesOfItem(atPath: folder.path("journal.db"))[.size] as? Int) ?? 0
        let usage = try await agent.stop()
        print(
            "storm: \(events) events stored in \(stored), \(down.memoryMiB) MiB, journal \(bytes >> 20) MiB; "
                + "delivered to two sinks in \(delivered), \(refusing.repeats + failing.repeats) repeats; "
                + "\(usage.text)")
        #expect(usage.peakMiB <= 192, "memory does not grow with a storm")
    }

    private static func writeLines(_ count: Int, to path: String) throws {
        var text: [UInt8] = []
        text.reserveCapacity(count * 64)
        for index in 1...count {
            text += Array("2026-11-21T06:18:00Z host vpxd[4711]: event \(index) of a storm\n".utf8)
        }
        try #require(TestFile.write(text, to: path))
    }
}
