import AgentCore
import AgentTestKit
import EventModel
import Logging
import Pipeline
import Testing

@Suite("A sink's runner", .timeLimit(.minutes(1)))
struct SinkRunnerTests {
    private func rig(
        _ sinks: [String: ScriptedSink], filter: EventFilter = EventFilter(), batches: [Batch] = [batch(1...3)],
        policy: RetentionPolicy = RetentionPolicy(), clock: TestClock.Mode = .moved, announces: Bool = false,
        recent: RecentLog.Limits = RecentLog.Limits()
    ) -> Rig {
        let named = sinks.sorted { $0.key < $1.key }.map { NamedSink(name: $0.key, filter: filter, sink: $0.value) }
        return Rig(
            collectors: ["c": ScriptedCollector(batches.map { .batch($0) })], sinks: named, policy: policy,
            clock: clock,
            settings: PipelineSettings(host: "test", announcesItself: announces, recent: recent))
    }

    @Test("what the filter leaves out is counted and acknowledged, and never delivered")
    func filter() async throws {
        let sink = ScriptedSink()
        let filter = EventFilter(types: [try #require(TypePattern("host.*"))])
        let rig = rig(
            ["x": sink], filter: filter, batches: [batch(1...3), batch(4...5, type: "host.disconnected"), batch(6...9)])
        try await rig.manager.start()
        await eventually("at the head") { await rig.sink("x")?.cursor == 9 }
        let status = await rig.sink("x")
        #expect(sink.delivered.map(\.sequence) == [4, 5])
        #expect((status?.filtered, status?.delivered, status?.lag) == (7, 2, 0))
        await rig.stop()
    }

    @Test(
        "a retryable failure brings the same batch again, not before the destination's own time and never after an hour"
    )
    func retry() async throws {
        let sink = ScriptedSink([
            .failure(.retryable(reason: "503", after: .seconds(30))), .failure(.retryable(reason: "503")),
            .failure(.retryable(reason: "503", after: .seconds(1_000_000))),
        ])
        let rig = rig(["x": sink], clock: .jumping)
        try await rig.manager.start()
        await eventually("delivered") { await rig.sink("x")?.cursor == 3 }
        #expect(rig.clock.slept == [.seconds(31), .seconds(2), .seconds(3604)])
        #expect(sink.attempts.allSatisfy { $0.map(\.sequence) == [1, 2, 3] })
        #expect(rig.log.lines("sink failed").map(\.metadata["attempt"]) == ["1", "2"])
        #expect(rig.log.lines("sink recovered").map(\.metadata["attempts"]) == ["3"])
        await rig.stop()
    }

    @Test("what the destination refuses for good becomes dead letters, and the sink goes on")
    func deadLetters() async throws {
        let sink = ScriptedSink([
            .failure(.permanent(reason: "400")), .failure(.partial(rejected: [5: "too large", 99: "not ours"])),
        ])
        let gate = ScriptedGate()
        let collector = ScriptedCollector([.batch(batch(1...3)), .gated(gate, batch(4...6))])
        let rig = Rig(collectors: ["c": collector], sinks: [NamedSink(name: "x", sink: sink)])
        try await rig.manager.start()
        await eventually("refused") { await rig.sink("x")?.cursor == 3 }
        gate.open()
        await eventually("at the head") { await rig.sink("x")?.cursor == 6 }
        #expect(
            rig.journal.history.refused(by: "x") == [
                DeadLetter(sequence: 1, reason: "400"), DeadLetter(sequence: 2, reason: "400"),
                DeadLetter(sequence: 3, reason: "400"), DeadLetter(sequence: 5, reason: "too large"),
            ])
        let status = await rig.sink("x")
        #expect((status?.deadLetters, status?.delivered, status?.attempts) == (4, 2, 0))
        let told = rig.log.lines("destination refused entries for good: kept as dead letters")
        #expect(told.map(\.metadata["deadLetters"]) == ["3"])
        await rig.stop()
    }

    @Test("a blocked sink blocks no other, and no collector")
    func isolated() async throws {
        let (gate, well) = (ScriptedGate(), ScriptedSink())
        let rig = rig(["hung": ScriptedSink([.deaf(gate)]), "well": well], batches: [batch(1...3), batch(4...9)])
        try await rig.manager.start()
        await eventually("the other has all") { await rig.sink("well")?.cursor == 9 }
        #expect(await rig.sink("hung")?.state == .delivering)
        #expect(await rig.sink("hung")?.lag == 9)
        gate.open()
        await rig.stop()
    }

    @Test("entries that retention let go are counted, logged with both ends, and told of in an event")
    func gap() async throws {
        let (gate, sink) = (ScriptedGate(), ScriptedSink())
        let slow = ScriptedSink([.gated(gate)])
        let batches = (0..<5).map { batch($0 * 4 + 1...$0 * 4 + 4) }
        let rig = rig(
            ["slow": slow, "fast": sink], batches: batches, policy: RetentionPolicy(count: 6, whenFull: .dropOldest),
            announces: true, recent: RecentLog.Limits(entries: 0))
        try await rig.manager.start()
        await eventually("all committed") { await rig.collector("c")?.events == 20 }
        await eventually("delivering") { gate.waiting == 1 }
        gate.open()
        await eventually("announced") { rig.announced.contains("agent.entries-dropped") }
        await eventually("at the head") { await rig.sink("slow")?.lag == 0 }
        // It may have begun before the first was let go, or after.
        let delivered = slow.delivered.map(\.sequence)
        let missing = Set(1...(try #require(delivered.max()))).subtracting(delivered).sorted()
        #expect(await rig.sink("slow")?.dropped == UInt64(missing.count))
        // More may be let go between two looks: then each look tells what it found.
        let lines = rig.log.lines("entries dropped by retention before the sink had them").filter {
            $0.metadata["sink"] == "slow"
        }
        #expect(lines.allSatisfy { $0.level == .warning })
        let told = lines.flatMap { line in
            let ends = ["from", "through"].map { UInt64("\(line.metadata[$0] ?? "")") ?? 0 }
            return Array(ends[0]...max(ends[0], ends[1]))
        }
        #expect(told == missing)
        let announced = try #require(slow.delivered.last { $0.type == "agent.entries-dropped" })
        let event = try EventDecoder.decode(announced.body).event
        #expect(event.severity == .warning)
        #expect(event.source == "guestwatch://test")
        await rig.stop()
    }

    @Test("a sink's failure is announced once, its recovery once, and its own echo never makes another")
    func noEcho() async throws {
        let failures = Array(repeating: ScriptedSink.Step.failure(.retryable(reason: "down")), count: 6)
        // It fails for the batch, and again for the events that say so.
        let sink = ScriptedSink(failures + [.success] + failures + [.success] + failures)
        let wanted = ["vm.*", "agent.sink-failed", "agent.sink-recovered"].compactMap { TypePattern($0) }
        let rig = rig(["x": sink], filter: EventFilter(types: wanted), clock: .jumping, announces: true)
        try await rig.manager.start()
        await eventually("delivered its echo") { await rig.sink("x")?.delivered == 5 }
        await eventually("at the head") { await rig.sink("x")?.lag == 0 }
        #expect(sink.attempts.count == 14)
        #expect(rig.announced == ["agent.started", "agent.sink-failed", "agent.sink-recovered"])
        #expect(rig.log.lines("sink recovered").count == 2)
        await rig.stop()
    }

    @Test("a sink that waits between attempts when the agent stops goes on trying until the deadline")
    func drainsThroughFailures() async throws {
        let sink = ScriptedSink([.failure(.retryable(reason: "busy")), .failure(.retryable(reason: "busy"))])
        let rig = rig(["x": sink])
        try await rig.manager.start()
        await eventually("waits") { rig.clock.sleeping == 1 }
        await rig.stop()
        #expect(sink.delivered.map(\.sequence) == [1, 2, 3])
        #expect(rig.journal.history.cursors["x"] == 3)
    }

    @Test("what the destination took when the time was up already is acknowledged, and nothing more is delivered")
    func takenAtTheDeadline() async throws {
        let gate = ScriptedGate()
        let sink = ScriptedSink([.deaf(gate)])
        let rig = Rig(
            collectors: ["c": ScriptedCollector([.batch(batch(1...6))])],
            sinks: [NamedSink(name: "x", batch: ReadLimit(entries: 4), sink: sink)])
        try await rig.manager.start()
        await eventually("delivering") { gate.waiting == 1 }
        let stopping = Task { await rig.manager.stop(within: .seconds(10)) }
        for seconds in [1, 4, 4] {
            await eventually("the next limit is waited for") { rig.clock.sleeping == 1 }
            rig.clock.advance(by: .seconds(seconds))
        }
        await eventually("the last limit is waited for") { rig.clock.sleeping == 1 }
        gate.open()
        await stopping.value
        #expect(rig.journal.history.cursors["x"] == 4)
        #expect(sink.attempts.count == 1)
        #expect(sink.stops == 1)
    }
}
