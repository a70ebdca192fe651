#if NATS
    import AgentCore
    import AgentTestKit
    import EventModel
    import Glibc
    import HTTPClient
    import Platform
    import Testing

    @testable import Collectors
    @testable import NATSClient
    @testable import Sinks

    @Suite(
        "The nats collector on a real server", .serialized,
        .disabled(if: NATSServer.isMissing, "there is no nats-server"), .timeLimit(.minutes(5)))
    struct NATSCollectorTests {
        private static let stream = "EVENTS"

        private static func collector(
            _ server: NATSServer, consumer: String? = nil, subject: String? = nil, batch: Int = 1000,
            acknowledgeWithin: Duration = .seconds(60)
        ) throws -> NATSCollector {
            try NATSCollector(
                NATSCollectorConfiguration(
                    endpoint: server.endpoint(), stream: stream, subject: subject, consumer: consumer, batch: batch,
                    wait: .milliseconds(300), acknowledgeWithin: acknowledgeWithin), in: .test)
        }

        /// Makes the stream, or changes nothing.
        private static func make(_ server: NATSServer, _ more: [JSONValue.Member] = []) throws {
            _ = try server.jetStream().createStream(
                stream, [.init("subjects", ["guestwatch.>", "foreign"]), .init("storage", "file")] + more)
        }

        private static func store(_ sequences: ClosedRange<UInt64>, on server: NATSServer) async throws {
            let sink = try NATSSink(NATSSinkTests.configuration(server, create: nil), in: .conformance)
            try await sink.deliver(Entry.numbered(sequences))
            await sink.stop()
        }

        @Test("events come in order under their own source and id, and a new collector goes on from the checkpoint")
        func readsOn() async throws {
            let server = try await NATSServer()
            try Self.make(server)
            try await Self.store(1...2500, on: server)
            var reader = HubLife(try Self.collector(server))
            try await reader.read(until: 2500)
            #expect(reader.ids == (1...2500).map { "event-\($0)" })
            #expect(reader.events.allSatisfy { $0.source == "test://conformance" && $0.type == "vm.powered-on" })
            await reader.collector.stop()
            try await Self.store(2501...2600, on: server)
            reader.collector = try Self.collector(server)
            try await reader.read(until: 2600)
            #expect(reader.ids == (1...2600).map { "event-\($0)" })
            await reader.collector.stop()
        }

        @Test("a server killed and started again loses and repeats nothing")
        func killedServer() async throws {
            let server = try await NATSServer()
            try Self.make(server)
            try await Self.store(1...3000, on: server)
            var reader = HubLife(try Self.collector(server, batch: 500))
            try await reader.read(until: 1000)
            try await server.kill()
            await #expect(throws: (any Error).self) {
                for _ in 1...20 { _ = try await reader.collector.poll(after: reader.checkpoint) }
            }
            try await server.start()
            try await reader.read(until: 3000)
            #expect(reader.ids == (1...3000).map { "event-\($0)" })
            await reader.collector.stop()
        }

        @Test("messages dropped by limits before they were read are a gap with both ends")
        func gap() async throws {
            let server = try await NATSServer()
            try Self.make(server, [.init("max_msgs", 100)])
            try await Self.store(1...50, on: server)
            var reader = HubLife(try Self.collector(server))
            try await reader.read(until: 50)
            await reader.collector.stop()
            try await Self.store(51...400, on: server)
            reader.collector = try Self.collector(server)
            try await reader.read(until: 151)
            let gap = try #require(reader.events.first { $0.type == "agent.collector-gap" })
            let data = try gap.data.parsed()
            #expect(data["from"]?.integer == 51 && data["to"]?.integer == 300)
            #expect(
                reader.ids.filter { $0.hasPrefix("event") } == (Array(1...50) + Array(301...400)).map { "event-\($0)" })
            await reader.collector.stop()
        }

        @Test("a message removed from the middle is a gap of one")
        func removedMessage() async throws {
            let server = try await NATSServer()
            try Self.make(server)
            try await Self.store(1...5, on: server)
            _ = try server.jetStream().link.request("$JS.API.STREAM.MSG.DELETE.EVENTS", Array(#"{"seq":3}"#.utf8))
            var reader = HubLife(try Self.collector(server))
            try await reader.read(until: 5)
            #expect(reader.events.map(\.id.description).count == 5)
            #expect(reader.events[2].type == "agent.collector-gap")
            #expect(try reader.events[2].data.parsed()["from"]?.integer == 3)
            await reader.collector.stop()
        }

        @Test("a stream that was made anew is noticed, and read from its beginning")
        func madeAnew() async throws {
            let server = try await NATSServer()
            try Self.make(server)
            try await Self.store(1...20, on: server)
            var reader = HubLife(try Self.collector(server))
            try await reader.read(until: 20)
            _ = try server.jetStream().link.request("$JS.API.STREAM.DELETE.EVENTS", [])
            try Self.make(server)
            try await Self.store(21...25, on: server)
            try await reader.read(until: 26)
            #expect(reader.events[20].type == "agent.collector-gap")
            #expect(try reader.events[20].data.parsed()["from"]?.integer == 20)
            #expect(reader.ids.suffix(5) == (21...25).map { "event-\($0)" })
            await reader.collector.stop()
        }

        @Test("messages that are no events of ours are kept whole, each with a name of its own, and cost nothing else")
        func foreign() async throws {
            let server = try await NATSServer()
            try Self.make(server)
            let jetStream = try server.jetStream()
            let cloudEvent = #"{"specversion":"1.0","id":"7","source":"veba","type":"com.vmware.x","data":{"a":[1]}}"#
            for payload in [Array("hello".utf8), [0xFF, 0x00], Array(#"{"a":1}"#.utf8), Array(cloudEvent.utf8), []] {
                _ = try jetStream.store(payload, as: "foreign")
            }
            try await Self.store(1...1, on: server)
            var reader = HubLife(try Self.collector(server))
            try await reader.read(until: 6)
            #expect(reader.events.dropLast().allSatisfy { $0.type == "broker.other" })
            #expect(Set(reader.ids).count == 6)
            let data = try reader.events.map { try $0.data.parsed() }
            #expect(data[0]["text"]?.string == "hello" && data[0]["subject"]?.string == "foreign")
            #expect(data[1]["base64"]?.string == "/wA=")
            #expect(data[2]["content"]?["a"]?.integer == 1)
            #expect(reader.events[3].source == "veba" && reader.events[3].id == "7")
            #expect(data[3]["content"]?["data"]?["a"]?.array?.count == 1)
            #expect(reader.events[5].id == "event-1")
            await reader.collector.stop()
        }

        @Test("headers of a message that is no event are kept in their order, also two of one name")
        func repeatedHeaders() throws {
            let place = try #require(JetStreamPlace(acknowledging: "$JS.ACK.EVENTS.c.1.3.1.1700000000000000000.0"))
            let message = NATSStreamed(
                subject: "foreign", headers: [("Via", "a"), ("Nats-Msg-Id", "7"), ("Via", "b")], payload: [],
                place: place)
            let event = NATSTranslator(stream: Self.stream, created: "now").event(of: message)
            let headers = try event.data.parsed()["headers"]?.array?.compactMap { $0.array?.compactMap(\.string) }
            #expect(headers == [["Via", "a"], ["Nats-Msg-Id", "7"], ["Via", "b"]])
            #expect(try EventDecoder.decode(EventEncoder.encode(event)).event == event)
        }

        @Test("a message larger than a request asks for is read alone")
        func large() async throws {
            let server = try await NATSServer(settings: "max_payload: 48MB")
            try Self.make(server)
            let sink = try NATSSink(NATSSinkTests.configuration(server, create: nil), in: .conformance)
            try await sink.deliver([.numbered(1), .numbered(2, dataBytes: 20 << 20), .numbered(3)])
            await sink.stop()
            var reader = HubLife(try Self.collector(server))
            try await reader.read(until: 3)
            #expect(reader.ids == ["event-1", "event-2", "event-3"])
            await reader.collector.stop()
        }

        @Test("hubs that share a consumer get each event once between them")
        func shared() async throws {
            let server = try await NATSServer()
            try Self.make(server)
            try await Self.store(1...3000, on: server)
            var hubs = [
                HubLife(try Self.collector(server, consumer: "hubs", batch: 100)),
                HubLife(try Self.collector(server, consumer: "hubs", batch: 100)),
            ]
            for _ in 0..<400 where hubs[0].events.count + hubs[1].events.count < 3000 {
                for place in hubs.indices { try await hubs[place].poll() }
            }
            #expect(hubs.allSatisfy { $0.events.count > 500 })
            #expect(Set(hubs.flatMap(\.ids)).count == 3000 && hubs.flatMap(\.ids).count == 3000)
            for hub in hubs { await hub.collector.stop() }
        }

        @Test("what a hub read and did not commit goes to the other; what it committed does not, though it died then")
        func failover() async throws {
            let server = try await NATSServer()
            try Self.make(server)
            try await Self.store(1...30, on: server)
            let wait = Duration.seconds(2)
            var first = HubLife(try Self.collector(server, consumer: "hubs", batch: 10, acknowledgeWithin: wait))
            for _ in 0..<20 where first.events.count < 20 { try await first.poll() }
            // Read, and never committed: it dies here, having committed its second batch without acknowledging it.
            _ = try await first.collector.poll(after: first.checkpoint)
            first.collector = try Self.collector(server, consumer: "hubs", batch: 10, acknowledgeWithin: wait)
            // Its next life says first what was committed.
            _ = try await first.collector.poll(after: first.checkpoint)
            await first.collector.stop()
            var second = HubLife(try Self.collector(server, consumer: "hubs", batch: 10, acknowledgeWithin: wait))
            try await second.read(until: 10)
            #expect(Set(second.ids) == Set((21...30).map { "event-\($0)" }))
            #expect(Set(first.ids).union(second.ids).count == 30)
            await second.collector.stop()
        }

        @Test("without its stream a poll fails, and goes on once it is there")
        func noStream() async throws {
            let server = try await NATSServer()
            var reader = HubLife(try Self.collector(server))
            await #expect(throws: NATSFailure.self) { try await reader.collector.poll(after: nil) }
            try Self.make(server)
            try await Self.store(1...2, on: server)
            try await reader.read(until: 2)
            #expect(try await reader.collector.probe() == "stream \"EVENTS\" holds messages 1 to 2")
            await reader.collector.stop()
        }

        @Test("a checkpoint is what it was, and damaged bytes are refused")
        func checkpoints() throws {
            var place = NATSCheckpoint(created: "2026-11-21T10:00:00.5Z", sequence: .max)
            for (sequence, consumer) in [(5, 1), (6, 2), (7, 3), (9, 4), (10, 9)] as [(Int, Int)] {
                let reply = "$JS.ACK.S.c.1.\(sequence).\(consumer).0.0"
                place.note(try #require(JetStreamPlace(acknowledging: reply)))
            }
            #expect(place.unacknowledged.map(\.count) == [3, 1, 1])
            #expect(try NATSCheckpoint(place.encoded()) == place)
            for bytes in ["", "{}", #"{"created":"x","sequence":"1","unacknowledged":"1 2"}"#] {
                #expect(throws: CollectorError.self) {
                    try NATSCheckpoint(Checkpoint(version: 1, bytes: Array(bytes.utf8)))
                }
            }
        }
    }

    /// A hub as far as its collector sees it: what was committed, and the checkpoint of that.
    struct HubLife {
        var collector: NATSCollector
        var checkpoint: Checkpoint?
        var events: [Event] = []

        init(_ collector: NATSCollector) {
            self.collector = collector
        }

        var ids: [String] { events.map(\.id) }

        mutating func poll() async throws {
            let batch = try await collector.poll(after: checkpoint)
            events += batch.events
            checkpoint = batch.checkpoint ?? checkpoint
        }

        /// Polls until so many events came; what fails is tried again as the runner would.
        mutating func read(until count: Int) async throws {
            let end = ContinuousClock.now + .seconds(60)
            while events.count < count {
                do {
                    try await poll()
                } catch {
                    if ContinuousClock.now > end { throw error }
                    try await AgentClock.system.sleep(.milliseconds(50))
                }
                if ContinuousClock.now > end {
                    throw WaitedInVain(condition: "\(count) events came", limit: .seconds(60))
                }
            }
        }
    }

    extension CollectorContext {
        static let test = CollectorContext(
            name: "fleet", clock: .system, transport: { CurlTransport($0) },
            secrets: SecretStore { _ throws(SecretError) in throw SecretError("no secrets in this test") })
    }
#endif
