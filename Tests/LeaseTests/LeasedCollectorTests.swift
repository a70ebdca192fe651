import AgentCore
import AgentTestKit
import EventModel
import Glibc
import Platform
import Testing

@testable import Pipeline

@Suite(
    "A collector with a lease on a real server", .serialized,
    .disabled(if: LeaseKind.installed.isEmpty, "there is neither etcd nor nats-server"), .timeLimit(.minutes(3)))
struct LeasedCollectorTests {
    private static func leased(
        _ name: String, _ source: CountedSource, _ bench: LeaseBench
    ) throws -> LeasedCollector<CountedSource> {
        LeasedCollector(source, store: try bench.store(), holder: name, timeToLive: .seconds(2), in: .lease)
    }

    @Test(
        "one is active, the other stands by, and goes on from the shared checkpoint when the first is gone",
        arguments: LeaseKind.installed)
    func failover(kind: LeaseKind) async throws {
        let bench = try await LeaseBench(kind)
        let (sourceA, sourceB) = (CountedSource(), CountedSource())
        let (first, second) = (try Self.leased("a", sourceA, bench), try Self.leased("b", sourceB, bench))
        var checkpoint: Checkpoint?
        for _ in 1...5 {
            checkpoint = try await first.poll(after: checkpoint).checkpoint ?? checkpoint
            if checkpoint == nil { continue }
        }
        #expect(CountedSource.number(checkpoint) >= 4)
        async let standingBy = second.poll(after: nil)
        // The active one goes on for longer than the time to live, while the other watches.
        let end = ContinuousClock.now + .seconds(3)
        while ContinuousClock.now < end {
            checkpoint = try await first.poll(after: checkpoint).checkpoint ?? checkpoint
            #expect(sourceB.polls == 0)
            try await AgentClock.system.sleep(.milliseconds(100))
        }
        // It dies: nobody polls it any more. Its last batch was committed and not yet shared.
        let last = CountedSource.number(checkpoint)
        var batch = try await standingBy
        while batch.events.isEmpty { batch = try await second.poll(after: nil) }
        #expect(
            CountedSource.number(batch.checkpoint) == last || CountedSource.number(batch.checkpoint) == last + 1)
        await second.stop()
        await first.stop()
    }

    @Test("an agent that stops hands over at once", arguments: LeaseKind.installed)
    func handOver(kind: LeaseKind) async throws {
        let bench = try await LeaseBench(kind)
        let (sourceA, sourceB) = (CountedSource(), CountedSource())
        let (first, second) = (try Self.leased("a", sourceA, bench), try Self.leased("b", sourceB, bench))
        var checkpoint: Checkpoint?
        while CountedSource.number(checkpoint) < 3 {
            checkpoint = try await first.poll(after: checkpoint).checkpoint ?? checkpoint
        }
        await first.stop()
        let batch = try await second.poll(after: nil)
        #expect((3...4).contains(CountedSource.number(batch.checkpoint)))
        await second.stop()
    }

    @Test(
        "an agent that is cut off ends its poll before another may begin, and publishes nothing of it",
        arguments: LeaseKind.installed)
    func fencing(kind: LeaseKind) async throws {
        let bench = try await LeaseBench(kind)
        let source = CountedSource()
        let leased = try Self.leased("a", source, bench)
        var checkpoint: Checkpoint?
        while CountedSource.number(checkpoint) < 1 {
            checkpoint = try await leased.poll(after: checkpoint).checkpoint ?? checkpoint
        }
        source.holds.withLock { $0 = true }
        let committed = checkpoint
        async let held = leased.poll(after: committed)
        try await waitUntil("the poll waits") { source.waiting.withLock { $0 } }
        bench.signal(SIGSTOP)
        let batch = try await held
        #expect(batch.events.isEmpty && batch.checkpoint == nil)
        #expect(source.stops.withLock { $0 } == 1)
        bench.signal(SIGCONT)
        source.holds.withLock { $0 = false }
        while CountedSource.number(checkpoint) < 2 {
            checkpoint = (try? await leased.poll(after: checkpoint))?.checkpoint ?? checkpoint
        }
        await leased.stop()
    }
}

