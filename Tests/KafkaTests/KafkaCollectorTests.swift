#if Kafka
    import AgentCore
    import AgentTestKit
    import CRdkafka
    import EventModel
    import HTTPClient
    import Testing

    @testable import Collectors
    @testable import Sinks

    @Suite("The kafka collector on librdkafka's mock cluster")
    struct KafkaCollectorTests {
        static func collector(
            _ mock: KafkaMock, group: String = "hubs", start: KafkaCollectorConfiguration.Start = .beginning,
            maxEvent: Int = 4 << 20
        ) throws -> KafkaCollector {
            var connection = mock.connection
            // A member that is gone is soon known to be.
            connection.properties = [
                "session.timeout.ms": "6000", "heartbeat.interval.ms": "200", "fetch.wait.max.ms": "20",
            ]
            return try KafkaCollector(
                KafkaCollectorConfiguration(
                    connection: connection, topics: ["events"], group: group, start: start, maxEvent: maxEvent,
                    timeout: .seconds(5)),
                in: CollectorContext(
                    name: "fleet", clock: .system, transport: { CurlTransport($0) },
                    secrets: SecretStore { _ throws(SecretError) in throw SecretError("no secrets in this test") }))
        }

        /// Polls until that many events are there, as the runner does; the checkpoint is committed each time.
        static func read(
            _ collector: KafkaCollector, after checkpoint: inout Checkpoint?, atLeast count: Int
        ) async throws -> [Event] {
            var events: [Event] = []
            for _ in 1...200 where events.count < count {
                let batch = try await collector.poll(after: checkpoint)
                events += batch.events
                if let next = batch.checkpoint { checkpoint = next }
            }
            return events
        }

        /// The poll after a commit, which tells the group; it is cancelled, so that it does not wait for events.
        static func pollOnce(_ collector: KafkaCollector, after checkpoint: Checkpoint?) async throws {
            let poll = Task { try await collector.poll(after: checkpoint) }
            poll.cancel()
            #expect(try await poll.value.events.isEmpty)
        }

        /// Events as a sink of another agent writes them.
        static func write(_ sequences: ClosedRange<UInt64>, to mock: KafkaMock, mode: KafkaSinkConfiguration.Mode)
            async throws
        {
            let sink = try KafkaSink(
                KafkaSinkConfiguration(connection: mock.connection, topic: "events", mode: mode), in: .conformance)
            try await sink.deliver(Entry.numbered(sequences))
            await sink.stop()
        }

        static func events(_ sequences: ClosedRange<UInt64>) throws -> [Event] {
            try Entry.numbered(sequences).map { try EventDecoder.decode($0.body).event }
        }

        @Test("reads what the sink wrote, the very same events", arguments: KafkaSinkConfiguration.Mode.allCases)
        func endToEnd(mode: KafkaSinkConfiguration.Mode) async throws {
            let mock = try KafkaMock()
            mock.create("events")
            try await Self.write(1...500, to: mock, mode: mode)
            let collector = try Self.collector(mock)
            var checkpoint: Checkpoint?
            let found = try await Self.read(collector, after: &checkpoint, atLeast: 500)
            #expect(found == (try Self.events(1...500)))
            await collector.stop()
        }

        @Test("after a kill at any batch none is missing and none comes twice")
        func restart() async throws {
            let mock = try KafkaMock()
            mock.create("events", partitions: 3)
            try await Self.write(1...4000, to: mock, mode: .structured)
            var ids: [String] = []
            var checkpoint: Checkpoint?
            // Each life ends between a batch that was given and its commit; the next begins at the last commit.
            for life in 1...3 {
                // The mock lets nobody into a group it knows for five seconds; the checkpoint is enough without it.
                let collector = try Self.collector(mock, group: "hubs-\(life)")
                ids += try await Self.read(collector, after: &checkpoint, atLeast: life == 3 ? 4000 - ids.count : 600)
                    .map(\.id)
                if life < 3 { _ = try await collector.poll(after: checkpoint) }
                await collector.stop()
            }
            #expect(ids.count == 4000)
            #expect(Set(ids) == Set((1...4000).map { "event-\($0)" }))
        }

        @Test("an agent begins where the group is, and one that comes back does not read what another has")
        func groupOffsets() async throws {
            let mock = try KafkaMock()
            mock.create("events")
            try await Self.write(1...10, to: mock, mode: .structured)
            let first = try Self.collector(mock)
            var checkpoint: Checkpoint?
            _ = try await Self.read(first, after: &checkpoint, atLeast: 10)
            try await Self.pollOnce(first, after: checkpoint)
            await first.stop()
            // Another agent of the group, with a journal of its own.
            try await Self.write(11...20, to: mock, mode: .structured)
            let other = try Self.collector(mock)
            var others: Checkpoint?
            let found = try await Self.read(other, after: &others, atLeast: 10)
            #expect(found.map(\.id) == (11...20).map { "event-\($0)" })
            try await Self.pollOnce(other, after: others)
            await other.stop()
            // And the first, back with its old checkpoint.
            try await Self.write(21...25, to: mock, mode: .structured)
            let back = try Self.collector(mock)
            let last = try await Self.read(back, after: &checkpoint, atLeast: 5)
            #expect(last.map(\.id) == (21...25).map { "event-\($0)" })
            await back.stop()
        }

        /// Nothing is read while partitions move: unlike Kafka, the mock refuses to be told offsets then.
        @Test("two agents of a group share the partitions, and another goes on where both ended")
        func sharing() async throws {
            let mock = try KafkaMock()
            mock.create("events", partitions: 4)
            let hubs = try [Hub(Self.collector(mock)), Hub(Self.collector(mock))]
            try await Self.write(1...400, to: mock, mode: .structured)
            await hubs[0].start()
            try await until { await hubs[0].ids.count == 400 }
            await hubs[1].start()
            // A first checkpoint says that partitions were given.
            try await until { await hubs[1].isGiven }
            try await Self.write(401...1400, to: mock, mode: .structured)
            try await until { await hubs[0].ids.count + hubs[1].ids.count == 1400 }
            #expect(await hubs[0].ids.count > 400)
            #expect(await hubs[1].ids.count > 0)
            for hub in hubs { try await hub.stop() }
            // Another, with a journal of its own, goes on where both ended.
            try await Self.write(1401...1500, to: mock, mode: .structured)
            let last = Hub(try Self.collector(mock))
            await last.start()
            try await until { await last.ids.count >= 100 }
            try await last.stop()
            let ids = await hubs[0].ids + hubs[1].ids + last.ids
            #expect(ids.count == 1500)
            #expect(Set(ids) == Set((1...1500).map { "event-\($0)" }))
        }

        @Test("what is no event becomes one that says so, and what follows is read")
        func refused() async throws {
            let mock = try KafkaMock()
            mock.create("events")
            try mock.write(
                [
                    [], Array("hello \u{1F600}\0".utf8), [0xFF, 0xFE, 0x00], Array("[1,2".utf8),
                    Array(#"{"a":1}"#.utf8),
                    Array(repeating: UInt8(ascii: "["), count: 100_000), Array(repeating: 0x41, count: 60_000),
                ], to: "events")
            let foreign = #"{"specversion":"1.0","id":"x","source":"//else","type":"com.example.made","data":[1]}"#
            try mock.write([Array(foreign.utf8)], to: "events")
            try await Self.write(1...2, to: mock, mode: .structured)
            let collector = try Self.collector(mock, maxEvent: 50_000)
            var checkpoint: Checkpoint?
            let found = try await Self.read(collector, after: &checkpoint, atLeast: 10)
            await collector.stop()
            #expect(found.count == 10)
            #expect(found.prefix(7).allSatisfy { $0.type == "agent.event-refused" && $0.source == "kafka://fleet" })
            #expect(found.prefix(7).map(\.id) == (0..<7).map { "events/0/\($0)" })
            #expect(found[1].message?.contains("not JSON") == true)
            #expect(try found[1].data.parsed()["text"]?.string == "hello \u{1F600}\0")
            #expect(found[6].message?.contains("longer than maxEvent") == true)
            #expect(found[6].data.bytes.count < 6000)
            #expect(found[7].type == "agent.foreign-event" && found[7].id == "x" && found[7].source == "//else")
            #expect(try found[7].data.parsed()["event"]?["data"] == [1])
            #expect(found.suffix(2).map(\.id) == ["event-1", "event-2"])
        }

        @Test("\"now\" is a place that is kept: what comes between two starts is read")
        func now() async throws {
            let mock = try KafkaMock()
            mock.create("events")
            try await Self.write(1...10, to: mock, mode: .structured)
            let first = try Self.collector(mock, start: .now)
            var checkpoint: Checkpoint?
            for _ in 1...50 where checkpoint == nil {
                let batch = try await first.poll(after: nil)
                #expect(batch.events.isEmpty)
                checkpoint = batch.checkpoint
            }
            #expect(checkpoint != nil)
            await first.stop()
            try await Self.write(11...12, to: mock, mode: .structured)
            let second = try Self.collector(mock, group: "others", start: .now)
            #expect(try await Self.read(second, after: &checkpoint, atLeast: 2).map(\.id) == ["event-11", "event-12"])
            await second.stop()
        }

        @Test("a place beyond the end of a partition is told, and the partition read from its beginning")
        func anew() async throws {
            let mock = try KafkaMock()
            mock.create("events")
            try await Self.write(1...3, to: mock, mode: .structured)
            var places = KafkaPlaces()
            places.next[KafkaPartition(topic: "events", number: 0)] = 1000
            var checkpoint: Checkpoint? = places.checkpoint
            let collector = try Self.collector(mock)
            let found = try await Self.read(collector, after: &checkpoint, atLeast: 4)
            await collector.stop()
            #expect(found.map(\.type.rawValue).first == "agent.collector-gap")
            #expect(found.dropFirst().map(\.id) == ["event-1", "event-2", "event-3"])
        }

        @Test("an outage of the brokers throws, and then it goes on where it was")
        func outage() async throws {
            let mock = try KafkaMock()
            mock.create("events")
            try await Self.write(1...5, to: mock, mode: .structured)
            let collector = try Self.collector(mock)
            var checkpoint: Checkpoint?
            _ = try await Self.read(collector, after: &checkpoint, atLeast: 5)
            mock.setDown(true)
            var isTold = false
            for _ in 1...10 where !isTold {
                do { _ = try await collector.poll(after: checkpoint) } catch { isTold = true }
            }
            #expect(isTold)
            mock.setDown(false)
            try await Self.write(6...9, to: mock, mode: .structured)
            var found: [Event] = []
            for _ in 1...50 where found.count < 4 {
                if let more = try? await Self.read(collector, after: &checkpoint, atLeast: 4 - found.count) {
                    found += more
                }
            }
            await collector.stop()
            #expect(found.map(\.id) == ["event-6", "event-7", "event-8", "event-9"])
        }

        @Test("a damaged checkpoint is refused, and nothing is guessed")
        func damagedCheckpoint() async throws {
            let mock = try KafkaMock(brokers: 1)
            let collector = try Self.collector(mock)
            for text in ["", "{}", "[]", #"{"topics":{"a":[[0]]}}"#, #"{"topics":{"a":[[-1,5]]}}"#] {
                await #expect(throws: CollectorError.self, "\(text)") {
                    try await collector.poll(after: Checkpoint(version: 1, bytes: Array(text.utf8)))
                }
            }
            await #expect(throws: CollectorError.self) {
                try await collector.poll(after: Checkpoint(version: 2, bytes: Array(#"{"topics":{}}"#.utf8)))
            }
            await collector.stop()
        }

        @Test("probe says how many partitions there are")
        func probe() async throws {
            let mock = try KafkaMock(brokers: 1)
            mock.create("events", partitions: 3)
            let collector = try Self.collector(mock)
            #expect(try await collector.probe() == #""events" has 3 partitions"#)
            await collector.stop()
        }

        private func until(_ condition: () async throws -> Bool) async throws {
            for _ in 1...300 {
                if try await condition() { return }
                try await Task.sleep(for: .milliseconds(100))
            }
            throw KafkaMock.Failed(reason: "did not come to pass in time")
        }
    }
#endif
