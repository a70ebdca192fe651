import AgentCore
import AgentTestKit
import EventModel
import Journals
import Logging
import Pipeline
import Platform
import Testing

/// `SUBSCRIBERS=n EVENTS=n`: so many subscribers in one process, a tenth of them suspended.
@Suite("Load: subscribers", .serialized)
struct SubscriberLoadTests {
    @Test("every subscriber gets every event in order, once, the suspended ones when they resume")
    func many() async throws {
        let (count, events) = (number("SUBSCRIBERS", default: 500), number("EVENTS", default: 200))
        let batches = stride(from: 1, through: events, by: 50).map { first in
            ScriptedCollector.Step.batch(
                Batch(
                    events: (first..<min(events + 1, first + 50)).map(Self.event),
                    checkpoint: Checkpoint(version: 1, bytes: [UInt8(truncatingIfNeeded: first)])))
        }
        let gate = ScriptedGate()
        let steps = [ScriptedCollector.Step.gated(gate, Batch(events: [], checkpoint: nil))] + batches
        var settings = PipelineSettings(announcesItself: false)
        settings.subscribers = SubscriberHub.Limits(subscribers: count, callbacks: count)
        let manager = EventManager(
            journal: MemoryJournal(.init(), policy: RetentionPolicy(), clock: .system),
            collectors: [NamedCollector(name: "c", collector: ScriptedCollector(steps))], sinks: [],
            log: Logger(label: "load") { _ in SwiftLogNoOpLogHandler() }, settings: settings)
        try await manager.start()
        let idle = ProcessCount.now
        let tallies = (0..<count).map { _ in Locked(Tally()) }
        var subscriptions: [Subscription] = []
        for (index, tally) in tallies.enumerated() {
            var request = SubscriberRequest("s\(index)", queueLimit: events)
            if index.isMultiple(of: 10) { request.suspension = .queueing }
            subscriptions.append(
                try await manager.subscribe(request, onBatch: { entries in tally.withLock { $0.take(entries) } }))
        }
        let begin = ContinuousClock.now
        gate.open()
        try await waitUntil("all that are not suspended have all", limit: .seconds(300)) {
            tallies.enumerated().allSatisfy { $0.isMultiple(of: 10) || $1.withLock { $0.count } >= events }
        }
        let took = ContinuousClock.now - begin
        #expect(tallies.enumerated().allSatisfy { !$0.isMultiple(of: 10) || $1.withLock { $0.count } == 0 })
        for (index, subscription) in subscriptions.enumerated() where index.isMultiple(of: 10) { subscription.resume() }
        try await waitUntil("the suspended ones have all", limit: .seconds(300)) {
            tallies.allSatisfy { $0.withLock { $0.count } >= events }
        }
        #expect(tallies.allSatisfy { $0.withLock { $0.count == events && $0.disorder == 0 } })
        let full = ProcessCount.now
        print(
            "subscribers: \(count), \(events) events: \(took) for \(count * events * 9 / 10) deliveries; "
                + "\(full.memoryMiB - idle.memoryMiB) MiB more, \(full.threads - idle.threads) threads more")
        #expect(full.threads <= idle.threads + 8, "threads do not grow with subscribers that do not block")
        await manager.stop()
    }

    private struct Tally {
        var count = 0
        var last: UInt64 = 0
        var disorder = 0

        mutating func take(_ entries: [Entry]) {
            for entry in entries {
                if entry.sequence <= last { disorder += 1 }
                last = entry.sequence
                count += 1
            }
        }
    }

    private static func event(_ number: Int) -> Event {
        Event(id: "\(number)", source: "test://load", type: "vm.powered-on", time: TestClock.start)
    }
}
