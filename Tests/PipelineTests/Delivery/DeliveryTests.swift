import AgentCore
import AgentTestKit
import EventModel
import Pipeline
import Platform
import Testing

@Suite("Delivery by command and by several workers", .timeLimit(.minutes(1)))
struct DeliveryTests {
    @Test("a suspended sink holds what comes, says so, and has all of it, in order, when it is resumed")
    func suspended() async throws {
        let (sink, other) = (ScriptedSink(), ScriptedSink())
        let rig = Rig(sinks: [NamedSink(name: "x", sink: sink), NamedSink(name: "y", sink: other)])
        try await rig.manager.start()
        let producer = try await rig.manager.producer(ProducerSettings(name: "p"))
        try await producer.publish(published(1))
        await eventually("delivered") { sink.delivered.count == 1 }
        try await rig.manager.suspend(sink: "x")
        try await rig.manager.suspend(sink: "x")
        await eventually("held") { await rig.sink("x")?.state == .suspended }
        for number in 2...9 { try await producer.publish(published(number)) }
        await eventually("the other has all") { other.delivered.count == 9 }
        #expect(sink.delivered.count == 1)
        #expect(await rig.sink("x")?.lag == 8)
        #expect(await rig.manager.health().state == .ok, "held by command is no trouble")
        try await rig.manager.resume(sink: "x")
        try await rig.manager.resume(sink: "x")
        await eventually("all of it") { sink.delivered.count == 9 }
        #expect(sink.delivered.map(\.sequence) == Array(1...9))
        await #expect(throws: DeliveryCommandError.unknownSink("z", known: ["x", "y"])) {
            try await rig.manager.suspend(sink: "z")
        }
        await rig.stop()
    }

    @Test("a manager with a suspended sink stops at once, and the sink goes on after the next start")
    func stoppedWhileSuspended() async throws {
        let (sink, again) = (ScriptedSink(), ScriptedSink())
        let rig = Rig(sinks: [NamedSink(name: "x", sink: sink)])
        try await rig.manager.start()
        try await rig.manager.suspend(sink: "x")
        let producer = try await rig.manager.producer(ProducerSettings(name: "p"))
        try await producer.publish(published(1))
        await rig.manager.stop()
        #expect(sink.delivered.isEmpty)
        rig.journal.reopen()
        let next = Rig(sinks: [NamedSink(name: "x", sink: again)], journal: rig.journal)
        try await next.manager.start()
        await next.manager.finished()
        #expect(again.delivered.map(\.sequence) == [1])
        await next.stop()
    }

    @Test("dead letters are delivered again by command: what is taken is none any more, what is refused again stays")
    func redelivered() async throws {
        let sink = ScriptedSink([
            .failure(.permanent(reason: "400")), .failure(.tooLarge(reason: "413")),
            .failure(.partial(rejected: [1: "401"])), .success, .failure(.retryable(reason: "503")),
        ])
        let batches = [batch(1...3)]
        let rig = Rig(
            collectors: ["c": ScriptedCollector(batches.map { .batch($0) })],
            sinks: [NamedSink(name: "x", sink: sink)])
        try await rig.manager.start()
        await eventually("refused") { await rig.sink("x")?.deadLetters == 3 }
        await eventually("acknowledged") { await rig.sink("x")?.cursor == 3 }
        let letters = try await rig.manager.deadLetters(of: "x")
        #expect(letters.map(\.letter.sequence) == [1, 2, 3])
        let result = try await rig.manager.redeliver(of: "x")
        #expect(result.delivered == [2, 3])
        #expect(result.refused == [1: "401"])
        #expect(result.failure == nil)
        #expect(sink.attempts.map { $0.map(\.sequence) } == [[1, 2, 3], [1, 2, 3], [1], [2, 3]])
        #expect(rig.journal.history.deadLetters.map(\.number) == [1])
        let second = try await rig.manager.redeliver(deadLetters: [1], of: "x")
        #expect(second.failure == "503")
        #expect(rig.journal.history.deadLetters.map(\.number) == [1])
        try await rig.manager.removeDeadLetters([1, 99])
        #expect(try await rig.manager.deadLetters().isEmpty)
        #expect(try await rig.manager.redeliver(of: "x") == RedeliveryResult())
        await rig.stop()
    }

    @Test("a redelivery that is under way when the sink ends is answered")
    func redeliveryAtTheEnd() async throws {
        let sink = ScriptedSink([.failure(.permanent(reason: "400")), .gated(ScriptedGate())])
        let rig = Rig(
            collectors: ["c": ScriptedCollector([.batch(batch(1...1))])], sinks: [NamedSink(name: "x", sink: sink)])
        try await rig.manager.start()
        await eventually("acknowledged") { await rig.sink("x")?.cursor == 1 }
        let (under, waiting) = (
            Task { try await rig.manager.redeliver(of: "x") }, Task { try await rig.manager.redeliver(of: "x") }
        )
        await eventually("delivering") { sink.attempts.count == 2 }
        await rig.stop()
        let failures = [try await under.value.failure, try await waiting.value.failure]
        #expect(failures.allSatisfy { $0 == "cancelled" || $0 == "the sink has ended" })
    }

    @Test("a kind that keeps its lines in sequence order is given no dead letters again")
    func keepsOrder() async throws {
        let rig = Rig(sinks: [NamedSink(name: "x", sink: OrderedSink())])
        try await rig.manager.start()
        await #expect(throws: DeliveryCommandError.keepsOrder("x", kind: "ordered")) {
            try await rig.manager.redeliver(of: "x")
        }
        await rig.stop()
    }

    @Test("several workers deliver at once, each guest's entries in order, and never more than the kind allows")
    func workers() async throws {
        let sink = ParallelSink()
        let policy = DeliveryPolicy(workers: 99)
        let named = NamedSink(name: "x", batch: ReadLimit(entries: 10), policy: policy, sink: sink)
        #expect(named.policy.workers == ParallelSink.traits.workers)
        let journal = SimulatedJournal()
        let rig = Rig(sinks: [named], journal: journal)
        try await rig.manager.start()
        let count = Count()
        let producer = try await rig.manager.producer(
            ProducerSettings(name: "p", acknowledgement: .delivered, onAcknowledged: { count.add($0) }))
        for number in 1...2000 { try await producer.publish(published(number, guest: "vm-\(number % 37)")) }
        producer.close()
        await producer.allAcknowledged()
        #expect(count.value == 2000)
        #expect(sink.most > 1, "never two at once")
        #expect(sink.most <= ParallelSink.traits.workers)
        let delivered = sink.delivered
        #expect(Set(delivered.map(\.sequence)).count == 2000)
        #expect(delivered.count == 2000)
        for (guest, entries) in Dictionary(grouping: delivered, by: { $0.lane(of: 1_000_003) }) {
            #expect(entries.map(\.sequence) == entries.map(\.sequence).sorted(), "guest \(guest)")
        }
        #expect(await rig.sink("x")?.cursor == 2000)
        await rig.stop()
    }

    @Test("a guest whose delivery hangs holds up no guest of another worker, and the cursor waits for it")
    func hungGuest() async throws {
        let names = (0...).lazy.map { "vm-\($0)" }
        let lane = { (guest: String) in LaneDialogue.entry(1, guest: guest).lane(of: 2) }
        let hung = try #require(names.first { lane($0) == 0 })
        let well = try #require(names.first { lane($0) == 1 })
        let (gate, policy) = (ScriptedGate(), DeliveryPolicy(workers: 2))
        let sink = ParallelSink { event in event.guest?.id == hung ? gate : nil }
        let rig = Rig(sinks: [NamedSink(name: "x", batch: ReadLimit(entries: 100), policy: policy, sink: sink)])
        try await rig.manager.start()
        let producer = try await rig.manager.producer(ProducerSettings(name: "p"))
        try await producer.publish(published(1, guest: hung))
        await eventually("hangs") { gate.waiting == 1 }
        for number in 2...50 {
            try await producer.publish(published(number, guest: well))
            await eventually("delivered") { sink.delivered.count == number - 1 }
        }
        #expect(await rig.sink("x")?.cursor == 0)
        gate.open()
        await eventually("acknowledged") { await rig.sink("x")?.cursor == 50 }
        await rig.stop()
    }

    @Test("several workers stop with everything delivered, and their sink stops once")
    func workersDrain() async throws {
        for _ in 0..<20 {
            let sink = ParallelSink()
            let named = NamedSink(
                name: "x", batch: ReadLimit(entries: 3), policy: DeliveryPolicy(workers: 3), sink: sink)
            let rig = Rig(sinks: [named])
            try await rig.manager.start()
            let producer = try await rig.manager.producer(ProducerSettings(name: "p"))
            for number in 1...50 { try await producer.publish(published(number, guest: "vm-\(number % 5)")) }
            await rig.manager.stop()
            #expect(sink.delivered.count == 50)
            #expect(rig.journal.history.cursors["x"] == 50)
        }
    }

    @Test("health turns with the first failure, says who and why and since when, and turns back with the first success")
    func health() async throws {
        let failures = Array(repeating: ScriptedSink.Step.failure(.retryable(reason: "refused")), count: 5)
        let sink = ScriptedSink(failures)
        let rig = Rig(
            collectors: ["c": ScriptedCollector([.batch(batch(1...2))])], sinks: [NamedSink(name: "x", sink: sink)],
            settings: PipelineSettings(host: "test"))
        let start = rig.clock.now
        try await rig.manager.start()
        await eventually("failing") { await rig.manager.health().state == .degraded }
        let failedAt = rig.clock.now
        var health = await rig.manager.health()
        #expect(health.since == failedAt)
        #expect(health.troubles.map(\.name) == ["x"])
        #expect(health.troubles.first?.role == .sink)
        #expect(health.troubles.first?.reason == "refused")
        #expect(health.since == start)
        await eventually("recovered") {
            rig.clock.advance(by: .seconds(10))
            return await rig.manager.health().state == .ok
        }
        health = await rig.manager.health()
        #expect(health.since > failedAt)
        await eventually("announced") { rig.announced.contains("agent.sink-recovered") }
        await rig.stop()
    }

    @Test("what a sink discards is told of as an event, which tells of no more")
    func discardTold() async throws {
        let failures = Array(repeating: ScriptedSink.Step.failure(.retryable(reason: "down")), count: 1000)
        let sink = ScriptedSink(failures)
        let policy = DeliveryPolicy(whenUnavailable: .discard)
        let rig = Rig(
            collectors: ["c": ScriptedCollector([.batch(batch(1...5))])],
            sinks: [NamedSink(name: "x", policy: policy, sink: sink)], clock: .jumping,
            settings: PipelineSettings(host: "test"))
        try await rig.manager.start()
        await eventually("let go") { await rig.sink("x")?.lag == 0 }
        await eventually("told") { rig.announced.contains("agent.entries-dropped") }
        let status = await rig.sink("x")
        #expect((status?.delivered, status?.deadLetters) == (0, 0))
        #expect(status.map { $0.dropped == UInt64($0.discarded) } == true)
        let told = try #require(
            rig.journal.history.archive.first { $0.entry.type == "agent.entries-dropped" })
        let event = try EventDecoder.decode(told.entry.body).event
        #expect(event.message?.contains("its destination was unavailable: down") == true)
        await rig.stop()
        #expect(rig.announced.filter { $0 == "agent.entries-dropped" }.count <= 3)
    }
}

