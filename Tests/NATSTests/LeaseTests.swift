#if NATS
    import AgentCore
    import AgentTestKit
    import EventModel
    import Glibc
    import Platform
    import Testing

    @testable import Collectors
    @testable import NATSClient
    @testable import Pipeline

    @Suite(
        "A lease on a real server", .serialized, .disabled(if: NATSServer.isMissing, "there is no nats-server"),
        .timeLimit(.minutes(3)))
    struct LeaseTests {
        private static func leased(
            _ name: String, _ source: CountedSource, _ server: NATSServer
        ) throws -> LeasedCollector<CountedSource> {
            let store = try NATSLeaseStore(
                NATSLeaseConfiguration(endpoint: server.endpoint(timeout: .milliseconds(400)), key: "vc1"), in: .test)
            return LeasedCollector(source, store: store, holder: name, timeToLive: .seconds(2), in: .test)
        }

        @Test("one is active, the other stands by, and goes on from the shared checkpoint when the first is gone")
        func failover() async throws {
            let server = try await NATSServer()
            let (sourceA, sourceB) = (CountedSource(), CountedSource())
            let (first, second) = (try Self.leased("a", sourceA, server), try Self.leased("b", sourceB, server))
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

        @Test("an agent that stops hands over at once")
        func handOver() async throws {
            let server = try await NATSServer()
            let (sourceA, sourceB) = (CountedSource(), CountedSource())
            let (first, second) = (try Self.leased("a", sourceA, server), try Self.leased("b", sourceB, server))
            var checkpoint: Checkpoint?
            while CountedSource.number(checkpoint) < 3 {
                checkpoint = try await first.poll(after: checkpoint).checkpoint ?? checkpoint
            }
            await first.stop()
            let batch = try await second.poll(after: nil)
            #expect((3...4).contains(CountedSource.number(batch.checkpoint)))
            await second.stop()
        }

        @Test("an agent that is cut off ends its poll before another may begin, and publishes nothing of it")
        func fencing() async throws {
            let server = try await NATSServer()
            let source = CountedSource()
            let leased = try Self.leased("a", source, server)
            var checkpoint: Checkpoint?
            while CountedSource.number(checkpoint) < 1 {
                checkpoint = try await leased.poll(after: checkpoint).checkpoint ?? checkpoint
            }
            source.holds.withLock { $0 = true }
            let committed = checkpoint
            async let held = leased.poll(after: committed)
            try await waitUntil("the poll waits") { source.waiting.withLock { $0 } }
            server.signal(SIGSTOP)
            let batch = try await held
            #expect(batch.events.isEmpty && batch.checkpoint == nil)
            #expect(source.stops.withLock { $0 } == 1)
            server.signal(SIGCONT)
            source.holds.withLock { $0 = false }
            while CountedSource.number(checkpoint) < 2 {
                checkpoint = (try? await leased.poll(after: checkpoint))?.checkpoint ?? checkpoint
            }
            await leased.stop()
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
#endif
