#if NATS
    import AgentCore
    import AgentTestKit
    import EventModel
    import Glibc
    import Platform
    import Testing

    @testable import NATSClient

    /// A real nats-server with JetStream on loopback, on a port of its own and in a folder of its own.
    final class NATSServer: Sendable {
        static let program = "/usr/sbin/nats-server"
        static var isMissing: Bool { access(program, X_OK) != 0 }

        let port: UInt16
        private let folder: TemporaryDirectory
        private let process = Locked<ChildProcess?>(nil)
        private let settings: String
        private let jetStream: Bool

        init(settings: String = "", jetStream: Bool = true) async throws {
            folder = try TemporaryDirectory("nats")
            port = try FreePort.find()
            (self.settings, self.jetStream) = (settings, jetStream)
            try await start()
        }

        var url: String { "nats://127.0.0.1:\(port)" }
        var path: String { folder.path }
        func path(of name: String) -> String { folder.path(name) }
        var pid: Int32? { process.withLock { $0?.pid } }

        func endpoint(timeout: Duration = .seconds(3)) -> NATSEndpoint { NATSEndpoint(url: url, timeout: timeout) }

        /// Starts it where it was; what it stored is there again.
        func start() async throws {
            let text = """
                listen: "127.0.0.1:\(port)"
                max_payload: 8MB
                \(jetStream ? "jetstream { store_dir: \"\(folder.path("store"))\" }" : "")
                \(settings.replacing("FOLDER", with: folder.path))
                """
            guard TestFile.write(Array(text.utf8), to: folder.path("server.conf")) else { throw WaitedInVain.file }
            let started = try ChildProcess(.init(Self.program, ["-c", folder.path("server.conf")]))
            process.withLock { $0 = started }
            _ = try await started.waitForLine(limit: .seconds(60)) { $0.contains("Server is ready") }
        }

        /// kill -9.
        func kill() async throws {
            let running = process.withLock { $0 }
            running?.kill()
            _ = try await running?.waitForExit()
        }

        /// SIGSTOP or SIGCONT: a server that is there and says nothing.
        func signal(_ number: Int32) {
            process.withLock { $0 }?.signal(number)
        }

        /// What it stores, read by a connection of its own.
        func jetStream(_ endpoint: NATSEndpoint? = nil) throws -> JetStream {
            let secrets = SecretStore { _ throws(SecretError) in throw SecretError("no secrets in this test") }
            return JetStream(try NATSLink(endpoint ?? self.endpoint(), secrets: secrets, name: "test"))
        }

        /// All messages of a stream, in order.
        func messages(in stream: String) throws -> [StoredMessage] {
            let jetStream = try jetStream()
            guard let state = try jetStream.stream(stream), state.last >= state.first, state.last > 0 else { return [] }
            let consumer = try jetStream.createConsumer(
                in: stream, durable: nil, [.init("deliver_policy", "all"), .init("ack_policy", "none")])
            let inbox = try NATSInbox(on: jetStream.link)
            var messages: [StoredMessage] = []
            while true {
                try jetStream.pull(consumer, of: stream, batch: 1000, expires: nil, to: inbox)
                for _ in 0..<1000 {
                    let message = try inbox.next(within: .seconds(10)) { delivery throws(NATSFailure) in
                        JetStreamPlace(acknowledging: delivery.reply).map {
                            StoredMessage(
                                subject: delivery.subject, headers: delivery.headers, payload: delivery.bytes, place: $0
                            )
                        }
                    }
                    guard let message = try #require(message) else { return messages }
                    messages.append(message)
                    if message.place.pending == 0 { return messages }
                }
            }
        }

        /// The sequences of the events of a stream, in the stream's order.
        func sequences(in stream: String) throws -> [UInt64] {
            try messages(in: stream).map { try #require(try EventDecoder.decode($0.payload).sequence) }
        }
    }

    /// A message as a test sees it.
    struct StoredMessage {
        var subject: String
        var headers: [(name: String, value: String)]
        var payload: [UInt8]
        var place: JetStreamPlace

        func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    }

    extension WaitedInVain {
        static let file = WaitedInVain(condition: "a file is written", limit: .zero)
    }

    /// A port nobody listens on now.
    enum FreePort {
        static func find() throws -> UInt16 {
            let listening = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(listening) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let status = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(listening, $0, length) | getsockname(listening, $0, &length)
                }
            }
            guard status == 0 else { throw WaitedInVain(condition: "a port is free", limit: .zero) }
            return UInt16(bigEndian: address.sin_port)
        }
    }
#endif
