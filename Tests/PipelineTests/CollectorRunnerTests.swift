import AgentCore
import AgentTestKit
import EventModel
import Logging
import Pipeline
import Testing

@Suite("A collector's runner", .timeLimit(.minutes(1)))
struct CollectorRunnerTests {
    private struct Unreachable: Error, CustomStringConvertible {
        var description: String { "no route to host" }
    }

    @Test(
        "a poll that fails is tried again with backoff; logged at the first, second and fourth failure, and once when it ends"
    )
    func backoff() async throws {
        let failures = Array(repeating: ScriptedCollector.Step.failure(Unreachable()), count: 7)
        let collector = ScriptedCollector(failures + [.batch(batch(1...2))])
        let rig = Rig(
            collectors: ["c": collector], clock: .jumping, settings: PipelineSettings(host: "test"))
        try await rig.manager.start()
        await eventually("committed") { await rig.collector("c")?.events == 2 }
        await eventually("announced") { rig.announced.contains("agent.collector-recovered") }
        let failed = rig.log.lines("collector failed")
        #expect(failed.map(\.metadata["attempt"]) == ["1", "2", "4"])
        #expect(failed.allSatisfy { $0.level == .warning && $0.metadata["reason"] == "no route to host" })
        let recovered = rig.log.lines("collector recovered")
        #expect(recovered.map(\.metadata["attempts"]) == ["7"])
        #expect(rig.announced == ["agent.started", "agent.collector-failed", "agent.collector-recovered"])
        // The random source of the rig always draws the ceiling.
        let ceilings: [Duration] = [1, 2, 4, 8, 16, 32, 60].map { .seconds($0) }
        #expect(Array(rig.clock.slept.prefix(7)) == ceilings)
        await rig.stop()
    }

    @Test("a refusal is logged once, announced at once, and tried again every 15 minutes only")
    func refused() async throws {
        let refusal = ScriptedCollector.Step.failure(CollectorError.refused("\"watch\": wrong password"))
        let collector = ScriptedCollector([refusal, refusal, refusal, .batch(batch(1...1))])
        let rig = Rig(collectors: ["c": collector], settings: PipelineSettings(host: "test"))
        try await rig.manager.start()
        for attempt in 1...3 {
            await eventually("waits") { rig.clock.sleeping == 1 }
            #expect(collector.polled.count == attempt)
            rig.clock.advance(by: .seconds(14 * 60 + 59))
            #expect(rig.clock.sleeping == 1)
            rig.clock.advance(by: .seconds(1))
        }
        await eventually("recovered") { rig.announced.count == 3 }
        #expect(rig.log.lines("collector failed").map(\.level) == [.error])
        #expect(rig.announced == ["agent.started", "agent.collector-failed", "agent.collector-recovered"])
        await rig.stop()
    }

    @Test("a checkpoint that cannot be used stops that collector until a person acts, and no other")
    func unusable() async throws {
        let broken = ScriptedCollector([.failure(CollectorError.unusableCheckpoint("version 9")), .batch(batch(1...1))])
        let rig = Rig(collectors: ["broken": broken, "well": ScriptedCollector([.batch(batch(2...3))])])
        try await rig.manager.start()
        await eventually("the other commits") { await rig.collector("well")?.events == 2 }
        await eventually("stopped") { broken.stops == 1 }
        #expect(await rig.collector("broken")?.state == .failed)
        #expect(await rig.collector("broken")?.lastError == "version 9")
        #expect(broken.polled.count == 1)
        #expect(rig.log.lines("collector failed").map(\.level) == [.error])
        await rig.stop()
        #expect(broken.stops == 1)
    }

    @Test("a journal that does not take a batch gets the same batch again, and the source is not read meanwhile")
    func unwritable() async throws {
        let collector = ScriptedCollector([.batch(batch(1...2)), .batch(batch(3...3))])
        let rig = Rig(collectors: ["c": collector], clock: .jumping)
        rig.journal.failCommits(Array(repeating: .unwritable("disk full"), count: 5))
        try await rig.manager.start()
        await eventually("committed") { await rig.collector("c")?.events == 3 }
        let commits = rig.journal.calls.filter { $0 == .commit(of: "c", events: 2) }
        #expect(commits.count == 6)
        await eventually("polled again") { collector.polled.count == 3 }
        #expect(collector.polled == [nil, checkpoint(2), checkpoint(3)])
        #expect(rig.log.lines("collector failed").map(\.metadata["attempt"]) == ["1", "2", "4"])
        #expect(rig.log.lines("collector recovered").count == 1)
        await rig.stop()
    }

