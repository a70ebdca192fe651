import AgentCore
import AgentTestKit
import EventModel
import Pipeline
import Testing

@Suite("Recording turned off", .timeLimit(.minutes(1)))
struct TrackingTests {
    private static let injected = Array(
        #"{"specversion":"1.0","id":"7","source":"app://a","type":"guestwatch.vm.started","time":"2026-01-02T03:04:05Z"}"#
            .utf8)

    @Test(
        "YK-42, YK-53: whoever publishes while it is off is answered at once with the reason, also who waited before",
        arguments: Backend.allCases)
    func answered(backend: Backend) async throws {
        let gate = ScriptedGate()
        let sink = ScriptedSink([.gated(gate)])
        let policy = RetentionPolicy(count: 1)
        try await backend.withManager(sinks: [NamedSink(name: "x", sink: sink)], policy: policy) { manager in
            let first = try await manager.producer(ProducerSettings(name: "first"))
            try await first.publish(published(0, by: "first"))
            await eventually("the journal is full") { gate.waiting == 1 }
            let producer = try await manager.producer(ProducerSettings(name: "p", queue: ReadLimit(entries: 1)))
            try await producer.publish(published(1))
            let second = Task { await producer.refusal(of: published(2)) }
            await eventually("the second waits") { producer.status().waiting == 1 }
            await manager.setTracking(false)
            #expect(await second.value == .notTracking)
            await #expect(throws: PublishError.notTracking) { try await producer.publish(published(3)) }
            #expect(throws: PublishError.notTracking) { try producer.tryPublish(published(3)) }
            await #expect(throws: InjectionError.notTracking) { try await manager.inject(Self.injected) }
            gate.open()
            await manager.finished()
            #expect(sink.delivered.count == 1, "nothing is recorded")
            await manager.setTracking(true)
            try await producer.publish(published(4))
            producer.close()
            await producer.allAcknowledged()
            await manager.finished()
            #expect(sink.delivered.map(\.identity) == ["test://first 0", "test://p 1", "test://p 4"])
        }
    }

    @Test(
        "the reason is said in words a person can act on",
        arguments: ["\(PublishError.notTracking)", "\(InjectionError.notTracking)", "\(JournalError.notTracking)"])
    func words(text: String) {
        #expect(text == "event tracking is off: nothing is recorded until it is turned on")
    }

    @Test("a collector that is held says that tracking is off, not that the journal is full")
    func held() async throws {
        let rig = Rig(collectors: ["c": ScriptedCollector([.batch(batch(1...3))])])
        await rig.manager.setTracking(false)
        try await rig.manager.start()
        await eventually("held") { await rig.collector("c")?.state == .held }
        await rig.manager.setTracking(true)
        await eventually("all came") { rig.journal.history.head == 3 }
        await eventually("told") { !rig.log.lines("collector goes on: event tracking is on").isEmpty }
        #expect(rig.log.lines("collector held: event tracking is off").count == 1)
        #expect(!rig.log.lines.contains { $0.message.contains("full") })
        await rig.stop()
    }

    @Test("a hold is told once, and again when its reason is another")
    func reasons() {
        var progress = CollectorProgress(checkpoint: nil)
        _ = progress.next()
        _ = progress.polled(EncodedBatch(batch(1...1)), at: TestClock.start)
        var reports: [Report?] = []
        for (second, error) in [JournalError.full, .full, .notTracking, .notTracking].enumerated() {
            _ = progress.next()
            let now = TestClock.start.advanced(by: .seconds(second))
            reports.append(progress.commitFailed(error, at: now, random: .system))
            guard case .hold = progress.next() else { return #expect(Bool(false), "it does not wait") }
        }
        #expect(reports == [.held(.full), nil, .held(.notTracking), nil])
        let released = progress.committed(
            Commit(sequences: 1...1, repeated: 0), at: TestClock.start.advanced(by: .seconds(9)))
        #expect(released == [.released(.notTracking, .seconds(9))])
    }
}
