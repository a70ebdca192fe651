import AgentCore
import AgentTestKit
import EventModel
import Pipeline
import Testing

@Suite("The event manager", .timeLimit(.minutes(1)))
struct EventManagerTests {
    @Test("events go from collectors through the journal to every sink, in order")
    func wholeWay() async throws {
        let (first, second) = (ScriptedSink(), ScriptedSink())
        let rig = Rig(
            collectors: ["c": ScriptedCollector([.batch(batch(1...3)), .batch(batch(4...5, isLast: true))])],
            sinks: [
                NamedSink(name: "x", sink: first), NamedSink(name: "y", batch: ReadLimit(entries: 2), sink: second),
            ])
        try await rig.manager.start()
        await rig.manager.finished()
        #expect(first.delivered.map(\.sequence) == [1, 2, 3, 4, 5])
        #expect(second.delivered.map(\.sequence) == [1, 2, 3, 4, 5])
        #expect(second.attempts.allSatisfy { $0.count <= 2 })
        let body = try EventDecoder.decode(try #require(first.delivered.first).body)
        #expect(body.event == batch(1...1).events.first)
        await rig.stop()
    }

    @Test("sinks are attached and started before collectors, and its own events frame all others")
    func startOrder() async throws {
        let collector = ScriptedCollector([.batch(batch(1...2))])
        let rig = Rig(
            collectors: ["c": collector], sinks: [NamedSink(name: "x", sink: ScriptedSink())],
            settings: PipelineSettings(host: "test"))
        try await rig.manager.start()
        await eventually("committed") { rig.journal.calls.contains(.commit(of: "c", events: 2)) }
        await rig.stop()
        let calls = rig.journal.calls
        #expect(calls.prefix(2) == [.attach(["x"]), .commit(of: "agent", events: 1)])
        #expect(calls.last == .close)
        #expect(
            rig.journal.history.archive.map(\.entry.type) == [
                "agent.started", "vm.powered-on", "vm.powered-on", "agent.stopped",
            ])
    }

    @Test("stopping lets sinks deliver up to the last event, and every plugin stops once")
    func stopOrder() async throws {
        let (collector, sink, gate) = (ScriptedCollector([.batch(batch(1...2))]), ScriptedSink(), ScriptedGate())
        let slow = ScriptedSink([.gated(gate)])
        let rig = Rig(
            collectors: ["c": collector], sinks: [NamedSink(name: "x", sink: sink), NamedSink(name: "y", sink: slow)],
            settings: PipelineSettings(host: "test"))
        try await rig.manager.start()
        await eventually("delivering") { gate.waiting == 1 }
        let stopping = Task { await rig.stop() }
        await eventually("drained the one") { sink.stops == 1 }
        #expect(await rig.manager.status().phase == .stopping)
        gate.open()
        await stopping.value
        #expect(sink.delivered.last?.type == "agent.stopped")
        #expect(slow.delivered.last?.type == "agent.stopped")
        #expect((collector.stops, sink.stops, slow.stops) == (1, 1, 1))
        #expect(rig.journal.history.cursors == ["x": 4, "y": 4])
        #expect(rig.journal.calls.last == .close)
        #expect(await rig.manager.status().phase == .stopped)
    }

    @Test("a poll under way may finish within its grace, and its batch is committed and delivered")
    func grace() async throws {
        let (gate, sink) = (ScriptedGate(), ScriptedSink())
        let rig = Rig(
            collectors: ["c": ScriptedCollector([.gated(gate, batch(1...2))])],
            sinks: [NamedSink(name: "x", sink: sink)])
        try await rig.manager.start()
        await eventually("polling") { gate.waiting == 1 }
        let stopping = Task { await rig.manager.stop() }
        await eventually("stopping") { rig.clock.sleeping == 1 }
        gate.open()
        await stopping.value
        #expect(sink.delivered.count == 2)
        #expect(rig.journal.history.checkpoints["c"] == checkpoint(2))
    }

    @Test("a poll under way is cancelled after its grace, and says goodbye nevertheless")
    func cancelled() async throws {
        let (gate, sink) = (ScriptedGate(), ScriptedSink())
        let collector = ScriptedCollector([.gated(gate, batch(1...2))])
        let rig = Rig(collectors: ["c": collector], sinks: [NamedSink(name: "x", sink: sink)])
        try await rig.manager.start()
        await eventually("polling") { gate.waiting == 1 }
        let stopping = Task { await rig.manager.stop() }
        await eventually("stopping") { rig.clock.sleeping == 1 }
        rig.clock.advance(by: .seconds(1))
        await stopping.value
        #expect(collector.stops == 1)
        #expect(rig.journal.history.archive.isEmpty)
        #expect(rig.log.lines("collector failed").isEmpty)
    }

