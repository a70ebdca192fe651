#if Kafka
    import AgentCore
    import AgentTestKit
    import EventModel
    import Platform
    import Testing

    @testable import Sinks

    /// Two hubs, each the whole program with its journal, on librdkafka's mock cluster. The mock notices a member that
    /// died after its session's time, and then waits nearly as long for others to join, once or twice, before anybody
    /// reads on: with librdkafka's own 45 s it takes two minutes, where Kafka takes 45 s. So sessions are short here.
    @Suite("Hubs of one group", .timeLimit(.minutes(4)))
    struct KafkaFailoverTests {
        /// A hub's folder.
        private struct HubFolder {
            let folder: TemporaryDirectory

            init(_ mock: KafkaMock) throws {
                folder = try TemporaryDirectory("hub")
                let configuration: JSONValue = [
                    "journal": ["kind": "sqlite", "path": "journal.db"],
                    "collectors": [
                        [
                            "name": "fleet", "kind": "kafka", "brokers": .array(mock.brokers.map { .string($0) }),
                            "topics": ["events"], "group": "hubs", "timeout": "5s",
                            "properties": [
                                "session.timeout.ms": "6000", "heartbeat.interval.ms": "500",
                                "fetch.wait.max.ms": "20",
                            ],
                        ]
                    ],
                    "sinks": [["name": "archive", "kind": "file", "path": "events.jsonl", "fsync": "never"]],
                ]
                TestFile.write(JSONWriter.indented(configuration), to: folder.path("collectors.json"))
            }

            func start(_ arguments: [String] = ["run"]) throws -> ChildProcess {
                var program = ChildProcess.Program(
                    BuiltProduct.path("guestwatch"), arguments, directory: folder.path)
                program.environment["SWIFT_BACKTRACE"] = "enable=no"
                return try ChildProcess(program)
            }

            /// The sequences the events' ids tell, as the archive has them.
            var arrived: [UInt64] { Self.sequences(TestFile.text(folder.path("events.jsonl")) ?? "") }

            /// Those in the journal, when nobody runs on it.
            func journaled() async throws -> [UInt64] {
                let export = try start(["journal", "export"])
                #expect(try await export.waitForExit(limit: .seconds(60)) == .code(0), "\(export.errors)")
                return Self.sequences(export.output)
            }

            private static func sequences(_ lines: String) -> [UInt64] {
                let mark = #""id":"event-"#
                return lines.split(separator: "\n").compactMap { line in
                    guard let place = line.firstRange(of: mark) else { return nil }
                    return UInt64(line[place.upperBound...].prefix { $0.isNumber })
                }
            }
        }

        /// Writes batches until it is told to stop; how many events it wrote.
        private static func storm(_ mock: KafkaMock, from first: UInt64, until isOver: Locked<Bool>) async throws
            -> UInt64
        {
            let sink = try KafkaSink(
                KafkaSinkConfiguration(connection: mock.connection, topic: "events"), in: .conformance)
            var next = first
            while !isOver.withLock({ $0 }) {
                try await sink.deliver(Entry.numbered(next...next + 49))
                next += 50
                try await AgentClock.system.sleep(.milliseconds(40))
            }
            await sink.stop()
            return next - 1
        }

        @Test("when one is killed the other goes on; no event is lost, and none is twice in a journal")
        func failover() async throws {
            let mock = try KafkaMock()
            mock.create("events", partitions: 4)
            let (one, other) = (try HubFolder(mock), try HubFolder(mock))
            var first = try one.start()
            let isOver = Locked(false)
            let storm = Task { try await Self.storm(mock, from: 1, until: isOver) }
            try await waitUntil("the first reads", limit: .seconds(40)) { one.arrived.count > 200 }
            let second = try other.start()
            try await waitUntil("both read; \(second.errors.suffix(300))", limit: .seconds(60)) {
                other.arrived.count > 100
            }
            first.kill()
            _ = try await first.waitForExit()
            let atDeath = Set(one.arrived + other.arrived).count
            try await waitUntil("the other reads all partitions", limit: .seconds(60)) {
                Set(one.arrived + other.arrived).count > atDeath + 1000 && Self.readsAll(other)
            }
            first = try one.start()
            try await AgentClock.system.sleep(.seconds(1))
            isOver.withLock { $0 = true }
            let count = try await storm.value
            try await waitUntil("all \(count) are there", limit: .seconds(60)) {
                Set(one.arrived + other.arrived).count == Int(count)
            }
            for hub in [first, second] {
                hub.terminate()
                #expect(try await hub.waitForExit() == .code(0), "\(hub.errors)")
            }
            let journals = [try await one.journaled(), try await other.journaled()]
            for journal in journals { #expect(Set(journal).count == journal.count, "each once in a journal") }
            #expect(Set(journals.joined()) == Set(1...count))
            // In both is what a hub had in its journal and could not tell the group: at the kill, and at each of the
            // times partitions moved, when the mock takes nothing that is told.
            let both = Set(journals[0]).intersection(journals[1]).count
            #expect(both < 6 * 1000, "\(both) of \(count) are in both")
        }

        /// Whether what it read last is of all fifty guests: each has its events in one of the partitions.
        private static func readsAll(_ hub: HubFolder) -> Bool {
            Set(hub.arrived.suffix(500).map { $0 % 50 }).count == 50
        }
    }
#endif
