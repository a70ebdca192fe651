#if RabbitMQ
    import AgentCore
    import AgentTestKit
    import EventModel
    import Foundation
    import Testing

    @testable import Sinks

    @Suite(
        "The rabbitmq sink and rabbitmq-server", .serialized,
        .enabled(if: !RabbitMQServer.isMissing, "rabbitmq-server is not there"))
    struct RabbitMQSinkTests {
        private let server = RabbitMQServer.shared

        @Test("the rabbitmq sink keeps the promises of a sink", arguments: SinkPromise.allCases)
        func conformance(promise: SinkPromise) async throws {
            let reader = try await reader("conformance-\(promise)", key: "#")
            let good = configuration(reader)
            // An outage is a port nobody listens at; the real one is another test's.
            let relay = try PortRelay(to: server.port)
            var configuration = good
            configuration.url.port = relay.port
            let used = configuration
            try await SinkConformance(
                repeats: .kept, start: { try RabbitMQSink(used, in: $0) },
                delivered: { try reader.messages().map(\.sequence) },
                breakDestination: { relay.stop() }, mendDestination: { try relay.start() }
            ).check(promise)
        }

        @Test("a message is the event under its id, persistent, by type and guest")
        func message() async throws {
            let reader = try await reader("message", key: "vm.powered-on.vm-7")
            let sink = try RabbitMQSink(configuration(reader), in: .conformance)
            try await sink.deliver([.numbered(7)])
            await sink.stop()
            let message = try #require(try reader.messages().first)
            #expect(message.id == "event-7" && message.contentType == "application/cloudevents+json")
            #expect(message.isPersistent && message.sequence == 7 && message.key == "vm.powered-on.vm-7")
            let placed = try EventDecoder.decode(message.body)
            #expect(placed.sequence == 7 && placed.event.guest?.id == "vm-7" && placed.journal == "k3j2h1g0f9d8")
        }

        @Test("an event no queue is bound for is waited for, or a dead letter, or forgotten, as one likes")
        func unroutable() async throws {
            let reader = try await reader("unroutable", key: "vm.powered-on.vm-1")
            var configuration = configuration(reader)
            let entries = [Entry.numbered(1), .numbered(2), .numbered(51)]
            let holding = try RabbitMQSink(configuration, in: .conformance)
            let reason = await heldReason { try await holding.deliver(entries) }
            #expect(reason.contains("no queue is bound") && reason.contains("NO_ROUTE (312)"), "\(reason)")
            try reader.bind("#")
            try await holding.deliver(entries)
            await holding.stop()
            // What was confirmed at first did not come again.
            #expect(try reader.messages().map(\.sequence) == [1, 51, 2])

            let other = try await self.reader("unroutable-too", key: "vm.powered-on.vm-1")
            configuration.exchange = other.exchange
            configuration.unroutable = .reject
            let rejecting = try RabbitMQSink(configuration, in: .conformance)
            let rejected = await rejections { try await rejecting.deliver(entries) }
            #expect(rejected.keys.sorted() == [2])
            await rejecting.stop()
            configuration.unroutable = .ignore
            let ignoring = try RabbitMQSink(configuration, in: .conformance)
            try await ignoring.deliver(entries)
            await ignoring.stop()
            #expect(try other.messages().map(\.sequence) == [1, 51, 1, 51])
        }

        @Test(
            "wrong password, virtual host, exchange: each waits for a person",
            arguments: [
                ("password", "ACCESS_REFUSED"), ("vhost", "NOT_ALLOWED"), ("exchange", "NOT_FOUND"),
                ("type", "PRECONDITION_FAILED"),
            ])
        func held(what: String, expected: String) async throws {
            let reader = try await reader("held-\(what)", key: "#")
            var configuration = configuration(reader)
            switch what {
            case "password": configuration.password = .environment("wrong")
            case "vhost": configuration.vhost = "/nowhere"
            case "type": configuration.declare = .fanout
            default: configuration.exchange = "nothing-here"
            }
            let sink = try RabbitMQSink(configuration, in: .withSecrets)
            let reason = await heldReason { try await sink.deliver([.numbered(1)]) }
            #expect(reason.contains(expected) && !reason.contains("secret-not"), "\(reason)")
            await sink.stop()
            #expect(try reader.messages().isEmpty)
        }

        @Test("the exchange is made when asked for")
        func declares() async throws {
            try await server.started()
            let reader = try RabbitMQReader(port: server.port, exchange: "declared-\(UInt32.random(in: 0 ... .max))")
            var configuration = configuration(reader)
            (configuration.declare, configuration.unroutable) = (.topic, .ignore)
            let sink = try RabbitMQSink(configuration, in: .conformance)
            try await sink.deliver([.numbered(1)])
            try reader.bind("vm.#")
            try await sink.deliver([.numbered(2)])
            await sink.stop()
            #expect(try reader.messages().map(\.sequence) == [2])
        }

        @Test("a message larger than the broker takes comes again in halves; a queue that is full is retried")
        func limits() async throws {
            let reader = try await reader("limits", key: "#", length: 2)
            let sink = try RabbitMQSink(configuration(reader), in: .conformance)
            await #expect {
                try await sink.deliver([.numbered(1), .numbered(2, dataBytes: 3_100_000)])
            } throws: { error in
                if case DeliveryError.tooLarge(let reason) = error { reason.contains("message size") } else { false }
            }
            _ = try reader.messages()
            let reason = await retryReason { try await sink.deliver(Entry.numbered(1...4)) }
            #expect(reason.contains("full"), "\(reason)")
            var sequences = try reader.messages().map(\.sequence)
            try await sink.deliver(Entry.numbered(1...4))
            sequences += try reader.messages().map(\.sequence)
            // Nothing that was confirmed came twice.
            #expect(sequences.sorted() == [1, 2, 3, 4])
            await sink.stop()
        }

        @Test("an event whose routing key is too long is a dead letter alone")
        func longKey() async throws {
            let reader = try await reader("long-key", key: "#")
            let sink = try RabbitMQSink(configuration(reader), in: .conformance)
            let event = Event(
                id: String(repeating: "ü", count: 200), source: "s", type: "vm.other", time: .init(nanoseconds: 0),
                guest: Guest(kind: .vm, id: String(repeating: "g", count: 300)))
            let bad = Entry(sequence: 2, type: event.type, severity: .info, body: EventEncoder.encode(event)[...])
            let rejected = await rejections { try await sink.deliver([.numbered(1), bad, .numbered(3)]) }
            #expect(rejected.keys.sorted() == [2])
            await sink.stop()
            #expect(try reader.messages().map(\.sequence) == [1, 3])
        }

        @Test("TLS works, and a server nobody trusts waits for a person")
        func tls() async throws {
            let reader = try await reader("tls", key: "#")
            var configuration = configuration(reader)
            configuration.url = Endpoint(scheme: "amqps", host: "localhost", port: server.tlsPort)
            configuration.tls = SocketTLS(caFile: await server.authorities)
            let sink = try RabbitMQSink(configuration, in: .conformance)
            try await sink.deliver(Entry.numbered(1...10))
            await sink.stop()
            #expect(try reader.messages().count == 10)
            let stranger = try await TestAuthority()
            configuration.tls = SocketTLS(caFile: stranger.authorities)
            let wary = try RabbitMQSink(configuration, in: .conformance)
            let reason = await heldReason { try await wary.deliver([.numbered(1)]) }
            #expect(reason.lowercased().contains("verif"), "\(reason)")
            await wary.stop()
        }

        @Test("a broker low on memory is waited for no longer than the timeout", .timeLimit(.minutes(5)))
        func blocked() async throws {
            let reader = try await reader("blocked", key: "#")
            var configuration = configuration(reader)
            configuration.timeout = .seconds(2)
            let sink = try RabbitMQSink(configuration, in: .conformance)
            try await sink.deliver([.numbered(1)])
            _ = try await server.control(["set_vm_memory_high_watermark", "absolute", "1"])
            let reason = await retryReason {
                // More than fits into the buffers of both ends.
                for number in 2...30 as ClosedRange<UInt64> {
                    try await sink.deliver([.numbered(number, dataBytes: 2_000_000)])
                }
            }
            #expect(reason.contains("takes nothing now: low on memory"), "\(reason)")
            _ = try await server.control(["set_vm_memory_high_watermark", "0.6"])
            try await waitUntil("the broker takes events again", limit: .seconds(60)) {
                (try? await sink.deliver([.numbered(100)])) != nil
            }
            await sink.stop()
            #expect(try reader.messages().map(\.sequence).last == 100)
        }

        @Test("100,000 events through a broker killed in the middle: none missing", .timeLimit(.minutes(8)))
        func killed() async throws {
            let reader = try await reader("killed", key: "#")
            let sink = try RabbitMQSink(configuration(reader), in: .conformance)
            var failures = 0
            var killing: Task<Void, any Error>?
            for start in stride(from: 1 as UInt64, to: 100_000, by: 2000) {
                // Under a delivery: the broker has some of it, and its answer is lost.
                if start == 50_001 { killing = Task { try await server.restart() } }
                failures += try await sink.deliverThrough(
                    Entry.numbered(start...start + 1999), within: .seconds(120))
            }
            try await killing?.value
            await sink.stop()
            #expect(failures > 0)
            let after = try RabbitMQReader(port: server.port, exchange: reader.exchange)
            let found = try after.messages().map(\.sequence)
            let missing = Set(1...100_000 as ClosedRange<UInt64>).subtracting(found)
            #expect(missing.isEmpty, "\(missing.count) missing, such as \(missing.min() ?? 0)")
        }

        private func reader(_ name: String, key: String, length: Int32? = nil) async throws -> RabbitMQReader {
            try await server.started()
            let reader = try RabbitMQReader(
                port: server.port, exchange: "\(name)-\(UInt32.random(in: 0 ... .max))")
            try reader.declareExchange()
            try reader.bind(key, length: length)
            return reader
        }

        private func configuration(_ reader: RabbitMQReader) -> RabbitMQConfiguration {
            RabbitMQConfiguration(
                url: Endpoint(scheme: "amqp", host: "127.0.0.1", port: server.port), exchange: reader.exchange)
        }
    }
#endif
