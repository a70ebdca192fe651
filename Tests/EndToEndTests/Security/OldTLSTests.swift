import AgentTestKit
import EventModel
import Testing

/// Every client of TLS there is, against a server of the last century, where OpenSSL's configuration would allow it.
@Suite("TLS below 1.2")
struct OldTLSTests {
    /// A client of TLS: its part of the configuration, and what its protocol has before TLS.
    private struct Client {
        var name: String
        var preface = ""
        var isCollector = false
        var configuration: (Int) -> [JSONValue.Member]
    }

    private static let trusting: JSONValue = ["insecure": true]

    private static var clients: [Client] {
        var clients = [
            Client(name: "vsphere-events", isCollector: true) {
                [
                    .init("url", .string("https://127.0.0.1:\($0)/sdk")), .init("username", "u"),
                    .init("password", ["env": "PASSWORD"]), .init("tls", trusting),
                ]
            },
            Client(name: "webhook") { [.init("url", .string("https://127.0.0.1:\($0)/")), .init("tls", trusting)] },
            Client(name: "etcd") {
                [.init("endpoints", .array([.string("https://127.0.0.1:\($0)")])), .init("tls", trusting)]
            },
            Client(name: "syslog") { [.init("url", .string("tls://127.0.0.1:\($0)")), .init("tls", trusting)] },
        ]
        #if MQTT
            clients.append(
                Client(name: "mqtt") { [.init("url", .string("mqtts://127.0.0.1:\($0)")), .init("tls", trusting)] })
        #endif
        #if RabbitMQ
            clients.append(
                Client(name: "rabbitmq") { [.init("url", .string("amqps://127.0.0.1:\($0)")), .init("tls", trusting)] })
        #endif
        #if NATS
            clients.append(
                Client(name: "nats", preface: "nats") {
                    [
                        .init("url", .string("tls://127.0.0.1:\($0)")), .init("stream", "S"),
                        .init("tls", trusting),
                    ]
                })
        #endif
        #if Kafka
            clients.append(
                Client(name: "kafka") {
                    [
                        .init("brokers", .array([.string("127.0.0.1:\($0)")])), .init("topic", "t"),
                        .init("tls", trusting),
                    ]
                })
        #endif
        #if PostgreSQL
            clients.append(
                Client(name: "postgres", preface: "postgres") {
                    [.init("hosts", .array([.string("127.0.0.1:\($0)")])), .init("tls", ["mode": "require"])]
                })
        #endif
        return clients
    }

    /// OpenSSL's own settings: as careless as they can be.
    private static let careless = """
        openssl_conf = all
        [all]
        ssl_conf = ssl
        [ssl]
        system_default = careless
        [careless]
        MinProtocol = TLSv1
        CipherString = ALL:@SECLEVEL=0

        """

    private static func configuration(_ ports: [String: Int]) -> JSONValue {
        func parts(_ areCollectors: Bool) -> JSONValue {
            .array(
                clients.filter { $0.isCollector == areCollectors }.map { client in
                    .object(
                        [.init("name", .string(client.name)), .init("kind", .string(client.name))]
                            + client.configuration(ports[client.name] ?? 1))
                })
        }
        return ["journal": ["kind": "memory"], "collectors": parts(true), "sinks": parts(false)]
    }

    @Test("every client refuses it: collectors and sinks, whatever OpenSSL's configuration allows")
    func refused() async throws {
        let folder = try TemporaryDirectory("old-tls")
        try #require(TestFile.write(Array(Self.careless.utf8), to: folder.path("openssl.cnf")))
        let environment = ["OPENSSL_CONF": folder.path("openssl.cnf"), "PASSWORD": "p"]
        let openssl = try ChildProcess(
            .init(
                "/usr/bin/openssl",
                [
                    "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-newkey", "rsa:2048", "-keyout",
                    folder.path("key.pem"), "-out", folder.path("certificate.pem"),
                ]))
        #expect(try await openssl.waitForExit(limit: .seconds(60)) == .code(0), "\(openssl.errors)")
        let script = PackageRoot["Tests/EndToEndTests/Security/old-tls.py"]
        let names = Self.clients.map { $0.preface.isEmpty ? $0.name : "\($0.name):\($0.preface)" }
        let server = try ChildProcess(
            .init(
                "/usr/bin/python3",
                [script, folder.path("certificate.pem"), folder.path("key.pem"), "control"] + names,
                environment: environment))
        _ = try await server.waitForLine { $0 == "ready" }
        let ports = Self.ports(server.output)

        // The server does speak it, and OpenSSL would: otherwise nothing below proves anything.
        let control = try ChildProcess(
            .init("/usr/bin/python3", [script, "--client", "\(ports["control"] ?? 0)"], environment: environment))
        #expect(try await control.waitForExit() == .code(0), "\(control.errors)")
        #expect(control.output == "TLSv1.1\n")

        let workplace = try Workplace(configuration: Self.configuration(ports))
        let agent = try await workplace.startAgent(environment: environment)
        for name in Self.clients.map(\.name) {
            _ = try await server.waitForLine(limit: .seconds(60)) { $0 == "hello \(name)" }
            _ = try await server.waitForLine(limit: .seconds(60)) {
                $0 == "refused \(name)" || $0.hasPrefix("agreed \(name)")
            }
        }
        agent.kill()
        let agreed = server.output.split(separator: "\n").filter { $0.hasPrefix("agreed") }
        #expect(agreed == ["agreed control TLSv1.1"])
    }

    private static func ports(_ output: String) -> [String: Int] {
        var ports: [String: Int] = [:]
        for line in output.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 3, words[0] == "port" { ports[String(words[1])] = Int(words[2]) }
        }
        return ports
    }
}
