import AgentCore
import AgentTestKit
import EventModel
import Pipeline
import Testing

@Suite("Commands and the last word", .timeLimit(.minutes(1))) struct CommandEventTests {
    private func named(_ name: String) -> NamedCollector {
        NamedCollector(name: name, collector: ScriptedCollector([]))
    }

    private let settings = PipelineSettings(host: "test")

    /// The events about commands in the journal: type, command and state.
    private func commands(_ rig: Rig) throws -> [(id: String, name: String, state: String)] {
        try rig.journal.history.archive.filter { $0.entry.type.rawValue.hasPrefix("agent.command-") }.map { stored in
            let data = try EventDecoder.decode(stored.entry.body).event.data.parsed()
            let command = data["command"]
            return (command?["id"]?.string ?? "", command?["name"]?.string ?? "", data["state"]?.string ?? "")
        }
    }

    @Test("every command about a collector is told twice under one id: that it began, and how it ended")
    func told() async throws {
        let rig = Rig(settings: settings)
        try await rig.manager.start()
        try await rig.manager.register(named("c"))
        try await rig.manager.suspendCollector("c")
        try await rig.manager.resumeCollector("c")
        try await rig.advance(until: Task { try await rig.manager.stopCollector("c") })
        try await rig.manager.startCollector("c")
        try await rig.advance(until: Task { try await rig.manager.replace(self.named("c")) })
        _ = try? await rig.manager.add(object: "vm-1", to: "c")
        try await rig.advance(until: Task { try await rig.manager.unregister("c") })
        let commands = try commands(rig)
        let names = ["register", "suspend", "resume", "stop", "start", "replace", "add-object", "unregister"]
        let ends = names.map { $0 == "add-object" ? "failed" : "done" }
        #expect(commands.map(\.name) == names.flatMap { ["\($0)-collector", "\($0)-collector"] })
        #expect(commands.map(\.state) == ends.flatMap { ["run", $0] })
        #expect(Set(commands.map(\.id)).count == names.count)
        for pair in stride(from: 0, to: commands.count, by: 2) { #expect(commands[pair].id == commands[pair + 1].id) }
        await rig.stop()
    }

    @Test("before the start nothing is told, and nothing is where the agent announces nothing of itself")
    func silent() async throws {
        let rig = Rig()
        try await rig.manager.start()
        try await rig.manager.register(named("c"))
        #expect(rig.journal.history.archive.isEmpty)
        await rig.stop()
        let early = Rig(settings: settings)
        try await early.manager.register(named("c"))
        #expect(early.journal.history.archive.isEmpty)
        try await early.manager.start()
        #expect(early.announced == ["agent.started"])
        await early.stop()
    }

    @Test("VP-06: that the agent stops is the last entry of its run, whatever else it has to say then")
    func lastEntry() async throws {
        let gate = ScriptedGate()
        let failures = (0..<Outage.announcedAttempt).map { _ in
            ScriptedSink.Step.failure(.retryable(reason: "unreachable"))
        }
        let sink = ScriptedSink([.gated(gate)] + failures)
        let rig = Rig(
            collectors: ["c": ScriptedCollector([.batch(batch(1...5))])], sinks: [NamedSink(name: "x", sink: sink)],
            settings: settings)
        try await rig.manager.start()
        await eventually("committed") { rig.journal.history.archive.count == 6 && gate.waiting == 1 }
        let stopping = Task { await rig.stop() }
        await eventually("the last word") { rig.announced.last == "agent.stopped" }
        gate.open()
        await stopping.value
        #expect(sink.attempts.count >= 1 + Outage.announcedAttempt)
        #expect(rig.journal.history.archive.last?.entry.type == "agent.stopped")
        #expect(await rig.manager.status().unannounced > 0)
    }

    @Test("VP-14: whoever reads up to the stop gets the last entry, and then its end; each sink stops once")
    func delivered() async throws {
        let (first, second) = (ScriptedSink(), ScriptedSink())
        let rig = Rig(
            collectors: ["c": ScriptedCollector([.batch(batch(1...2))])],
            sinks: [NamedSink(name: "x", sink: first), NamedSink(name: "y", sink: second)], settings: settings)
        try await rig.manager.start()
        await eventually("committed") { rig.journal.history.archive.count == 3 }
        await rig.stop()
        for sink in [first, second] {
            #expect(sink.delivered.last?.type == "agent.stopped" && sink.stops == 1)
        }
    }

    @Test("VP-15: a reader whose filter does not want it is not told of the stop; VP-13: it skips and goes on")
    func filtered() async throws {
        let sink = ScriptedSink()
        let patterns = ["vm.powered-off"].compactMap { TypePattern($0) }
        let rig = Rig(
            collectors: [
                "c": ScriptedCollector([
                    .batch(batch(1...2)), .batch(batch(3...3, type: "vm.powered-off")), .batch(batch(4...5)),
                    .batch(batch(6...6, type: "vm.powered-off")),
                ])
            ], sinks: [NamedSink(name: "x", filter: EventFilter(types: patterns), sink: sink)], settings: settings)
        try await rig.manager.start()
        await eventually("committed") { rig.journal.history.archive.count == 7 }
        await rig.stop()
        #expect(sink.delivered.map(\.type) == ["vm.powered-off", "vm.powered-off"])
    }
}