    @Test("a collector and a sink that hang are left behind at the deadline, and cost the others nothing")
    func deadline() async throws {
        let gate = ScriptedGate()
        let sink = ScriptedSink()
        let rig = Rig(
            collectors: [
                "hangs": ScriptedCollector([.deaf(gate, batch(7...8))]),
                "lives": ScriptedCollector([.batch(batch(1...3))]),
            ],
            sinks: [NamedSink(name: "hung", sink: ScriptedSink([.deaf(gate)])), NamedSink(name: "well", sink: sink)])
        try await rig.manager.start()
        await eventually("both hang") { gate.waiting == 2 }
        let before = rig.clock.now
        await rig.stop(within: .seconds(10))
        #expect(rig.clock.now.since(before) <= .seconds(11))
        #expect(sink.delivered.count == 3)
        #expect(rig.journal.history.cursors == ["hung": 0, "well": 3])
        #expect(rig.journal.calls.last == .close)
        #expect(rig.log.lines("collector did not stop in time").count == 1)
        #expect(rig.log.lines("sink did not stop in time").count == 1)
        gate.open()
    }

    @Test("finished returns when every source has ended and every sink has all, not before")
    func finished() async throws {
        let gate = ScriptedGate()
        let rig = Rig(
            collectors: ["c": ScriptedCollector([.batch(batch(1...3, isLast: true))])],
            sinks: [NamedSink(name: "x", sink: ScriptedSink([.gated(gate)]))])
        try await rig.manager.start()
        let done = Watermark()
        let finishing = Task {
            await rig.manager.finished()
            done.advance()
        }
        await eventually("delivering") { gate.waiting == 1 }
        #expect(done.value == 0)
        gate.open()
        await finishing.value
        #expect(await rig.sink("x")?.cursor == 3)
        await rig.stop()
    }

    @Test("a new process goes on from the checkpoint and the cursor of the last")
    func restart() async throws {
        let journal = SimulatedJournal()
        let first = Rig(
            collectors: ["c": ScriptedCollector([.batch(batch(1...3))])],
            sinks: [NamedSink(name: "x", sink: ScriptedSink())], journal: journal)
        try await first.manager.start()
        await eventually("delivered") { await first.sink("x")?.cursor == 3 }
        await first.stop()
        journal.reopen()
        let (collector, sink) = (ScriptedCollector([.batch(batch(4...5))]), ScriptedSink())
        let second = Rig(collectors: ["c": collector], sinks: [NamedSink(name: "x", sink: sink)], journal: journal)
        try await second.manager.start()
        await eventually("delivered") { sink.delivered.count == 2 }
        #expect(collector.polled.first == checkpoint(3))
        #expect(sink.delivered.map(\.sequence) == [4, 5])
        await second.stop()
    }

    @Test("a start that fails runs nothing, and stop may be called in any state, more than once")
    func misuse() async throws {
        let collector = ScriptedCollector([.batch(batch(1...1))])
        let rig = Rig(collectors: ["c": collector])
        try await rig.journal.close()
        await #expect(throws: JournalError.closed) { try await rig.manager.start() }
        await rig.manager.stop()
        await rig.manager.stop()
        #expect(collector.polled.isEmpty)
        let unstarted = Rig()
        await unstarted.manager.stop()
        #expect(unstarted.journal.calls == [.close])
    }

    @Test("when nothing happens nothing wakes: no timer, no read, no commit")
    func idle() async throws {
        let rig = Rig(
            collectors: ["c": ScriptedCollector([.batch(batch(1...3))])],
            sinks: [NamedSink(name: "x", sink: ScriptedSink()), NamedSink(name: "y", sink: ScriptedSink())])
        try await rig.manager.start()
        await eventually("idle") {
            await rig.manager.status().sinks.allSatisfy { $0.cursor == 3 && $0.state == .idle }
        }
        let (reads, calls) = (rig.journal.reads, rig.journal.calls.count)
        rig.clock.advance(by: .seconds(86_400))
        for _ in 0..<1000 { await Task.yield() }
        #expect(rig.clock.slept.isEmpty)
        #expect((rig.journal.reads, rig.journal.calls.count) == (reads, calls))
        await rig.stop()
    }

    @Test("retention by age has the one timer, an eighth of the age; without an age there is none")
    func trimming() async throws {
        let rig = Rig(settings: PipelineSettings(announcesItself: false, retentionAge: .seconds(800)))
        try await rig.manager.start()
        for round in 1...3 {
            await eventually("waits") { rig.clock.sleeping == 1 }
            #expect(rig.journal.calls.filter { $0 == .trim }.count == round - 1)
            rig.clock.advance(by: .seconds(100))
        }
        await eventually("trimmed") { rig.journal.calls.filter { $0 == .trim }.count == 3 }
        await rig.stop()
    }
}