    @Test("a full journal holds the collector with its batch until a sink has made room, without any timer")
    func held() async throws {
        let (gate, sink) = (ScriptedGate(), ScriptedSink())
        let slow = ScriptedSink([.gated(gate)])
        let collector = ScriptedCollector([.batch(batch(1...3)), .batch(batch(4...6)), .batch(batch(7...8))])
        let rig = Rig(
            collectors: ["c": collector],
            sinks: [NamedSink(name: "slow", sink: slow), NamedSink(name: "fast", sink: sink)],
            policy: RetentionPolicy(count: 4))
        try await rig.manager.start()
        await eventually("held") { await rig.collector("c")?.state == .held }
        await eventually("the fast has all") { await rig.sink("fast")?.cursor == 3 }
        await eventually("held still") { await rig.collector("c")?.state == .held }
        #expect(collector.polled.count == 2)
        #expect(rig.clock.slept.isEmpty)
        gate.open()
        await eventually("all committed") { await rig.collector("c")?.events == 8 }
        await eventually("all delivered") { await rig.sink("slow")?.cursor == 8 }
        #expect(slow.delivered.map(\.sequence) == Array(1...8))
        #expect(sink.delivered.map(\.sequence) == Array(1...8))
        let (held, released) = (
            "collector held: the journal is full until its sinks have delivered",
            "collector goes on: the journal has room"
        )
        #expect(rig.log.lines(held).count == rig.log.lines(released).count)
        #expect((1...2).contains(rig.log.lines(held).count))
        await rig.stop()
    }

    @Test("a held collector ends at once when the agent stops; its batch is read again after the next start")
    func stoppedWhileHeld() async throws {
        let gate = ScriptedGate()
        let collector = ScriptedCollector([.batch(batch(1...3)), .batch(batch(4...6))])
        let rig = Rig(
            collectors: ["c": collector], sinks: [NamedSink(name: "slow", sink: ScriptedSink([.gated(gate)]))],
            policy: RetentionPolicy(count: 4))
        try await rig.manager.start()
        await eventually("held") { await rig.collector("c")?.state == .held }
        await rig.stop()
        #expect(rig.journal.history.checkpoints["c"] == checkpoint(3))
        #expect(collector.stops == 1)
    }

    @Test("a collector that waits for its next attempt ends at once when the agent stops")
    func stoppedWhileWaiting() async throws {
        let collector = ScriptedCollector([.failure(CollectorError.refused("no"))])
        let rig = Rig(collectors: ["c": collector])
        try await rig.manager.start()
        await eventually("waits") { rig.clock.sleeping == 1 }
        await rig.manager.stop()
        #expect(collector.stops == 1)
    }

    @Test("a batch without events and with the same checkpoint costs no commit; with a new one it does")
    func empty() async throws {
        let collector = ScriptedCollector([
            .batch(Batch(events: [], checkpoint: nil)), .batch(Batch(events: [], checkpoint: checkpoint(1))),
            .batch(Batch(events: [], checkpoint: checkpoint(1))), .batch(batch(2...2)),
        ])
        let rig = Rig(collectors: ["c": collector], clock: .jumping)
        try await rig.manager.start()
        await eventually("committed") { await rig.collector("c")?.events == 1 }
        #expect(
            rig.journal.calls.filter { $0 != .attach([]) } == [
                .commit(of: "c", events: 0), .commit(of: "c", events: 1),
            ])
        await rig.stop()
    }

    /// Has read the next batch when the journal is told of it.
    private actor AheadCollector: ReadsAhead {
        static let kind = "ahead"
        private var next = 1
        private var ahead: Batch?
        private(set) var readings = 0

        init() {}
        init(_ configuration: ScriptedConfiguration, in context: CollectorContext) throws {}

        func poll(after checkpoint: Checkpoint?) async throws -> Batch {
            defer { ahead = nil }
            return ahead ?? read()
        }

        func readAhead() async -> [EncodedEvent] {
            readings += 1
            var batch = read()
            batch.encodeAhead()
            ahead = batch
            return batch.encoded ?? []
        }

        func probe() async throws -> String { "" }

        private func read() -> Batch {
            defer { next += 1 }
            var read = batch(next...next, isLast: next == 4)
            read.hasMore = next < 4
            return read
        }
    }

    @Test("what a collector reads ahead while a batch is committed, the journal is told of, and then given")
    func ahead() async throws {
        let collector = AheadCollector()
        let rig = Rig()
        try await rig.manager.register(NamedCollector(name: "c", collector: collector))
        try await rig.manager.start()
        await rig.manager.finished()
        #expect(await collector.readings == 3)
        let expected = EncodedEvent.encode(batch(2...4).events).map(\.id)
        #expect(rig.journal.expected.map(\.id) == expected)
        #expect(await rig.collector("c")?.events == 4)
        await rig.stop()
    }

    @Test("events the journal holds already are counted as repeated")
    func repeated() async throws {
        let rig = Rig(collectors: ["c": ScriptedCollector([.batch(batch(1...3)), .batch(batch(2...5, isLast: true))])])
        try await rig.manager.start()
        await rig.manager.finished()
        let status = await rig.collector("c")
        #expect((status?.events, status?.repeated, status?.polls) == (5, 2, 2))
        #expect(status?.lastCommit == TestClock.start)
        #expect(status?.state == .ended)
        await rig.stop()
    }
}
