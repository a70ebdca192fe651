import AgentCore
import AgentTestKit
import EventModel
import Journals
import Logging
import Pipeline
import Testing

/// Lines about managers, collectors and publishers of the conformance list, for one process.
@Suite("Conformance: managers and their collectors", .timeLimit(.minutes(1))) struct CollectorConformanceTests {
    @Test("VIC-01: a manager that is made is there, idle, with nothing in it")
    func made() async {
        let status = await Rig().manager.status()
        #expect(status.phase == .idle && status.collectors.isEmpty && status.sinks.isEmpty)
    }

    @Test("VIC-07: a manager without any collector starts, runs and stops")
    func noCollector() async throws {
        let rig = Rig()
        try await rig.manager.start()
        await rig.manager.finished()
        #expect(await rig.manager.registeredCollectors.isEmpty)
        await rig.stop()
        #expect(await rig.manager.status().phase == .stopped)
    }

    @Test("VIC-13: a page of three lifecycle events is published as three; VIC-27: in the order they happened")
    func page() async throws {
        let types: [EventType] = ["container.created", "container.started", "container.stopped"]
        let events = types.enumerated().map { number, type in
            Event(id: "\(number)", source: "test://a", type: type, time: TestClock.start)
        }
        let sink = ScriptedSink()
        let rig = Rig(
            collectors: ["c": ScriptedCollector([.batch(Batch(events: events, checkpoint: checkpoint(1)))])],
            sinks: [NamedSink(name: "x", sink: sink)])
        try await rig.manager.start()
        await eventually("delivered") { sink.delivered.count == 3 }
        #expect(sink.delivered.map(\.type) == types)
        await rig.stop()
    }

    @Test("NV-06: a component says its name and kind")
    func identity() async throws {
        let rig = Rig(collectors: ["c": ScriptedCollector([])], sinks: [NamedSink(name: "x", sink: ScriptedSink())])
        let status = await rig.manager.status()
        #expect(status.collectors.map(\.name) == ["c"] && status.collectors.map(\.kind) == ["scripted"])
        try await rig.manager.start()
        #expect(await rig.manager.status().sinks.map(\.name) == ["x"])
        await rig.stop()
    }

    @Test("YK-32: what was collected is delivered with equal fields, and not a second time; YK-40: so it is stored")
    func collectOnce() async throws {
        let sink = ScriptedSink()
        let rig = Rig(
            collectors: ["c": ScriptedCollector([.batch(batch(1...2))])], sinks: [NamedSink(name: "x", sink: sink)])
        try await rig.manager.start()
        await eventually("delivered") { await rig.sink("x")?.cursor == 2 }
        let delivered = try sink.delivered.map { try EventDecoder.decode($0.body).event }
        #expect(delivered == batch(1...2).events)
        #expect(try rig.journal.history.archive.map { try EventDecoder.decode($0.entry.body).event } == delivered)
        await rig.stop()
        #expect(sink.delivered.count == 2)
    }

    private func encoded(_ range: ClosedRange<Int>) -> [EncodedEvent] {
        batch(range).events.map { EncodedEvent($0) }
    }

    @Test("YK-33, B15: a journal of three entries that is given five keeps three: the newest")
    func keepsThree() async throws {
        let policy = RetentionPolicy(count: 3, whenFull: .dropOldest)
        let journal = MemoryJournal(.init(), policy: policy, clock: .system)
        for number in 1...5 { _ = try await journal.commit(encoded(number...number), checkpoint: nil, of: "c") }
        #expect(try await journal.read(after: 0, limit: ReadLimit()).entries.map(\.sequence) == [3, 4, 5])
    }

    @Test(
        "YK-34: making a journal smaller takes nothing from a sink that has not had it; afterwards the new size holds")
    func shrinks() async throws {
        let journal = MemoryJournal(.init(), policy: RetentionPolicy(count: 5), clock: .system)
        try await journal.attach(sinks: ["x"])
        _ = try await journal.commit(encoded(1...5), checkpoint: nil, of: "c")
        _ = try await journal.setPolicy(RetentionPolicy(count: 3))
        #expect(try await journal.read(after: 0, limit: ReadLimit()).entries.count == 5)
        try await journal.acknowledge(through: 5, refused: [], by: "x")
        _ = try await journal.trim()
        #expect(try await journal.state().count == 3)
        _ = try await journal.setPolicy(RetentionPolicy(count: 3))
        #expect(try await journal.read(after: 0, limit: ReadLimit()).entries.map(\.sequence) == [3, 4, 5])
    }

    @Test("YK-42: recording turned off and another capacity hold at once, and the change is told")
    func changed() async throws {
        let rig = Rig(settings: PipelineSettings(host: "test"))
        try await rig.manager.start()
        _ = try await rig.manager.setRetention(RetentionPolicy(count: 1, whenFull: .dropOldest))
        #expect(rig.announced.last == "agent.command-done")
        #expect(try await rig.journal.state().count <= 2)
        await rig.manager.setTracking(false)
        #expect(!rig.manager.isTracking)
        await rig.manager.setTracking(true)
        #expect(rig.manager.isTracking)
        await rig.stop()
    }

    @Test("YK-35, YK-36: a manager without sinks is made, started and stopped, twice over, without harm")
    func startStop() async throws {
        let rig = Rig(collectors: ["c": ScriptedCollector([])])
        try await rig.manager.start()
        try await rig.manager.start()
        #expect(try await rig.journal.state().count == 0)
        await rig.stop()
        await rig.stop()
    }

    @Test("YK-37: without a sink nothing holds the journal back: what it may not keep goes")
    func noSink() async throws {
        let journal = MemoryJournal(.init(), policy: RetentionPolicy(count: 2), clock: .system)
        let manager = EventManager(
            journal: journal,
            collectors: [
                NamedCollector(
                    name: "c",
                    collector: ScriptedCollector((1...9).map { .batch(batch($0...$0, isLast: $0 == 9)) }))
            ],
            sinks: [], log: Logger(label: "test"), settings: PipelineSettings(announcesItself: false))
        try await manager.start()
        await manager.finished()
        #expect(try await journal.state().count == 2)
        #expect(await manager.status().collectors.first?.events == 9)
        await manager.stop()
    }

    @Test("YK-38: a sink gets the very record that was published")
    func sameRecord() async throws {
        let record = SchedulerRecord.nodeAdded("n1", capacity: ["memory": 10])
            .event(id: "1", source: "scheduler://a", at: TestClock.start)
        let sink = ScriptedSink()
        let rig = Rig(
            collectors: ["c": ScriptedCollector([.batch(Batch(events: [record], checkpoint: nil))])],
            sinks: [NamedSink(name: "x", sink: sink)])
        try await rig.manager.start()
        await eventually("delivered") { sink.delivered.count == 1 }
        #expect(try EventDecoder.decode(try #require(sink.delivered.first).body).event == record)
        await rig.stop()
    }

    @Test("YK-47: 10,000 events published while the manager stops: no harm, and what is stored is stored in order")
    func stopWhilePublishing() async throws {
        let steps = (0..<1000).map { ScriptedCollector.Step.batch(batch($0 * 10 + 1...$0 * 10 + 10, wide: true)) }
        let journal = MemoryJournal(.init(), policy: RetentionPolicy(), clock: .system)
        let manager = EventManager(
            journal: journal, collectors: [NamedCollector(name: "c", collector: ScriptedCollector(steps))], sinks: [],
            log: Logger(label: "test"), settings: PipelineSettings(announcesItself: false))
        try await manager.start()
        await eventually("some came") { (try? await journal.state().count) ?? 0 > 100 }
        let registering = Task {
            for number in 0..<100 {
                try? await manager.register(NamedCollector(name: "r\(number)", collector: ScriptedCollector([])))
            }
        }
        let page = Task { try await journal.read(after: 0, limit: ReadLimit(entries: 10_000)) }
        await manager.stop()
        await registering.value
        let entries = try await page.value.entries
        #expect(entries.map(\.sequence) == entries.indices.map { UInt64($0) + 1 })
        #expect(await manager.status().phase == .stopped)
    }

    @Test("B17: 200 events of one type in one instant are 200 entries")
    func sameInstant() async throws {
        let rig = Rig(collectors: ["c": ScriptedCollector([.batch(batch(1...200))])])
        try await rig.manager.start()
        await eventually("committed") { rig.journal.history.archive.count == 200 }
        #expect(Set(rig.journal.history.archive.map(\.id)).count == 200)
        await rig.stop()
    }

    @Test("B18: a delivery that failed is made again, all events come, in order, and no pace is forced on them")
    func noCeiling() async throws {
        let sink = ScriptedSink([.failure(.retryable(reason: "down"))])
        let steps = (0..<10).map { ScriptedCollector.Step.batch(batch($0 * 20 + 1...$0 * 20 + 20)) }
        let rig = Rig(
            collectors: ["c": ScriptedCollector(steps)], sinks: [NamedSink(name: "x", sink: sink)], clock: .jumping)
        try await rig.manager.start()
        await eventually("delivered") { sink.delivered.count == 200 }
        #expect(sink.delivered.map(\.sequence) == Array(1...200))
        await rig.stop()
    }

    @Test("VP-02: each collector is started, and runs beside the others: one that hangs holds up none")
    func allRun() async throws {
        let hanging = ScriptedCollector([.deaf(ScriptedGate(), batch(1...1))])
        let rig = Rig(collectors: [
            "a": hanging, "b": ScriptedCollector([.batch(batch(1...2, source: "test://b"))]),
        ])
        try await rig.manager.start()
        await eventually("the other") { rig.journal.history.archive.count == 2 && hanging.polled.count == 1 }
        #expect(rig.journal.history.archive.map(\.source) == ["test://b", "test://b"])
        await rig.stop()
    }
}

/// As `batch`, for numbers that a checkpoint of one byte has no room for.
private func batch(_ range: ClosedRange<Int>, wide: Bool) -> Batch {
    let events = range.map { Event(id: "\($0)", source: "test://a", type: "vm.powered-on", time: TestClock.start) }
    return Batch(events: events, checkpoint: Checkpoint(version: 1, bytes: Array("\(range.upperBound)".utf8)))
}
