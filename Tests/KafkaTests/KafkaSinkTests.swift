#if Kafka
    import AgentCore
    import AgentTestKit
    import CRdkafka
    import EventModel
    import Testing

    @testable import Sinks

    @Suite("The kafka sink on librdkafka's mock cluster")
    struct KafkaSinkTests {
        static func sink(
            _ mock: KafkaMock, timeout: Duration = .seconds(10), maxMessage: Int = 4_000_000,
            transactionalID: String? = nil, context: SinkContext = .conformance
        ) throws -> KafkaSink {
            try KafkaSink(
                KafkaSinkConfiguration(
                    connection: mock.connection, topic: "events", timeout: timeout, maxMessage: maxMessage,
                    transactionalID: transactionalID), in: context)
        }

        static func error(_ deliver: () async throws -> Void) async -> DeliveryError? {
            do {
                try await deliver()
                return nil
            } catch {
                return error as? DeliveryError
            }
        }

        @Test("keeps the promises of a sink", arguments: SinkPromise.allCases)
        func conformance(promise: SinkPromise) async throws {
            let mock = try KafkaMock()
            mock.create("events")
            try await SinkConformance(
                repeats: .kept,
                start: {
                    // Of an outage each delivery shall tell soon.
                    try Self.sink(mock, timeout: promise == .outage ? .milliseconds(700) : .seconds(20), context: $0)
                },
                delivered: { try mock.sequences(of: "events") },
                breakDestination: { mock.setDown(true) },
                mendDestination: { mock.setDown(false) }
            ).check(promise)
        }

        @Test("keeps them with transactions", arguments: SinkPromise.allCases)
        func transactions(promise: SinkPromise) async throws {
            let mock = try KafkaMock()
            mock.create("events")
            try await SinkConformance(
                repeats: .kept,
                start: { try Self.sink(mock, timeout: .seconds(20), transactionalID: "agent-1", context: $0) },
                delivered: { try mock.sequences(of: "events") }
            ).check(promise)
        }

        @Test("through an outage in the middle of 100,000 events none is missing, none comes twice, all in order")
        func outage() async throws {
            let mock = try KafkaMock()
            mock.create("events")
            let sink = try Self.sink(mock, timeout: .milliseconds(400))
            let reader = try KafkaMockReader(mock, topic: "events")
            var (failures, isDown) = (0, false)
            for start in stride(from: UInt64(1), through: 100_000, by: 2000) {
                if start == 40_001 || start == 80_001 {
                    mock.setDown(true)
                    isDown = true
                }
                let batch = Entry.numbered(start...start + 1999)
                while let error = await Self.error({ try await sink.deliver(batch) }) {
                    guard case .retryable = error else {
                        Issue.record("\(error)")
                        return
                    }
                    failures += 1
                    if isDown, failures % 3 == 0 {
                        mock.setDown(false)
                        isDown = false
                    }
                    try #require(failures < 60)
                }
                try reader.read(upTo: Int(start) + 1999)
            }
            await sink.stop()
            // One message more than there should be, and it ends at another.
            try mock.write([Array("the end".utf8)], to: "events")
            try reader.read(upTo: 100_001)
            #expect(failures >= 6)
            #expect(reader.messages.last?.value == Array("the end".utf8))
            #expect(try KafkaMock.sequences(reader.messages.dropLast()) == Array(1...100_000))
        }

        @Test("answers that say to try again are tried again within the delivery")
        func passingErrors() async throws {
            let mock = try KafkaMock()
            mock.create("events")
            mock.fail(
                KafkaMock.produce,
                [
                    RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
                    RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR,
                ])
            let sink = try Self.sink(mock)
            try await sink.deliver(Entry.numbered(1...10))
            await sink.stop()
            #expect(try mock.sequences(of: "events") == Array(1...10))
        }

        @Test("a broker too slow for a delivery is waited for by the next, and has each event once")
        func slow() async throws {
            let mock = try KafkaMock()
            mock.create("events")
            let sink = try Self.sink(mock, timeout: .milliseconds(300))
            while await Self.error({ try await sink.deliver(Entry.numbered(1...3)) }) != nil {}
            mock.setDelay(milliseconds: 900)
            var failures = 0
            while let error = await Self.error({ try await sink.deliver(Entry.numbered(4...9)) }) {
                guard case .retryable(let reason, _) = error else {
                    Issue.record("\(error)")
                    return
                }
                #expect(reason.contains("no acknowledgement within"))
                failures += 1
                try #require(failures < 30)
            }
            mock.setDelay(milliseconds: 0)
            await sink.stop()
            #expect(failures > 0)
            #expect(try mock.sequences(of: "events") == Array(1...9))
        }

        @Test("one message that is too large is refused alone, by its size, before a broker sees it")
        func tooLarge() async throws {
            let mock = try KafkaMock()
            mock.create("events")
            let sink = try Self.sink(mock, maxMessage: 5000)
            let entries = [Entry.numbered(1), .numbered(2, dataBytes: 8000), .numbered(3)]
            guard case .partial(let rejected) = await Self.error({ try await sink.deliver(entries) }) else {
                Issue.record("not partial")
                return
            }
            #expect(Array(rejected.keys) == [2] && rejected[2]?.contains("MSG_SIZE_TOO_LARGE") == true)
            try await sink.deliver(Entry.numbered(4...5))
            await sink.stop()
            #expect(try mock.sequences(of: "events") == [1, 3, 4, 5])
        }

        @Test("one message that the broker finds too large is found by sending each alone; the order stays")
        func tooLargeForBroker() async throws {
            let mock = try KafkaMock()
            mock.create("events")
            let sink = try Self.sink(mock)
            try await sink.deliver(Entry.numbered(1...2))
            // The batch, then the second of its messages alone.
            mock.fail(
                KafkaMock.produce,
                [
                    RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_NO_ERROR,
                    RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE,
                ])
            guard case .partial(let rejected) = await Self.error({ try await sink.deliver(Entry.numbered(3...8)) })
            else {
                Issue.record("not partial")
                return
            }
            #expect(Array(rejected.keys) == [4])
            try await sink.deliver(Entry.numbered(9...10))
            await sink.stop()
            #expect(try mock.sequences(of: "events") == [1, 2, 3, 5, 6, 7, 8, 9, 10])
        }

        @Test(
            "what a person must mend is held",
            arguments: [
                RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
                RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
            ])
        func held(code: rd_kafka_resp_err_t) async throws {
            let mock = try KafkaMock()
            mock.create("events")
            mock.fail(KafkaMock.produce, [code])
            let sink = try Self.sink(mock)
            guard case .held(let reason, _) = await Self.error({ try await sink.deliver(Entry.numbered(1...3)) }) else {
                Issue.record("not held")
                return
            }
            #expect(reason.contains("AUTHORIZATION_FAILED") || reason.contains("AUTHENTICATION_FAILED"))
            try await sink.deliver(Entry.numbered(1...3))
            await sink.stop()
            #expect(try mock.sequences(of: "events") == [1, 2, 3])
        }

        @Test("a topic that is not there is held")
        func unknownTopic() async throws {
            let mock = try KafkaMock()
            mock.setError(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, of: "events")
            let sink = try Self.sink(mock, timeout: .seconds(4))
            let error = await Self.error { try await sink.deliver(Entry.numbered(1...3)) }
            guard case .held(let reason, _) = error else {
                Issue.record("not held: \(String(describing: error))")
                return
            }
            #expect(reason.contains("UNKNOWN_TOPIC"))
            await sink.stop()
        }

        @Test("an error that ends the producer is retryable, and the next delivery has another producer")
        func fatal() async throws {
            let mock = try KafkaMock()
            mock.create("events")
            let sink = try Self.sink(mock)
            try await sink.deliver(Entry.numbered(1...3))
            mock.fail(KafkaMock.produce, [RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER])
            let error = await Self.error { try await sink.deliver(Entry.numbered(4...6)) }
            if let error {
                guard case .retryable(let reason, _) = error else {
                    Issue.record("\(error)")
                    return
                }
                #expect(reason.contains("OUT_OF_ORDER_SEQUENCE_NUMBER"))
                try await sink.deliver(Entry.numbered(4...6))
            }
            await sink.stop()
            #expect(try mock.sequences(of: "events") == Array(1...6))
        }

        @Test("a message refused within a transaction has the whole batch refused, with nothing of it committed")
        func refusedTransaction() async throws {
            let mock = try KafkaMock()
            mock.create("events")
            let sink = try Self.sink(mock, transactionalID: "agent-1")
            try await sink.deliver(Entry.numbered(1...2))
            mock.fail(KafkaMock.produce, [RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE])
            let error = await Self.error { try await sink.deliver(Entry.numbered(3...4)) }
            guard case .refused = error else {
                Issue.record("not refused: \(String(describing: error))")
                return
            }
            try await sink.deliver(Entry.numbered(3...4))
            await sink.stop()
            #expect(try mock.sequences(of: "events") == [1, 2, 3, 4])
        }

        @Test("brokers that answer nonsense are retryable")
        func nonsense() async throws {
            let server = try LoopbackServer(serving: { _ in ServedAnswer(200) })
            defer { server.stop() }
            let sink = try KafkaSink(
                KafkaSinkConfiguration(
                    connection: KafkaConnection(brokers: ["127.0.0.1:\(server.port)"]), topic: "events",
                    timeout: .milliseconds(600)), in: .conformance)
            guard case .retryable = await Self.error({ try await sink.deliver(Entry.numbered(1...3)) }) else {
                Issue.record("not retryable")
                return
            }
            await sink.stop()
        }
    }
#endif
