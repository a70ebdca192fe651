import EventModel
import Testing

@testable import Pipeline
@testable import WebAPI

@Suite("Who makes no progress")
struct ProgressWatchTests {
    private func status(
        sink: SinkStatus.State = .delivering, cursor: UInt64 = 0, waiting: UInt64 = 1,
        collector: CollectorStatus.State = .waiting, attempts: Int = 0
    ) -> PipelineStatus {
        let collector = CollectorStatus(
            name: "c", kind: "k", state: collector, attempts: attempts, polls: 0, events: 0, repeated: 0, filtered: 0)
        let sink = SinkStatus(
            name: "s", kind: "k", state: sink, cursor: cursor, lag: waiting, waiting: waiting, delivered: 0,
            filtered: 0,
            expired: 0, dropped: 0, discarded: 0, deadLetters: 0, attempts: 0)
        return PipelineStatus(phase: .running, collectors: [collector], sinks: [sink], journal: nil, unannounced: 0)
    }

    private func time(_ seconds: Int64) -> Timestamp { Timestamp(nanoseconds: seconds * 1_000_000_000) }

    @Test("a sink is stuck after its patience without a step, and no more after one")
    func sink() {
        var watch = ProgressWatch(patience: .seconds(60))
        for second in [0, 30, 59] as [Int64] {
            watch.observe(status(), isTracking: true, at: time(second))
            #expect(watch.stuckSince(.sink("s"), at: time(second)) == nil)
        }
        #expect(watch.stuckSince(.sink("s"), at: time(60)) == time(0))
        watch.observe(status(cursor: 1), isTracking: true, at: time(61))
        #expect(watch.stuckSince(.sink("s"), at: time(61)) == nil)
    }

    @Test(
        "nothing is expected of who is held or has nothing to do",
        arguments: [(SinkStatus.State.suspended, 1 as UInt64), (.idle, 0), (.ended, 1)])
    func idle(state: SinkStatus.State, waiting: UInt64) {
        var watch = ProgressWatch(patience: .seconds(60))
        watch.observe(status(sink: state, waiting: waiting), isTracking: true, at: time(0))
        watch.observe(status(sink: state, waiting: waiting), isTracking: true, at: time(600))
        #expect(watch.stuckSince(.sink("s"), at: time(600)) == nil)
    }

    @Test(
        "a collector is stuck while it fails or waits for room, later while it polls, and never while it rests",
        arguments: [
            (CollectorStatus.State.waiting, 1, true, 60 as Int64?), (.waiting, 0, true, nil), (.held, 0, true, 60),
            (.held, 0, false, nil), (.polling, 0, true, 300), (.suspended, 0, true, nil), (.committing, 0, true, 60),
        ])
    func collector(state: CollectorStatus.State, attempts: Int, isTracking: Bool, after: Int64?) {
        var watch = ProgressWatch(patience: .seconds(60))
        for second in [0, 10_000] as [Int64] {
            watch.observe(status(collector: state, attempts: attempts), isTracking: isTracking, at: time(second))
        }
        let times: [Int64] = [59, 60, 299, 300, 10_000]
        let first = times.first { watch.stuckSince(.collector("c"), at: time($0)) != nil }
        #expect(first == after)
    }
}
