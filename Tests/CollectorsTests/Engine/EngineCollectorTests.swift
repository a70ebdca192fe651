import AgentCore
import AgentTestKit
import EventModel
import Foundation
import HTTPClient
import Testing

@testable import Collectors

@Suite struct EngineCollectorTests {
    private let engine = FakeEngine()
    private let clock = TestClock(.moved, at: .test(0))
    private let shared = SharedValues()

    private func collector(_ configuration: EngineConfiguration = EngineConfiguration()) throws -> DockerCollector {
        let context = CollectorContext(
            name: "docker", clock: clock.clock, host: HostView(name: "hv1", under: "/nowhere"),
            transport: { [engine] _ in engine },
            secrets: SecretStore { _ throws(SecretError) in throw SecretError("none") }, shared: shared)
        return try DockerCollector(configuration, in: context)
    }

    /// Polls until so many events came; gives them and the checkpoint behind them.
    private func read(
        _ collector: DockerCollector, _ count: Int, after checkpoint: Checkpoint? = nil
    ) async throws -> (events: [Event], checkpoint: Checkpoint?) {
        var (events, checkpoint): ([Event], Checkpoint?) = ([], checkpoint)
        for _ in 0..<50 where events.count < count || checkpoint == nil {
            let batch = try await collector.poll(after: checkpoint)
            events += batch.events
            checkpoint = batch.checkpoint ?? checkpoint
        }
        return (events, checkpoint)
    }

