import AgentCore
import AgentTestKit
import EventModel
import Pipeline
import Testing

@Suite("Sinks at run time", .timeLimit(.minutes(1)))
struct SinksAtRunTimeTests {
    @Test("a sink added while the agent runs gets everything the journal holds, then what comes")
    func register() async throws {
        let gate = ScriptedGate()
        let collector = ScriptedCollector([.batch(batch(1...3)), .gated(gate, batch(4...6))])
        let rig = Rig(collectors: ["c": collector])
        try await rig.manager.start()
        await eventually("committed") { rig.journal.history.head == 3 }
        let sink = ScriptedSink()
        try await rig.manager.register(NamedSink(name: "x", sink: sink))
        await eventually("delivered") { sink.delivered.count == 3 }
        gate.open()
        await eventually("delivered") { sink.delivered.map(\.sequence) == Array(1...6) }
        await eventually("acknowledged") { await rig.sink("x")?.cursor == 6 }
        await #expect(throws: DeliveryCommandError.nameTaken("x")) {
            try await rig.manager.register(NamedSink(name: "x", sink: ScriptedSink()))
        }
        await rig.stop()
        #expect(sink.stops == 1)
    }

    @Test("a sink that is replaced finishes its delivery; the new one goes on from its cursor, without gap or repeat")
    func replace() async throws {
        let (gate, more) = (ScriptedGate(), ScriptedGate())
        let old = ScriptedSink([.gated(gate)])
        let collector = ScriptedCollector([.batch(batch(1...3)), .gated(more, batch(4...6))])
        let rig = Rig(collectors: ["c": collector], sinks: [NamedSink(name: "x", sink: old)])
        try await rig.manager.start()
        await eventually("under delivery") { old.attempts.count == 1 }
        let new = ScriptedSink()
        let replacing = Task { try await rig.manager.replace(NamedSink(name: "x", sink: new)) }
        gate.open()
        try await replacing.value
        more.open()
        await eventually("delivered") { new.delivered.count == 3 }
        #expect(old.delivered.map(\.sequence) == [1, 2, 3] && old.attempts.count == 1 && old.stops == 1)
        #expect(new.delivered.map(\.sequence) == [4, 5, 6])
        await rig.stop()
    }

    @Test("a delivery that does not end is cancelled, and its entries come again")
    func replaceStuck() async throws {
        let old = ScriptedSink([.gated(ScriptedGate())])
        let rig = Rig(
            collectors: ["c": ScriptedCollector([.batch(batch(1...3))])], sinks: [NamedSink(name: "x", sink: old)])
        try await rig.manager.start()
        await eventually("under delivery") { old.attempts.count == 1 }
        let new = ScriptedSink()
        try await rig.advance(
            until: Task { try await rig.manager.replace(NamedSink(name: "x", sink: new)) })
        await eventually("delivered") { new.delivered.map(\.sequence) == [1, 2, 3] }
        #expect(old.delivered.isEmpty, "what was under delivery is not counted as delivered")
        await rig.stop()
    }

    @Test("a sink that is removed is stopped, holds nothing back, and goes on where it was when it comes again")
    func unregister() async throws {
        let gates = [ScriptedGate(), ScriptedGate()]
        let collector = ScriptedCollector([
            .batch(batch(1...3)), .gated(gates[0], batch(4...9)), .gated(gates[1], batch(10...12)),
        ])
        let (sink, other) = (ScriptedSink(), ScriptedSink())
        let rig = Rig(
            collectors: ["c": collector],
            sinks: [NamedSink(name: "x", sink: sink), NamedSink(name: "y", sink: other)],
            policy: RetentionPolicy(count: 6))
        try await rig.manager.start()
        await eventually("delivered") { await rig.sink("x")?.cursor == 3 }
        try await rig.manager.unregister(sink: "x")
        #expect(sink.stops == 1)
        await #expect(throws: DeliveryCommandError.unknownSink("x", known: ["y"])) {
            try await rig.manager.unregister(sink: "x")
        }
        gates[0].open()
        // With the count of six, a sink at 3 would hold up these: nobody waits for it.
        gates[1].open()
        await eventually("delivered") { other.delivered.count == 12 }
        let again = ScriptedSink()
        try await rig.manager.register(NamedSink(name: "x", sink: again))
        await eventually("delivered") { again.delivered.last?.sequence == 12 }
        // What it did not have is all there may be; how much of it is still held is retention's business.
        let first = try #require(again.delivered.first?.sequence)
        #expect((4...7).contains(first) && again.delivered.map(\.sequence) == Array(first...12))
        await rig.stop()
    }

    @Test("a suspended sink stays suspended when it is replaced")
    func suspended() async throws {
        let rig = Rig(
            collectors: ["c": ScriptedCollector([.batch(batch(1...3))])],
            sinks: [NamedSink(name: "x", sink: ScriptedSink([.failure(.retryable(reason: "no"))]))])
        try await rig.manager.start()
        try await rig.manager.suspend(sink: "x")
        let new = ScriptedSink()
        try await rig.advance(until: Task { try await rig.manager.replace(NamedSink(name: "x", sink: new)) })
        await eventually("suspended") { await rig.sink("x")?.state == .suspended }
        #expect(new.attempts.isEmpty)
        try await rig.manager.resume(sink: "x")
        await eventually("delivered") { new.delivered.count == 3 }
        await rig.stop()
    }

    @Test("the pulse returns while the pipeline gets on, and at once when it does not run")
    func pulse() async throws {
        let rig = Rig()
        await rig.manager.pulse()
        try await rig.manager.start()
        await rig.manager.pulse()
        await rig.stop()
        await rig.manager.pulse()
        #expect(await rig.manager.status().phase == .stopped)
    }
}