/// A sink that keeps its lines in sequence order.
private struct OrderedSink: Sink {
    typealias Configuration = ScriptedConfiguration
    static let kind = "ordered"
    static let traits = SinkTraits(takesOlderEntries: false)

    init() {}
    init(_ configuration: ScriptedConfiguration, in context: SinkContext) throws {}
    func deliver(_ entries: [Entry]) async throws(DeliveryError) {}
}

/// A sink that allows several deliveries at once and notes how many there were.
final class ParallelSink: Sink {
    typealias Configuration = ScriptedConfiguration

    private struct State {
        var now = 0
        var most = 0
        var delivered: [Entry] = []
    }

    static let kind = "parallel"
    static let traits = SinkTraits(workers: 4)
    private let state = Locked(State())
    private let gate: @Sendable (Event) -> ScriptedGate?

    /// `gate` says what an event's delivery waits for.
    init(gate: @escaping @Sendable (Event) -> ScriptedGate? = { _ in nil }) {
        self.gate = gate
    }

    convenience init(_ configuration: ScriptedConfiguration, in context: SinkContext) throws { self.init() }

    var most: Int { state.withLock { $0.most } }
    var delivered: [Entry] { state.withLock { $0.delivered } }

    func deliver(_ entries: [Entry]) async throws(DeliveryError) {
        state.withLock { state in
            state.now += 1
            state.most = max(state.most, state.now)
        }
        for entry in entries {
            guard let event = try? EventDecoder.decode(entry.body).event, let gate = gate(event) else { continue }
            await gate.passDeaf()
        }
        for _ in 0..<10 { await Task.yield() }
        state.withLock { state in
            state.now -= 1
            state.delivered += entries
        }
    }
}
