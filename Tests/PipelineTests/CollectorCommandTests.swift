import AgentCore
import AgentTestKit
import EventModel
import Pipeline
import Testing

@Suite("Collectors at run time", .timeLimit(.minutes(1))) struct CollectorCommandTests {
    /// A collector of objects that are only noted.
    private actor ObjectsCollector: MonitorsObjects {
        typealias Configuration = ScriptedConfiguration
        static let kind = "objects"
        var objects: [String]?
        private let script: ScriptedCollector

        init(_ objects: [String], _ steps: [ScriptedCollector.Step] = []) {
            (self.objects, script) = (objects, ScriptedCollector(steps))
        }

        init(_ configuration: ScriptedConfiguration, in context: CollectorContext) throws {
            (objects, script) = ([], ScriptedCollector([]))
        }

        func poll(after checkpoint: Checkpoint?) async throws -> Batch { try await script.poll(after: checkpoint) }
        func probe() async throws -> String { "" }

        func add(object: String) throws(MonitoringError) -> Bool {
            if objects?.contains(object) == true { return false }
            objects?.append(object)
            return true
        }

        func remove(object: String) throws(MonitoringError) -> Bool {
            guard let place = objects?.firstIndex(of: object) else { return false }
            objects?.remove(at: place)
            return true
        }
    }

    private func named(_ name: String, _ steps: ScriptedCollector.Step...) -> NamedCollector {
        NamedCollector(name: name, collector: ScriptedCollector(steps))
    }

    @Test("VIC-12: a collector that is registered while the manager runs is started, and publishes to its journal")
    func register() async throws {
        let rig = Rig()
        try await rig.manager.start()
        try await rig.manager.register(named("late", .batch(batch(1...3))))
        await eventually("committed") { rig.journal.history.archive.count == 3 }
        #expect(await rig.manager.registeredCollectors.map(\.name) == ["late"])
        await rig.stop()
    }

    @Test("YK-39: registering is in order before the start and while the manager runs, and an error after the stop")
    func beforeAndAfter() async throws {
        let rig = Rig()
        try await rig.manager.register(named("early", .batch(batch(1...1))))
        #expect(rig.journal.history.archive.isEmpty)
        try await rig.manager.start()
        try await rig.manager.register(named("late", .batch(batch(2...2))))
        await eventually("committed") { rig.journal.history.archive.count == 2 }
        await rig.stop()
        await #expect(throws: CollectorCommandError.stopping) { try await rig.manager.register(self.named("last")) }
        await #expect(throws: CollectorCommandError.stopping) { try await rig.manager.unregister("early") }
    }

    @Test("names are unique, unknown ones are told, and one collector is not registered twice")
    func names() async throws {
        let same = ScriptedCollector([])
        let collector = NamedCollector(name: "a", collector: same)
        let rig = Rig()
        try await rig.manager.start()
        try await rig.manager.register(collector)
        await #expect(throws: CollectorCommandError.nameTaken("a")) { try await rig.manager.register(self.named("a")) }
        let twin = NamedCollector(name: "b", collector: same)
        await #expect(throws: CollectorCommandError.registeredAs("a")) { try await rig.manager.register(twin) }
        for command in [
            { try await rig.manager.unregister("x") }, { try await rig.manager.stopCollector("x") },
            { try await rig.manager.startCollector("x") }, { _ = try await rig.manager.suspendCollector("x") },
            { _ = try await rig.manager.resumeCollector("x") }, { _ = try await rig.manager.add(object: "o", to: "x") },
            { try await rig.manager.replace(self.named("x")) },
        ] as [@Sendable () async throws -> Void] {
            await #expect(throws: CollectorCommandError.unknown("x")) { try await command() }
        }
        await rig.stop()
    }

    @Test("VIC-26: a collector started twice is an error that says so; stopped, it ends, and starts again")
    func startTwice() async throws {
        let collector = ScriptedCollector([.batch(batch(1...2)), .batch(batch(3...3))])
        let rig = Rig(collectors: ["c": collector])
        try await rig.manager.start()
        await eventually("polling") { collector.polled.count == 3 }
        let error = await #expect(throws: CollectorCommandError.self) { try await rig.manager.startCollector("c") }
        #expect(error?.description.contains("already started") == true)
        let stopping = Task { try await rig.manager.stopCollector("c") }
        try await rig.advance(until: stopping)
        #expect(collector.stops == 1)
        #expect(await rig.collector("c")?.state == .ended)
        try await rig.manager.startCollector("c")
        await eventually("goes on from its checkpoint") {
            collector.polled.last == checkpoint(3) && collector.polled.count == 4
        }
        await rig.stop()
    }

    @Test("a collector stopped in the middle of a poll has its batch committed")
    func stopMidPoll() async throws {
        let gate = ScriptedGate()
        let collector = ScriptedCollector([.gated(gate, batch(1...2))])
        let rig = Rig(collectors: ["c": collector])
        try await rig.manager.start()
        await eventually("polling") { gate.waiting == 1 }
        let stopping = Task { try await rig.manager.stopCollector("c") }
        // Opened earlier, the poll might bring its batch before anybody says stop.
        await eventually("it is told to stop") { rig.clock.sleeping == 1 }
        gate.open()
        try await stopping.value
        #expect(rig.journal.history.archive.count == 2)
        #expect(rig.journal.history.checkpoints["c"] == checkpoint(2))
        await rig.stop()
    }

    @Test("a poll that had to be cancelled is made again when the collector is started")
    func cancelledPoll() async throws {
        let collector = ScriptedCollector([
            .batch(batch(1...1)), .gated(ScriptedGate(), batch(2...2)), .batch(batch(2...2)),
        ])
        let rig = Rig(collectors: ["c": collector])
        try await rig.manager.start()
        await eventually("polling") { collector.polled.count == 2 }
        try await rig.advance(until: Task { try await rig.manager.stopCollector("c") })
        #expect(rig.journal.history.archive.count == 1)
        try await rig.manager.startCollector("c")
        await eventually("read again") { rig.journal.history.archive.count == 2 }
        #expect(collector.polled == [nil, checkpoint(1), checkpoint(1), checkpoint(2)])
        await rig.stop()
    }

    @Test("one that is deaf to cancellation is left behind: not started again, replaced, and nothing it brings counts")
    func deaf() async throws {
        let gate = ScriptedGate()
        let deaf = ScriptedCollector([.deaf(gate, batch(1...1))])
        let rig = Rig(collectors: ["c": deaf])
        try await rig.manager.start()
        await eventually("polling") { gate.waiting == 1 }
        try await rig.advance(until: Task { try await rig.manager.stopCollector("c") })
        await #expect(throws: CollectorCommandError.stillStopping("c")) { try await rig.manager.startCollector("c") }
        try await rig.manager.unregister("c")
        let same = NamedCollector(name: "d", collector: deaf)
        await #expect(throws: CollectorCommandError.stillStopping("c")) { try await rig.manager.register(same) }
        try await rig.manager.register(named("c", .batch(batch(1...3))))
        await eventually("the new one's") { rig.journal.history.archive.count == 3 }
        gate.open()
        await eventually("the old one let go") { deaf.stops == 1 }
        #expect(rig.journal.history.checkpoints["c"] == checkpoint(3))
        await rig.stop()
    }

    @Test("the checkpoint stays under the name: one unregistered and registered again, or replaced, goes on from it")
    func checkpointStays() async throws {
        let rig = Rig(collectors: ["c": ScriptedCollector([.batch(batch(1...4))])])
        try await rig.manager.start()
        await eventually("committed") { rig.journal.history.archive.count == 4 }
        try await rig.advance(until: Task { try await rig.manager.unregister("c") })
        #expect(await rig.manager.registeredCollectors.isEmpty)
        let second = ScriptedCollector([.batch(batch(5...5))])
        try await rig.manager.register(NamedCollector(name: "c", collector: second))
        await eventually("polled on") { second.polled.count == 2 }
        let third = ScriptedCollector([])
        try await rig.advance(
            until: Task { try await rig.manager.replace(NamedCollector(name: "c", collector: third)) })
        await eventually("started") { third.polled.count == 1 }
        #expect(
            second.polled == [checkpoint(4), checkpoint(5)] && third.polled == [checkpoint(5)] && second.stops == 1)
        #expect(await rig.manager.registeredCollectors.map(\.name) == ["c"])
        await rig.stop()
    }

    @Test("a suspended collector polls no more, keeps what it holds, and goes on where it was")
    func suspend() async throws {
        let gate = ScriptedGate()
        let collector = ScriptedCollector([.gated(gate, batch(1...1)), .batch(batch(2...2))])
        let rig = Rig(collectors: ["c": collector])
        try await rig.manager.start()
        await eventually("polling") { gate.waiting == 1 }
        #expect(try await rig.manager.suspendCollector("c"))
        #expect(try await !rig.manager.suspendCollector("c"))
        gate.open()
        await eventually("suspended") { await rig.collector("c")?.state == .suspended }
        #expect(rig.journal.history.archive.count == 1 && collector.polled.count == 1)
        #expect(try await rig.manager.resumeCollector("c"))
        #expect(try await !rig.manager.resumeCollector("c"))
        await eventually("went on") { rig.journal.history.archive.count == 2 }
        #expect(collector.polled.prefix(2) == [nil, checkpoint(1)] && collector.stops == 0)
        #expect(try await rig.manager.suspendCollector("c"))
        await rig.stop()
        #expect(collector.stops == 1)
    }

    @Test("while one command about a collector is under way, another is refused, and others' are performed")
    func busy() async throws {
        let gate = ScriptedGate()
        let rig = Rig(collectors: ["a": ScriptedCollector([.deaf(gate, batch(1...1))]), "b": ScriptedCollector([])])
        try await rig.manager.start()
        await eventually("polling") { gate.waiting == 1 }
        let stopping = Task { try await rig.manager.stopCollector("a") }
        await eventually("busy") {
            do throws(CollectorCommandError) { try await rig.manager.suspendCollector("a") } catch {
                return error == .busy("a")
            }
            return false
        }
        #expect(try await rig.manager.suspendCollector("b"))
        gate.open()
        try await stopping.value
        #expect(rig.journal.history.archive.count == 1)
        await rig.stop()
    }

    @Test("objects are added to and removed from a collector that has any; an error where its kind has none")
    func objects() async throws {
        let rig = Rig(collectors: ["plain": ScriptedCollector([])])
        try await rig.manager.register(NamedCollector(name: "c", collector: ObjectsCollector(["a"])))
        try await rig.manager.start()
        #expect(try await rig.manager.add(object: "b", to: "c"))
        #expect(try await !rig.manager.add(object: "b", to: "c"))
        #expect(try await rig.manager.objects(of: "c") == ["a", "b"])
        #expect(try await rig.manager.remove(object: "a", from: "c"))
        #expect(try await rig.manager.objects(of: "c") == ["b"])
        await #expect(throws: CollectorCommandError.monitorsNoObjects("plain", kind: "scripted")) {
            try await rig.manager.add(object: "b", to: "plain")
        }
        await rig.stop()
    }

    @Test("VIC-15: a collector that has no object to monitor is not started, and says so")
    func nothingToMonitor() async throws {
        let rig = Rig()
        try await rig.manager.start()
        try await rig.manager.register(NamedCollector(name: "c", collector: ObjectsCollector(["a"])))
        #expect(try await rig.manager.remove(object: "a", from: "c"))
        try await rig.advance(until: Task { try await rig.manager.stopCollector("c") })
        await #expect(throws: CollectorCommandError.nothingToMonitor("c")) { try await rig.manager.startCollector("c") }
        #expect(try await rig.manager.add(object: "a", to: "c"))
        try await rig.manager.startCollector("c")
        await rig.stop()
    }
}
