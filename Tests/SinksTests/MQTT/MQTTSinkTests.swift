#if MQTT
    import AgentCore
    import AgentTestKit
    import EventModel
    import Foundation
    import Testing

    @testable import Sinks

    @Suite("The mqtt sink and mosquitto", .enabled(if: !MosquittoServer.isMissing, "mosquitto is not there"))
    struct MQTTSinkTests {
        @Test("the mqtt sink keeps the promises of a sink", arguments: SinkPromise.allCases)
        func conformance(promise: SinkPromise) async throws {
            let server = try await MosquittoServer()
            try await server.subscribe()
            try await SinkConformance(
                repeats: .kept, start: { try MQTTSink(Self.configuration(server), in: $0) },
                delivered: { try await server.sequences() },
                breakDestination: { try await server.stop() }, mendDestination: { try await server.start() }
            ).check(promise)
        }

        @Test("a message is the event, in both modes and versions", arguments: ["5", "3.1.1", "binary"])
        func messages(version: String) async throws {
            let server = try await MosquittoServer()
            var configuration = Self.configuration(server)
            configuration.version = version == "3.1.1" ? .v311 : .v5
            configuration.mode = version == "binary" ? .binary : .structured
            configuration.state = RoutingTemplate("state/{kind}/{guest}")
            let sink = try MQTTSink(configuration, in: .conformance)
            let entries = [
                Self.entry(1, "vm.powered-on", guest: "a/1"), Self.entry(2, "vm.powered-off", guest: "a/1"),
                Self.entry(3, "vm.reconfigured", guest: "a/1"), Self.entry(4, "vm.powered-on", guest: "b"),
            ]
            // Nobody has subscribed yet: no error.
            try await sink.deliver(entries)
            try await sink.deliver([Self.entry(5, "vm.removed", guest: "b")])
            await sink.stop()
            let retained = try await server.retained("state/#")
            #expect(retained.map { $0["topic"]?.string } == ["state/vm/a%2F1"])
            let text = try #require(retained.first?["payload"]?.string)
            #expect(try EventDecoder.decode(text.utf8).sequence == 2)
        }

        @Test("in binary mode the attributes are user properties")
        func binary() async throws {
            let server = try await MosquittoServer()
            try await server.subscribe(["-V", "5", "-F", "%t %r %j"])
            var configuration = Self.configuration(server)
            configuration.mode = .binary
            let sink = try MQTTSink(configuration, in: .conformance)
            try await sink.deliver([Self.entry(7, "vm.powered-on", guest: "vm-1")])
            await sink.stop()
            try await waitUntil("the message arrives") { !server.messages().isEmpty }
            let message = try #require(server.messages().first)
            #expect(message.topic == "guestwatch/vm.powered-on/vm-1")
            let value = try JSONDocument(Array(message.payload.utf8)).root.value
            let properties = value["properties"]
            #expect(properties?["content-type"]?.string == "application/json")
            let user = properties?["user-properties"]
            #expect(user?["id"]?.string == "e7" && user?["specversion"]?.string == "1.0")
            #expect(user?["subject"]?.string == "vm/vm-1" && user?["type"]?.string == "guestwatch.vm.powered-on")
            #expect(user?["sequence"]?.string == EventEncoder.text(of: 7) && user?["guestname"]?.string == "wéb \\n")
            #expect(value["payload"]?.string == #"{"n":7}"#)
        }

        @Test("a wrong password waits for a person", arguments: MQTTConfiguration.Version.allCases)
        func wrongPassword(version: MQTTConfiguration.Version) async throws {
            let server = try await Self.guarded()
            var configuration = Self.configuration(server)
            (configuration.version, configuration.username) = (version, "watch")
            configuration.password = .environment("wrong")
            let wrong = try MQTTSink(configuration, in: .withSecrets)
            let reason = await heldReason { try await wrong.deliver([.numbered(1)]) }
            #expect(reason.contains("refused the connection") && !reason.contains("secret"), "\(reason)")
            await wrong.stop()
            configuration.password = .environment("right")
            let right = try MQTTSink(configuration, in: .withSecrets)
            try await right.deliver([.numbered(1)])
            await right.stop()
        }

        @Test(
            "an event larger than the broker takes does not keep the others",
            arguments: ["max_packet_size 5000", "message_size_limit 5000"])
        func tooLarge(limit: String) async throws {
            let server = try await Self.guarded(limit)
            let sink = try MQTTSink(Self.permitted(server), in: .withSecrets)
            // One refuses what is longer than it said in its greeting; the other hangs up in the middle of the batch.
            var entries = Entry.numbered(1...200)
            entries[99] = .numbered(100, dataBytes: 6000)
            let rejected = try await Self.deliverInParts(entries, to: sink)
            #expect(
                rejected.keys.sorted() == [100] && rejected[100]?.lowercased().contains("large") == true, "\(rejected)")
            await sink.stop()
        }

        /// Delivers as a runner does: in halves what comes in halves, again what is retried.
        private static func deliverInParts(_ entries: [Entry], to sink: MQTTSink) async throws -> [UInt64: String] {
            var (parts, rejected, tries) = ([entries], [UInt64: String](), 0)
            while let part = parts.popLast() {
                do {
                    try await sink.deliver(part)
                } catch {
                    tries += 1
                    guard tries < 100 else { throw error }
                    switch error {
                    case .partial(let found): rejected.merge(found) { $1 }
                    case .refused(let reason), .tooLarge(let reason):
                        if part.count == 1 {
                            rejected[part[0].sequence] = reason
                        } else {
                            parts += [Array(part[(part.count / 2)...]), Array(part[..<(part.count / 2)])]
                        }
                    default: parts.append(part)
                    }
                }
            }
            return rejected
        }

        @Test("what the broker does not permit waits for a person")
        func forbidden() async throws {
            let server = try await Self.guarded()
            var configuration = Self.permitted(server)
            configuration.topic = try #require(RoutingTemplate("elsewhere/{type}"))
            let sink = try MQTTSink(configuration, in: .withSecrets)
            let reason = await heldReason { try await sink.deliver([.numbered(4)]) }
            #expect(reason.contains("0x87"), "\(reason)")
            await sink.stop()
        }

        @Test("an event larger than the configuration allows is a dead letter alone")
        func maximum() async throws {
            let server = try await MosquittoServer()
            var configuration = Self.configuration(server)
            configuration.maximumBytes = 5000
            let sink = try MQTTSink(configuration, in: .conformance)
            let rejected = await rejections {
                try await sink.deliver([.numbered(1), .numbered(2, dataBytes: 6000), .numbered(3)])
            }
            #expect(rejected.keys.sorted() == [2])
            await sink.stop()
        }

        @Test("TLS with a client's certificate works, a server nobody trusts waits for a person")
        func tls() async throws {
            let authority = try await TestAuthority()
            let server = try await MosquittoServer(
                authority: authority, identity: try await authority.identity("server"))
            let client = try await authority.identity("client")
            var configuration = Self.configuration(server)
            configuration.url = Endpoint(scheme: "mqtts", host: "localhost", port: server.tlsPort)
            configuration.tls = SocketTLS(
                caFile: authority.authorities, certificate: client.certificate, key: client.key)
            let sink = try MQTTSink(configuration, in: .conformance)
            try await sink.deliver(Entry.numbered(1...10))
            await sink.stop()
            let stranger = try await TestAuthority()
            configuration.tls.caFile = stranger.authorities
            let wary = try MQTTSink(configuration, in: .conformance)
            let reason = await heldReason { try await wary.deliver([.numbered(11)]) }
            #expect(reason.contains("certificate"), "\(reason)")
            await wary.stop()
        }

        @Test("100,000 events through a broker killed twice in the middle: none missing", .timeLimit(.minutes(5)))
        func killed() async throws {
            let server = try await MosquittoServer()
            try await server.subscribe()
            try await server.save()
            let sink = try MQTTSink(Self.configuration(server), in: .conformance)
            var failures = 0
            for batch in 0..<20 as Range<UInt64> {
                let entries = Entry.numbered((batch * 5000 + 1)...(batch * 5000 + 5000))
                let killing = [7, 14].contains(batch) ? Task { try await Self.killInTheMiddle(server) } : nil
                while (try? await sink.deliver(entries)) == nil {
                    failures += 1
                    try await AgentClock.system.sleep(.milliseconds(20))
                }
                try await killing?.value
            }
            await sink.stop()
            #expect(failures > 0)
            let found = try await server.sequences()
            let missing = Set(1...100_000 as ClosedRange<UInt64>).subtracting(found)
            #expect(missing.isEmpty, "\(missing.count) missing, such as \(missing.min() ?? 0)")
        }

        /// Kills the broker once some of what is on its way has arrived, and starts it again.
        private static func killInTheMiddle(_ server: MosquittoServer) async throws {
            let before = server.arrivedBytes
            try await waitUntil("some of it has arrived") { server.arrivedBytes > before + 100_000 }
            try await server.kill()
            try await server.start()
        }

        private static func configuration(_ server: MosquittoServer) -> MQTTConfiguration {
            MQTTConfiguration(url: Endpoint(scheme: "mqtt", host: "127.0.0.1", port: server.port))
        }

        private static func permitted(_ server: MosquittoServer) -> MQTTConfiguration {
            var configuration = configuration(server)
            (configuration.username, configuration.password) = ("watch", .environment("right"))
            return configuration
        }

        /// A broker with one user, who may publish below guestwatch/.
        private static func guarded(_ more: String = "") async throws -> MosquittoServer {
            let folder = try TemporaryDirectory("mosquitto-users")
            let making = try ChildProcess(
                .init("/usr/bin/mosquitto_passwd", ["-b", "-c", folder.path("users"), "watch", "secret"]))
            #expect(try await making.waitForExit() == .code(0))
            TestFile.write("user watch\ntopic write guestwatch/#\n".utf8, to: folder.path("acl"))
            let lines = ["password_file \(folder.path("users"))", "acl_file \(folder.path("acl"))", more]
            let server = try await MosquittoServer(lines.joined(separator: "\n"))
            // Read by the broker at its start.
            withExtendedLifetime(folder) {}
            return server
        }

        private static func entry(_ sequence: UInt64, _ type: EventType, guest: String) -> Entry {
            let event = Event(
                id: "e\(sequence)", source: "test://mqtt", type: type, time: .init(nanoseconds: 0),
                guest: Guest(kind: .vm, id: guest, name: "wéb \n"), data: JSONText(["n": .number("\(sequence)")]))
            return Entry(sequence: sequence, type: type, severity: .info, body: EventEncoder.encode(event)[...])
        }
    }

    extension SinkContext {
        /// A context with two passwords, the right one and a wrong one.
        static let withSecrets: SinkContext = {
            var context = SinkContext.conformance
            context.secrets = SecretStore { reference throws(SecretError) in
                reference == .environment("right") ? "secret" : "secret-not"
            }
            return context
        }()
    }
#endif