    @Test(
        "the first poll describes what is there and asks for what comes after it, and then the life of a container is told"
    )
    func life() async throws {
        engine.holds(
            containers: #"[{"Id":"aa","Names":["/old"],"Image":"nginx","State":"running","Command":"x --password y"}]"#)
        let collector = try collector()
        let first = try await read(collector, 1)
        #expect(first.events.map(\.type) == ["container.described"])
        #expect(!String(decoding: first.events[0].data.bytes, as: UTF8.self).contains("password"))
        #expect(engine.asked.last?.hasPrefix("/v1.41/events?since=1767323045.000000000") == true)
        engine.say(dockerLine("create", "ab", at: .test(10)), at: .test(10))
        engine.say(dockerLine("start", "ab", at: .test(20), attributes: ["label": "x"]), at: .test(20))
        engine.say(dockerLine("connect", "nn", at: .test(21), object: "network"), at: .test(21))
        engine.say(dockerLine("exec_create: sh -c secret", "ab", at: .test(30)), at: .test(30))
        engine.say(dockerLine("die", "ab", at: .test(40), attributes: ["exitCode": "3"]), at: .test(40))
        let told = try await read(collector, 3, after: first.checkpoint)
        #expect(told.events.map(\.type) == ["container.created", "container.started", "container.exited"])
        #expect(told.events[2].source == "docker://hv1")
        #expect(told.events[2].guest == Guest(kind: .container, id: "ab", name: "web", host: "hv1"))
        let data = try told.events[2].data.parsed()
        #expect(data["exitCode"]?.integer == 3)
        #expect(data["message"]?.string == "web exited with 3.")
        #expect(try told.events[1].data.parsed()["Actor"]?["Attributes"]?["label"] == "x")
        await collector.stop()
    }

    @Test("a collector that is killed after any line goes on with the next one, each event once")
    func resumes() async throws {
        var checkpoint: Checkpoint?
        var collector = try collector()
        checkpoint = try await read(collector, 0).checkpoint
        var ids: [String] = []
        var said = 0
        for life in 0..<12 {
            for _ in 0..<(life % 4 + 1) {
                // Every third is a little late.
                let time = Timestamp.test(said * 100 - (said % 3 == 2 ? 150 : 0) + 1000)
                engine.say(dockerLine("pause", "c\(said)", at: time), at: time)
                said += 1
            }
            if life % 3 == 2 { engine.endStreams() }
            let told = try await read(collector, life % 4 + 1, after: checkpoint)
            ids += told.events.map(\.id)
            // Every other is killed before its batch was committed.
            if life % 2 == 0 { checkpoint = told.checkpoint } else { ids.removeLast(told.events.count) }
            await collector.stop()
            collector = try self.collector()
            if life % 2 == 1 {
                let again = try await read(collector, life % 4 + 1, after: checkpoint)
                #expect(again.events.map(\.id) == told.events.map(\.id))
                (checkpoint, ids) = (again.checkpoint, ids + again.events.map(\.id))
            }
        }
        #expect(ids.count == said)
        #expect(Set(ids).count == said)
        await collector.stop()
    }

    @Test("more than Docker keeps while nobody listened is told as a gap, once, and what it keeps is told")
    func gap() async throws {
        let collector = try collector()
        var checkpoint = try await read(collector, 0).checkpoint
        engine.say(dockerLine("start", "aa", at: .test(10)), at: .test(10))
        checkpoint = try await read(collector, 1, after: checkpoint).checkpoint
        engine.endStreams()
        clock.advance(by: .seconds(3600))
        for number in 0..<300 {
            let time = Timestamp.test(10_000 + number)
            engine.say(dockerLine("pause", "c\(number)", at: time), at: time)
        }
        let told = try await read(collector, 257, after: checkpoint)
        #expect(told.events.count { $0.type == "agent.collector-gap" } == 1)
        #expect(told.events.count { $0.type == "container.paused" } == 256)
        await collector.stop()
    }

    @Test("what Docker still keeps is no gap, however much it is", arguments: [10, 255])
    func noGap(count: Int) async throws {
        let collector = try collector()
        var checkpoint = try await read(collector, 0).checkpoint
        engine.say(dockerLine("start", "aa", at: .test(10)), at: .test(10))
        checkpoint = try await read(collector, 1, after: checkpoint).checkpoint
        engine.endStreams()
        clock.advance(by: .seconds(3600))
        for number in 0..<count {
            let time = Timestamp.test(10_000 + number)
            engine.say(dockerLine("pause", "c\(number)", at: time), at: time)
        }
        let told = try await read(collector, count, after: checkpoint)
        #expect(told.events.map(\.type) == Array(repeating: "container.paused", count: count))
        await collector.stop()
    }

    @Test("a line that is no report costs that line only, and is kept")
    func garbage() async throws {
        let collector = try collector()
        let checkpoint = try await read(collector, 0).checkpoint
        engine.say(piece: "}{ what\n")
        engine.say(piece: String(dockerLine("start", "aa", at: .test(10)).prefix(40)))
        engine.say(piece: String(dockerLine("start", "aa", at: .test(10)).dropFirst(40)) + "\n\r\n")
        let told = try await read(collector, 2, after: checkpoint)
        #expect(told.events.map(\.type) == ["agent.collector-line-refused", "container.started"])
        #expect(try #require(told.events.first).data.parsed()["text"] == "}{ what")
        await collector.stop()
    }

    @Test("an engine that is down or refuses makes the poll fail; when it is back the stream goes on")
    func down() async throws {
        let collector = try collector()
        let checkpoint = try await read(collector, 0).checkpoint
        engine.isDown(true)
        await #expect(throws: HTTPError.self) {
            for _ in 0..<3 { _ = try await collector.poll(after: checkpoint) }
        }
        #expect(!HostGuests.shared(in: context).isAttached("docker"))
        engine.isDown(false)
        engine.answers(events: 403)
        let error = await #expect(throws: HTTPError.self) {
            for _ in 0..<3 { _ = try await collector.poll(after: checkpoint) }
        }
        #expect(error?.description.contains("no events today") == true)
        engine.answers(events: 200)
        engine.say(dockerLine("start", "aa", at: .test(10)), at: .test(10))
        #expect(try await read(collector, 1, after: checkpoint).events.count == 1)
        #expect(HostGuests.shared(in: context).isAttached("docker"))
        await collector.stop()
        #expect(!HostGuests.shared(in: context).isAttached("docker"))
    }

    @Test("a cancelled poll returns at once, and a checkpoint of another make is refused")
    func cancelled() async throws {
        let collector = try collector()
        let checkpoint = try await read(collector, 0).checkpoint
        let start = ContinuousClock.now
        let task = Task { try await collector.poll(after: checkpoint) }
        try await waitUntil("the stream is open") { engine.streams == 1 }
        task.cancel()
        #expect(try await task.value.events.isEmpty)
        #expect(ContinuousClock.now - start < .seconds(3))
        await #expect(throws: CollectorError.self) {
            _ = try await collector.poll(after: Checkpoint(version: 9, bytes: []))
        }
        await collector.stop()
    }

    private var context: CollectorContext {
        CollectorContext(
            name: "x", clock: clock.clock, transport: { [engine] _ in engine },
            secrets: SecretStore { _ throws(SecretError) in throw SecretError("none") }, shared: shared)
    }
}