@Suite("A collector with a lease, without a server")
struct LeasedObjectsTests {
    /// Notes its objects.
    private actor ObjectsSource: MonitorsObjects {
        typealias Configuration = ScriptedConfiguration
        static let kind = "objects"
        private(set) var objects: [String]? = ["vm-1"]

        init() {}
        init(_ configuration: Configuration, in context: CollectorContext) throws {}

        func poll(after checkpoint: Checkpoint?) async throws -> Batch { Batch(events: [], checkpoint: nil) }
        func probe() async throws -> String { "" }

        func add(object: String) throws(MonitoringError) -> Bool {
            if object.isEmpty { throw .unreadable(object: object, expected: "an object") }
            objects?.append(object)
            return true
        }

        func remove(object: String) throws(MonitoringError) -> Bool {
            guard let place = objects?.firstIndex(of: object) else { return false }
            objects?.remove(at: place)
            return true
        }
    }

    /// Never reached.
    private struct NoStore: LeaseStore {
        typealias Configuration = ScriptedConfiguration
        static let kind = "none"

        init() {}
        init(_ configuration: Configuration, in context: CollectorContext) throws {}

        func read() async throws -> LeaseValue? { nil }
        func write(_ bytes: [UInt8], replacing revision: UInt64?) async throws -> UInt64? { nil }
        func close() async {}
    }

    @Test("objects are added to and removed from the collector within, by the commands for a running one")
    func objects() async throws {
        let source = ObjectsSource()
        let leased = LeasedCollector(
            source, store: NoStore(), holder: "a", timeToLive: .seconds(15), in: .lease)
        let monitor = try #require(leased as Any as? any MonitorsObjects)
        #expect(try await monitor.add(object: "vm-2"))
        #expect(try await monitor.remove(object: "vm-1"))
        #expect(try await !monitor.remove(object: "vm-1"))
        #expect(await monitor.objects == ["vm-2"])
        #expect(await source.objects == ["vm-2"])
        await #expect(throws: MonitoringError.self) { try await monitor.add(object: "") }
        // One whose kind has no objects has none with a lease either.
        let plain = LeasedCollector(
            CountedSource(), store: NoStore(), holder: "a", timeToLive: .seconds(15), in: .lease)
        #expect(plain as Any as? any MonitorsObjects == nil)
    }
}

/// Counts: each poll brings the next number, after its checkpoint.
final class CountedSource: Collector {
    typealias Configuration = ScriptedConfiguration
    static let kind = "counted"

    let holds = Locked(false)
    let waiting = Locked(false)
    let stops = Locked(0)
    private let count = Locked(0)

    init() {}

    init(_ configuration: Configuration, in context: CollectorContext) throws {}

    var polls: Int { count.withLock { $0 } }

    static func number(_ checkpoint: Checkpoint?) -> Int {
        checkpoint.flatMap { Int(String(decoding: $0.bytes, as: UTF8.self)) } ?? 0
    }

    func poll(after checkpoint: Checkpoint?) async throws -> Batch {
        count.withLock { $0 += 1 }
        while holds.withLock({ $0 }) {
            waiting.withLock { $0 = true }
            try await AgentClock.system.sleep(.milliseconds(20))
        }
        let number = Self.number(checkpoint) + 1
        let event = Event(
            id: "\(number)", source: "counted:", type: "vm.powered-on", time: Timestamp(nanoseconds: 0))
        return Batch(events: [event], checkpoint: Checkpoint(version: 1, bytes: Array("\(number)".utf8)))
    }

    func stop() async { stops.withLock { $0 += 1 } }

    func probe() async throws -> String { "counts" }
}
