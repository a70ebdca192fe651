import AgentCore
import AgentTestKit
import EventModel
import Pipeline
import Testing

@Suite("VP-06, BT-60, B16, B19, B20: what others get wrong", .timeLimit(.minutes(1)))
struct DeliveryWeaknessTests {
    @Test("VP-06: the last event of a life is the agent's own stop, behind all that was published, and delivered")
    func lastEvent() async throws {
        for backend in Backend.allCases {
            let sink = ScriptedSink()
            try await backend.withManager(sinks: [NamedSink(name: "x", sink: sink)], announces: true) { manager in
                let producer = try await manager.producer(ProducerSettings(name: "p"))
                for number in 1...100 { try await producer.publish(published(number)) }
                await manager.stop()
            }
            #expect(sink.delivered.last?.type == "agent.stopped")
            #expect(sink.delivered.filter { $0.type == "vm.powered-on" }.count == 100)
        }
    }

    @Test("B16: a dead sink costs no memory: one batch is held, the rest waits in the journal")
    func slowReader() async throws {
        let gate = ScriptedGate()
        let sink = ScriptedSink([.gated(gate)])
        let rig = Rig(sinks: [NamedSink(name: "x", batch: ReadLimit(entries: 10), sink: sink)])
        try await rig.manager.start()
        let producer = try await rig.manager.producer(ProducerSettings(name: "p"))
        for number in 1...1000 { try await producer.publish(published(number)) }
        producer.close()
        await producer.allAcknowledged()
        #expect(rig.journal.reads <= 2)
        gate.open()
        await eventually("all") { sink.delivered.count == 1000 }
        await rig.stop()
    }

    @Test("B19: cancelling one producer never holds up another, in whatever order events lie", arguments: 0..<20)
    func cancelNeverFreezes(seed: UInt64) async throws {
        var chance = SeededGenerator(seed: seed)
        let sink = ScriptedSink()
        let named = NamedSink(name: "x", batch: ReadLimit(entries: 2), sink: sink)
        try await Backend.memory.withManager(sinks: [named], policy: RetentionPolicy(count: 4)) { manager in
            let steady = try await manager.producer(
                ProducerSettings(name: "steady", queue: ReadLimit(entries: 4)))
            for round in 0..<10 {
                let other = try await manager.producer(
                    ProducerSettings(name: "other\(round)", queue: ReadLimit(entries: 4)))
                for number in 0..<chance.draw(0...6) {
                    _ = try? other.tryPublish(published(number, by: "other\(round)"))
                    try await steady.publish(published(round * 10 + number, by: "steady"))
                }
                other.cancel()
                await other.allAcknowledged()
                let counters = other.status().counters
                #expect(counters.accepted == counters.acknowledged + counters.dropped)
            }
            steady.close()
            await steady.allAcknowledged()
            await manager.finished()
            let found = sink.delivered.map(\.identity).filter { $0.hasPrefix("test://steady") }
            #expect(found.count == steady.status().counters.accepted)
        }
    }

    @Test("B20: a batch that is stuck stalls neither the other sinks nor the publishers, and is not called delivered")
    func stuck() async throws {
        let (gate, fast, count) = (ScriptedGate(), ScriptedSink(), Count())
        let sinks = [
            NamedSink(name: "stuck", batch: ReadLimit(entries: 1), sink: ScriptedSink([.gated(gate)])),
            NamedSink(name: "fast", sink: fast),
        ]
        try await Backend.sqlite.withManager(sinks: sinks) { manager in
            let producer = try await manager.producer(
                ProducerSettings(
                    name: "p", acknowledgement: .delivered, queue: ReadLimit(entries: 16),
                    onAcknowledged: { count.add($0) }))
            for number in 1...500 { try await producer.publish(published(number)) }
            await eventually("the fast one has all") { fast.delivered.count == 500 }
            #expect(count.value == 0)
            gate.open()
            producer.close()
            await producer.allAcknowledged()
            #expect(count.value == 500)
        }
    }

    @Test("BT-60: producers have rooms of their own: one that is full, closed or cancelled is no other's matter")
    func isolation() async throws {
        let journal = SimulatedJournal()
        let rig = Rig(journal: journal)
        try await rig.manager.start()
        var producers: [Producer] = []
        for name in ["a", "b", "c"] {
            producers.append(
                try await rig.manager.producer(ProducerSettings(name: name, queue: ReadLimit(entries: 100))))
        }
        await #expect(throws: ProducerError.nameTaken("a")) {
            try await rig.manager.producer(ProducerSettings(name: "a"))
        }
        await withTaskGroup { group in
            for (index, producer) in producers.enumerated() {
                group.addTask {
                    for number in 0..<200 { _ = try? await producer.publish(published(number, by: "\(index)")) }
                    if index == 0 { producer.cancel() } else { producer.close() }
                    await producer.allAcknowledged()
                }
            }
        }
        for index in [1, 2] {
            let found = journal.history.archive.filter { $0.source == "test://\(index)" }.map(\.id)
            #expect(found == (0..<200).map { "\($0)" })
        }
        #expect(await rig.manager.producerStatus().isEmpty, "who is done is listed no more")
        _ = try await rig.manager.producer(ProducerSettings(name: "a"))
        await rig.stop()
    }

    @Test("a publisher whose task is cancelled while it waits is answered, and lets those behind it in")
    func cancelledTask() async throws {
        let journal = SimulatedJournal()
        journal.failCommits(Array(repeating: .full, count: 100))
        let rig = Rig(journal: journal)
        try await rig.manager.start()
        let producer = try await rig.manager.producer(
            ProducerSettings(name: "p", queue: ReadLimit(entries: 10, bytes: 400)))
        try await producer.publish(published(1))
        let large = Event(
            id: String(repeating: "x", count: 100), source: "test://p", type: "vm.powered-on", time: TestClock.start)
        let first = Task { await producer.refusal(of: large) }
        await eventually("waits") { producer.status().waiting == 1 }
        let second = Task { await producer.refusal(of: published(2)) }
        await eventually("both wait") { producer.status().waiting == 2 }
        first.cancel()
        #expect(await first.value == .cancelled)
        #expect(await second.value == nil)
        producer.cancel()
        await rig.stop()
    }
}
