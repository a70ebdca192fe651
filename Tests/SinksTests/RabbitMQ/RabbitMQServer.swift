#if RabbitMQ
    import AgentTestKit
    import Foundation
    import Glibc
    import Platform

    @testable import Sinks

    /// A real rabbitmq-server on loopback with a node name, a folder and a port mapper of its own. It starts slowly:
    /// the tests of a run share one, and each has an exchange and queues of its own.
    actor RabbitMQServer {
        private static let folder = "/usr/lib/rabbitmq/lib"
        private static let mapper = "/usr/bin/epmd"
        /// Erlang starts in seconds on a quiet machine.
        private static let startLimit = Duration.seconds(240)

        static let program: String? = (try? FileManager.default.contentsOfDirectory(atPath: folder))?
            .filter { $0.hasPrefix("rabbitmq_server-") }.sorted().last.map { "\(folder)/\($0)/sbin/rabbitmq-server" }
        static var isMissing: Bool { program == nil || !TestFile.isExecutable(mapper) }

        static let shared = RabbitMQServer()

        private let place = Box<TemporaryDirectory>()
        private let mapper = Box<ChildProcess>()
        private var node: ChildProcess?
        private var authority: (TestAuthority, TestAuthority.Identity)?
        private var starting: Task<Void, any Error>?
        nonisolated let port: Int
        nonisolated let tlsPort: Int
        private let ports: (mapper: Int, distribution: Int)

        private init() {
            (port, tlsPort) = ((try? FreePort.find()) ?? 0, (try? FreePort.find()) ?? 0)
            ports = ((try? FreePort.find()) ?? 0, (try? FreePort.find()) ?? 0)
            atexit { RabbitMQServer.end() }
        }

        /// Its node is one process with children: all of them go with the test process, by their ids.
        private nonisolated static func end() {
            shared.nodeID.value.map { _ = Glibc.kill($0, SIGKILL) }
            shared.mapper.value?.kill()
        }

        private nonisolated let nodeID = Box<Int32>()

        /// Starts it, unless it runs.
        func started() async throws {
            if starting == nil { starting = Task { try await start() } }
            try await starting?.value
        }

        /// The authority of its certificate.
        var authorities: String { authority?.0.authorities ?? "" }

        /// Ends it at once, and starts it again on what it had written.
        func restart() async throws {
            if let id = nodeID.value { _ = Glibc.kill(id, SIGKILL) }
            _ = try await node?.waitForExit(limit: .seconds(60))
            try await run()
        }

        private func start() async throws {
            let place = try TemporaryDirectory("rabbitmq")
            self.place.value = place
            let made = try await TestAuthority()
            let identity = try await made.identity("server")
            authority = (made, identity)
            TestFile.write(
                """
                listeners.tcp.1 = 127.0.0.1:\(port)
                listeners.ssl.1 = 127.0.0.1:\(tlsPort)
                ssl_options.cacertfile = \(made.authorities)
                ssl_options.certfile = \(identity.certificate)
                ssl_options.keyfile = \(identity.key)
                ssl_options.verify = verify_peer
                ssl_options.fail_if_no_peer_cert = false
                max_message_size = 3000000
                disk_free_limit.absolute = 1MB

                """.utf8, to: place.path("rabbitmq.conf"))
            TestFile.write("[].".utf8, to: place.path("plugins"))
            TestFile.write("onlyforthistest".utf8, to: place.path(".erlang.cookie"))
            chmod(place.path(".erlang.cookie"), 0o400)
            mapper.value = try ChildProcess(
                .init(Self.mapper, ["-port", "\(ports.mapper)", "-address", "127.0.0.1"]))
            try await run()
        }

        private func run() async throws {
            let node = try ChildProcess(.init(Self.program ?? "", environment: environment))
            self.node = node
            let port = port
            try await waitUntil("rabbitmq-server listens; it wrote \(node.output.suffix(600))", limit: Self.startLimit)
            {
                if node.exit != nil { throw EndedEarly(exit: node.exit, errors: node.output + node.errors) }
                return (try? StreamProbe.connect(port: port)) != nil
            }
            // The script's child is the node.
            nodeID.value = TestFile.text("\(place.value?.path ?? "")/pid").flatMap { text in
                Int32(text.filter(\.isNumber))
            }
        }

        /// A command of rabbitmqctl.
        func control(_ arguments: [String]) async throws -> String {
            let folder = (Self.program ?? "").split(separator: "/").dropLast().map { "/\($0)" }.joined()
            let path = "\(folder)/rabbitmqctl"
            let process = try ChildProcess(.init(path, ["-n", nodeName] + arguments, environment: environment))
            let exit = try await process.waitForExit(limit: .seconds(120))
            if exit != .code(0) { throw EndedEarly(exit: exit, errors: process.output + process.errors) }
            return process.output
        }

        private var nodeName: String { "guestwatch\(port)@localhost" }

        private var environment: [String: String] {
            let place = self.place.value?.path ?? ""
            return [
                "HOME": place, "LANG": "C.UTF-8", "RABBITMQ_NODENAME": nodeName,
                "RABBITMQ_DIST_PORT": "\(ports.distribution)", "ERL_EPMD_PORT": "\(ports.mapper)",
                "ERL_EPMD_ADDRESS": "127.0.0.1", "RABBITMQ_MNESIA_BASE": "\(place)/db",
                "RABBITMQ_LOG_BASE": "\(place)/log", "RABBITMQ_CONFIG_FILE": "\(place)/rabbitmq.conf",
                "RABBITMQ_ENABLED_PLUGINS_FILE": "\(place)/plugins", "RABBITMQ_PID_FILE": "\(place)/pid",
                "RABBITMQ_CONF_ENV_FILE": "\(place)/none", "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1",
            ]
        }
    }
#endif
