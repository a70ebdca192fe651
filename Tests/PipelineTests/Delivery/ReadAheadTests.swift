import AgentCore
import AgentTestKit
import EventModel
import Pipeline
import Platform
import Testing

@Suite("What a sink's worker reads while it delivers", .timeLimit(.minutes(1)))
struct ReadAheadTests {
    @Test("a single worker reads one full batch ahead, and nothing where less than that is there")
    func limits() {
        var lane = LaneDialogue(workers: 1, batch: ReadLimit(entries: 3))
        lane.read([0, 0, 0])
        #expect(lane.begin() == [1, 2, 3])
        for head in [3, 5] as [UInt64] {
            let ahead = lane.progress.readAhead(worker: 0, head: head)
            #expect(ahead == nil)
        }
        let ahead = lane.progress.readAhead(worker: 0, head: 6)
        #expect(ahead?.after == 3 && ahead?.limit.entries == 3)
        let twice = lane.progress.readAhead(worker: 0, head: 6)
        #expect(twice == nil, "it is being read")
        #expect(lane.progress.nextBatch == nil)
        let entries = (4...6).map { LaneDialogue.entry($0, guest: "vm-0") }
        _ = lane.progress.received(Page(entries: entries, lowest: 1, head: 6), at: lane.now, random: lane.random)
        #expect(lane.progress.nextBatch?.map(\.sequence) == [4, 5, 6])
        let more = lane.progress.readAhead(worker: 0, head: 99)
        #expect(more == nil, "one batch waits already")
        lane.finish()
        #expect(lane.progress.cursor == 3, "what was read ahead is not acknowledged")
        #expect(lane.begin() == [4, 5, 6])
        lane.finish()
        #expect(lane.progress.cursor == 6)
    }

    @Test("nobody reads ahead for a sink that is held, that stops, or that has several workers")
    func without() {
        func progress(workers: Int = 1, _ change: (inout SinkProgress) -> Void) -> Bool {
            var lane = LaneDialogue(workers: workers, batch: ReadLimit(entries: 1))
            lane.read([0])
            lane.begin()
            change(&lane.progress)
            return lane.progress.readAhead(worker: 0, head: 9) == nil
        }
        #expect(!progress { _ in })
        #expect(progress { $0.suspend(true) })
        #expect(progress { $0.drain(to: 9) })
        #expect(progress { $0.abandon() })
        #expect(progress(workers: 2) { _ in })
    }

    @Test("the next batch is made ready while one is under delivery, and delivered after it, also when that failed")
    func prepared() async throws {
        let gate = ScriptedGate()
        let sink = PreparingSink(gate)
        let rig = Rig(
            collectors: ["c": ScriptedCollector([.batch(batch(1...7))])],
            sinks: [NamedSink(name: "x", batch: ReadLimit(entries: 2), sink: sink)], clock: .jumping)
        try await rig.manager.start()
        await eventually("made ready") { sink.prepared.count == 1 }
        #expect(sink.prepared == [[3, 4]] && sink.delivered.isEmpty)
        gate.open()
        await eventually("delivered") { await rig.sink("x")?.cursor ?? 0 >= 7 }
        #expect(sink.delivered.flatMap(\.self).starts(with: 1...7))
        #expect(sink.delivered.prefix(3) == [[1, 2], [3, 4], [5, 6]])
        #expect(sink.failures == 1)
        await rig.stop()
    }
}

/// Notes what it was told to make ready; its first delivery waits for a gate and fails.
private final class PreparingSink: Sink {
    typealias Configuration = ScriptedConfiguration

    private struct State {
        var prepared: [[UInt64]] = []
        var delivered: [[UInt64]] = []
        var failures = 0
    }

    static let kind = "preparing"
    private let gate: ScriptedGate
    private let state = Locked(State())

    init(_ gate: ScriptedGate) {
        self.gate = gate
    }

    convenience init(_ configuration: ScriptedConfiguration, in context: SinkContext) throws {
        self.init(ScriptedGate())
    }

    var prepared: [[UInt64]] { state.withLock { $0.prepared } }
    var delivered: [[UInt64]] { state.withLock { $0.delivered } }
    var failures: Int { state.withLock { $0.failures } }

    func prepare(_ entries: [Entry]) async {
        state.withLock { $0.prepared.append(entries.map(\.sequence)) }
    }

    func deliver(_ entries: [Entry]) async throws(DeliveryError) {
        if failures == 0 {
            await gate.passDeaf()
            state.withLock { $0.failures += 1 }
            throw .retryable(reason: "not yet")
        }
        state.withLock { $0.delivered.append(entries.map(\.sequence)) }
    }
}
