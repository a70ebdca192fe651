#if NATS
    import AgentCore
    import AgentTestKit
    import EventModel
    import Glibc
    import Platform
    import Testing

    @testable import NATSClient
    @testable import Sinks

    @Suite(
        "The nats sink on a real server", .serialized,
        .disabled(if: NATSServer.isMissing, "there is no nats-server"), .timeLimit(.minutes(5)))
    struct NATSSinkTests {
        static let stream = "EVENTS"

        static func configuration(
            _ server: NATSServer, create: NATSSinkConfiguration.Creation? = .init(),
            timeout: Duration = .seconds(3), bucket: String? = NATSSinkConfiguration.standardBucket
        ) -> NATSSinkConfiguration {
            NATSSinkConfiguration(
                endpoint: server.endpoint(timeout: timeout), stream: stream, create: create, bucket: bucket)
        }

        @Test("keeps the promises of a sink", arguments: SinkPromise.allCases)
        func conformance(promise: SinkPromise) async throws {
            let server = try await NATSServer()
            try await SinkConformance(
                repeats: .removed,
                start: { try NATSSink(Self.configuration(server), in: $0) },
                delivered: { try server.sequences(in: Self.stream) },
                breakDestination: { try await server.kill() }, mendDestination: { try await server.start() }
            ).check(promise)
        }

        @Test("keeps them with a window of duplicates that is always over", arguments: SinkPromise.allCases)
        func conformanceBeyondTheWindow(promise: SinkPromise) async throws {
            let server = try await NATSServer()
            try await SinkConformance(
                repeats: .removed,
                start: {
                    try await AgentClock.system.sleep(.milliseconds(300))
                    return try NATSSink(
                        Self.configuration(server, create: .init(duplicates: .milliseconds(100))), in: $0)
                },
                delivered: { try server.sequences(in: Self.stream) }
            ).check(promise)
        }

        @Test("a sink that reads nothing back stores a repeat twice once the window is over: what reading back is for")
        func withoutReadingBack() async throws {
            let server = try await NATSServer()
            let configuration = Self.configuration(server, create: .init(duplicates: .milliseconds(100)), bucket: nil)
            for _ in 1...2 {
                let sink = try NATSSink(configuration, in: .conformance)
                try await sink.deliver(Entry.numbered(1...3))
                await sink.stop()
                try await AgentClock.system.sleep(.milliseconds(400))
            }
            #expect(try server.sequences(in: Self.stream) == [1, 2, 3, 1, 2, 3])
        }

        @Test("what another sink and another journal stored is not taken for our own")
        func otherWriters() async throws {
            let server = try await NATSServer()
            let configuration = Self.configuration(server, create: .init(duplicates: .milliseconds(100)))
            var context = SinkContext.conformance
            for (name, journal) in [
                ("under-test", "aaaaaaaaaaaa"), ("other", context.journal), ("under", context.journal),
            ] {
                context.name = name
                var other = context
                other.journal = journal
                let sink = try NATSSink(configuration, in: other)
                try await sink.deliver(Entry.numbered(1...3))
                await sink.stop()
                try await AgentClock.system.sleep(.milliseconds(300))
            }
            let sink = try NATSSink(configuration, in: .conformance)
            try await sink.deliver(Entry.numbered(1...4))
            await sink.stop()
            #expect(try server.sequences(in: Self.stream) == [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 4])
        }

        @Test("100,000 events through a server killed in the middle: none missing, none twice, in order")
        func killedServer() async throws {
            let server = try await NATSServer()
            let configuration = Self.configuration(server, create: .init(duplicates: .milliseconds(100)))
            let sink = try NATSSink(configuration, in: .conformance)
            let (count, batch): (UInt64, UInt64) = (100_000, 1000)
            let killing = Task {
                for _ in 1...3 {
                    let last = (try? server.jetStream().stream(Self.stream)?.last) ?? 0
                    try await waitUntil("more is stored", limit: .seconds(60)) {
                        ((try? server.jetStream().stream(Self.stream)?.last) ?? 0) > last + 15_000
                    }
                    try await server.kill()
                    try await AgentClock.system.sleep(.milliseconds(200))
                    try await server.start()
                }
            }
            var failures = 0
            for first in stride(from: 1, through: count, by: Int(batch)) {
                let entries = Entry.numbered(first...(first + batch - 1))
                while true {
                    do {
                        try await sink.deliver(entries)
                        break
                    } catch DeliveryError.retryable {
                        failures += 1
                        try await AgentClock.system.sleep(.milliseconds(50))
                    }
                }
            }
            try await killing.value
            await sink.stop()
            #expect(failures > 0)
            #expect(try server.sequences(in: Self.stream) == Array(1...count))
        }

        @Test("an event that is too large is rejected alone, and the others of its batch are stored")
        func tooLarge() async throws {
            let server = try await NATSServer()
            let sink = try NATSSink(Self.configuration(server), in: .conformance)
            let entries = [.numbered(1), .numbered(2, dataBytes: 9 << 20), Entry.numbered(3)]
            do {
                try await sink.deliver(entries)
                Issue.record("it was taken")
            } catch DeliveryError.partial(let rejected) {
                #expect(rejected.keys.sorted() == [2])
                #expect(rejected[2]?.contains("more than the 8388608") == true, "\(rejected)")
            }
            await sink.stop()
            #expect(try server.sequences(in: Self.stream) == [1, 3])
        }

        @Test("an event beyond the stream's own limit is rejected alone")
        func tooLargeForTheStream() async throws {
            let server = try await NATSServer()
            _ = try server.jetStream().createStream(
                Self.stream,
                [.init("subjects", ["guestwatch.>"]), .init("max_msg_size", 2000), .init("storage", "file")])
            let sink = try NATSSink(Self.configuration(server, create: nil), in: .conformance)
            do {
                try await sink.deliver([.numbered(1), .numbered(2, dataBytes: 3000), .numbered(3)])
                Issue.record("it was taken")
            } catch DeliveryError.partial(let rejected) {
                #expect(rejected.keys.sorted() == [2])
            }
            await sink.stop()
            #expect(try server.sequences(in: Self.stream) == [1, 3])
        }

        @Test("without its stream a delivery is held, with a reason that names it, and goes on once it is there")
        func noStream() async throws {
            let server = try await NATSServer()
            let sink = try NATSSink(Self.configuration(server, create: nil), in: .conformance)
            let reason = await heldReason { try await sink.deliver(Entry.numbered(1...2)) }
            #expect(reason.contains("there is no stream \"EVENTS\"") && reason.contains("create"), "\(reason)")
            _ = try server.jetStream().createStream(Self.stream, [.init("subjects", ["guestwatch.>"])])
            try await sink.deliver(Entry.numbered(1...2))
            await sink.stop()
            #expect(try server.sequences(in: Self.stream) == [1, 2])
        }

        @Test("a stream that is removed while the sink runs is no loss: retried, and stored in the next one")
        func removedStream() async throws {
            let server = try await NATSServer()
            let sink = try NATSSink(Self.configuration(server, timeout: .seconds(1)), in: .conformance)
            try await sink.deliver(Entry.numbered(1...2))
            _ = try server.jetStream().link.request("$JS.API.STREAM.DELETE.EVENTS", [])
            let reason = await retryReason { try await sink.deliver(Entry.numbered(3...5)) }
            #expect(reason.contains("no such stream"), "\(reason)")
            try await sink.deliver(Entry.numbered(3...5))
            await sink.stop()
            #expect(try server.sequences(in: Self.stream) == [3, 4, 5])
        }

        @Test("a server without JetStream is no stream")
        func noJetStream() async throws {
            let server = try await NATSServer(jetStream: false)
            let sink = try NATSSink(Self.configuration(server, timeout: .milliseconds(500)), in: .conformance)
            let reason = await retryReason { try await sink.deliver(Entry.numbered(1...2)) }
            #expect(reason.contains("no answer to \"$JS.API.STREAM.INFO.EVENTS\""), "\(reason)")
            await sink.stop()
        }

        @Test("a full stream that discards what is new is retryable, and nothing is lost or doubled when there is room")
        func fullStream() async throws {
            let server = try await NATSServer()
            _ = try server.jetStream().createStream(
                Self.stream,
                [
                    .init("subjects", ["guestwatch.>"]), .init("max_msgs", 5), .init("discard", "new"),
                    .init("duplicate_window", 100_000_000),
                ])
            let sink = try NATSSink(Self.configuration(server, create: nil), in: .conformance)
            let reason = await retryReason { try await sink.deliver(Entry.numbered(1...8)) }
            #expect(reason.contains("maximum messages exceeded"), "\(reason)")
            #expect(try server.sequences(in: Self.stream) == [1, 2, 3, 4, 5])
            _ = try server.jetStream().link.request("$JS.API.STREAM.PURGE.EVENTS", [])
            try await AgentClock.system.sleep(.milliseconds(300))
            try await sink.deliver(Entry.numbered(1...8))
            await sink.stop()
            #expect(try server.sequences(in: Self.stream) == [6, 7, 8])
        }

        @Test("a server that says nothing fails the delivery within its bound, and gets it once it speaks again")
        func silentServer() async throws {
            let server = try await NATSServer()
            let sink = try NATSSink(Self.configuration(server, timeout: .milliseconds(500)), in: .conformance)
            try await sink.deliver(Entry.numbered(1...2))
            server.signal(SIGSTOP)
            let reason = await retryReason { try await sink.deliver(Entry.numbered(3...5)) }
            #expect(reason.contains("not acknowledged within 0.5 seconds"), "\(reason)")
            server.signal(SIGCONT)
            try await sink.deliver(Entry.numbered(3...5))
            await sink.stop()
            #expect(try server.sequences(in: Self.stream) == [1, 2, 3, 4, 5])
        }
    }
#endif
