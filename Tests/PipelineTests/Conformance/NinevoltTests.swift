import AgentCore
import AgentTestKit
import EventModel
import Pipeline
import Testing

@Suite("NV-01 to NV-05: queue, and watching what one depends on", .timeLimit(.minutes(1)))
struct NinevoltTests {
    @Test("NV-01: what is published is stored; full and invalid are said to the publisher", arguments: Backend.allCases)
    func queue(backend: Backend) async throws {
        let sink = ScriptedSink()
        try await backend.withManager(sinks: [NamedSink(name: "x", sink: sink)]) { manager in
            let producer = try await manager.producer(
                ProducerSettings(name: "p", queue: ReadLimit(entries: 10, bytes: 1000)))
            try producer.tryPublish(published(1))
            await manager.finished()
            await eventually("stored and delivered") { sink.delivered.count == 1 }
            #expect(
                throws: PublishError.invalid("id: missing; it and the other of id and source name the event for ever")
            ) {
                try producer.tryPublish(Event(id: "", source: "s", type: "vm.started", time: TestClock.start))
            }
            #expect(throws: PublishError.self) {
                try producer.tryPublish(Event(id: "1", source: "s", type: "No Type", time: TestClock.start))
            }
            let large = Event(
                id: String(repeating: "x", count: 1000), source: "s", type: "vm.started", time: TestClock.start)
            #expect(throws: PublishError.self) { try producer.tryPublish(large) }
            #expect(producer.status().counters.accepted == 1)
        }
    }

    @Test("NV-01: a journal that fails to store is tried again, and nothing of what was published is lost")
    func storeFails() async throws {
        let journal = SimulatedJournal()
        journal.failCommits([.unwritable("no space left"), .unwritable("no space left"), .full])
        let rig = Rig(journal: journal, clock: .jumping)
        try await rig.manager.start()
        let producer = try await rig.manager.producer(ProducerSettings(name: "p"))
        for number in 1...3 { try await producer.publish(published(number)) }
        await eventually("the journal is full, after two failures") {
            producer.status().lastError == JournalError.full.description
        }
        producer.close()
        await producer.allAcknowledged()
        #expect(journal.history.archive.map(\.id) == ["1", "2", "3"])
        #expect(rig.log.lines("producer held").count == 1)
        await rig.stop()
    }

    @Test("NV-02: the first failure turns health; more of them change nothing; other plugins go on")
    func firstFailure() async throws {
        let failures = Array(repeating: ScriptedSink.Step.failure(.retryable(reason: "no answer")), count: 3)
        let (bad, good) = (ScriptedSink(failures), ScriptedSink())
        let rig = Rig(
            collectors: ["c": ScriptedCollector([.batch(batch(1...4))])],
            sinks: [NamedSink(name: "bad", sink: bad), NamedSink(name: "good", sink: good)])
        try await rig.manager.start()
        #expect(await rig.manager.health().since == rig.clock.now)
        await eventually("turned") { await rig.manager.health().state == .degraded }
        await eventually("the other has all") { good.delivered.count == 4 }
        let since = await rig.manager.health().since
        await eventually("failed again") {
            rig.clock.advance(by: .seconds(1))
            return bad.attempts.count == 3
        }
        #expect(await rig.manager.health().since == since)
        await rig.stop()
    }

    @Test("NV-03, NV-04: a sink and a collector fail; health stays bad until both have recovered")
    func bothFail() async throws {
        struct Unreachable: Error {}
        let sink = ScriptedSink([.failure(.retryable(reason: "down"))])
        let gate = ScriptedGate()
        let collector = ScriptedCollector([
            .batch(batch(1...1)), .failure(Unreachable()), .gated(gate, batch(2...2)),
        ])
        let rig = Rig(collectors: ["c": collector], sinks: [NamedSink(name: "x", sink: sink)])
        try await rig.manager.start()
        await eventually("both") { await rig.manager.health().troubles.map(\.role) == [.collector, .sink] }
        await eventually("the sink recovered") {
            rig.clock.advance(by: .seconds(1))
            return await rig.sink("x")?.cursor == 1
        }
        await eventually("the collector is left") {
            await rig.manager.health().troubles.map(\.name) == ["c"]
        }
        gate.open()
        await eventually("both recovered") {
            rig.clock.advance(by: .seconds(1))
            return await rig.manager.health().state == .ok
        }
        #expect(await rig.manager.health().troubles.map(\.name) == [])
        await rig.stop()
    }

    @Test("NV-05: stopping is no error, whatever failed, and may be repeated")
    func stop() async throws {
        let failures = Array(repeating: ScriptedSink.Step.failure(.retryable(reason: "down")), count: 100)
        let rig = Rig(
            collectors: ["c": ScriptedCollector([.batch(batch(1...4))])],
            sinks: [NamedSink(name: "x", sink: ScriptedSink(failures))])
        try await rig.manager.start()
        await eventually("failing") { await rig.manager.health().state == .degraded }
        await rig.stop()
        await rig.manager.stop()
        #expect(rig.journal.calls.last == .close)
    }

    @Test("B17: events of one type in the same second, and in the same nanosecond, are all kept")
    func sameSecond() async throws {
        let sink = ScriptedSink()
        try await Backend.sqlite.withManager(sinks: [NamedSink(name: "x", sink: sink)]) { manager in
            let producer = try await manager.producer(ProducerSettings(name: "p"))
            for number in 1...1000 { try await producer.publish(published(number)) }
            producer.close()
            await producer.allAcknowledged()
            await manager.finished()
            #expect(Set(sink.delivered.map(\.identity)).count == 1000)
        }
    }

    @Test("B18: a failed delivery is repeated, holding keeps what is queued, and the order stays")
    func repeated() async throws {
        let sink = ScriptedSink([.failure(.retryable(reason: "500"))])
        let rig = Rig(sinks: [NamedSink(name: "x", batch: ReadLimit(entries: 7), sink: sink)], clock: .jumping)
        try await rig.manager.start()
        let producer = try await rig.manager.producer(ProducerSettings(name: "p"))
        try await rig.manager.suspend(sink: "x")
        for number in 1...100 { try await producer.publish(published(number)) }
        try await rig.manager.resume(sink: "x")
        await eventually("all") { sink.delivered.count == 100 }
        #expect(sink.delivered.map(\.sequence) == Array(1...100))
        await rig.stop()
    }
}
