import AgentCore
import AgentTestKit
import HTTPClient
import NATSClient
import Testing

@testable import Sinks

/// A kind of sink that speaks a protocol of its own over TCP.
enum SocketSinkKind: String, CaseIterable, Sendable {
    case etcd
    #if MQTT
        case mqtt, oldMQTT
    #endif
    #if NATS
        case nats
    #endif
    #if PostgreSQL
        case postgres
    #endif
    #if RabbitMQ
        case rabbitmq
    #endif
    #if Redis
        case redis
    #endif
    #if Kafka
        case kafka
    #endif

    /// A sink for what listens at that port.
    func sink(port: Int, timeout: Duration = .milliseconds(500)) throws -> any Sink {
        let host = "127.0.0.1"
        switch self {
        case .etcd:
            let client = EtcdClient.Settings(endpoints: ["http://\(host):\(port)"], timeout: timeout)
            return try EtcdSink(EtcdConfiguration(client: client), in: .conformance)
        #if MQTT
            case .mqtt, .oldMQTT:
                let configuration = MQTTConfiguration(
                    url: Endpoint(scheme: "mqtt", host: host, port: port), version: self == .mqtt ? .v5 : .v311,
                    timeout: timeout)
                return try MQTTSink(configuration, in: .conformance)
        #endif
        #if NATS
            case .nats:
                let endpoint = NATSEndpoint(url: "nats://\(host):\(port)", timeout: timeout)
                return try NATSSink(NATSSinkConfiguration(endpoint: endpoint, stream: "S"), in: .conformance)
        #endif
        #if PostgreSQL
            case .postgres:
                let configuration = PostgresConfiguration(
                    hosts: [.init(name: host, port: port)], database: "d", userName: "u",
                    tls: PostgresTLS(mode: .disable), timeout: .seconds(1))
                return try PostgresSink(configuration, in: .conformance)
        #endif
        #if RabbitMQ
            case .rabbitmq:
                let configuration = RabbitMQConfiguration(
                    url: Endpoint(scheme: "amqp", host: host, port: port), timeout: timeout)
                return try RabbitMQSink(configuration, in: .conformance)
        #endif
        #if Redis
            case .redis:
                let configuration = RedisSinkConfiguration(server: .tcp(host: host, port: port), timeout: timeout)
                return try RedisSink(configuration, in: .conformance)
        #endif
        #if Kafka
            case .kafka:
                let configuration = KafkaSinkConfiguration(
                    connection: KafkaConnection(brokers: ["\(host):\(port)"]), topic: "events", timeout: timeout)
                return try KafkaSink(configuration, in: .conformance)
        #endif
        }
    }
}

/// What `Docs/Sinks.md` says a sink does when something is wrong, for every kind with a protocol of its own. What only
/// a real server does wrong is in the kind's own tests.
@Suite("Sinks with a protocol of their own in trouble") struct SocketFaultTests {
    /// Generous: the slowest of them connects anew a few times within its timeout.
    private static let bound = Duration.seconds(20)

    private func expectRetryable(_ kind: SocketSinkKind, port: Int) async throws {
        let sink = try kind.sink(port: port)
        let start = ContinuousClock.now
        let reason = await retryReason { try await sink.deliver(Entry.numbered(1...3)) }
        #expect(!reason.isEmpty && reason != "no error" && !reason.hasPrefix("not retryable"), "\(reason)")
        #expect(ContinuousClock.now - start < Self.bound)
        await sink.stop()
    }

    @Test("where nobody listens it is retried", arguments: SocketSinkKind.allCases)
    func nobody(kind: SocketSinkKind) async throws {
        try await expectRetryable(kind, port: try FreePort.find())
    }

    @Test(
        "a server that takes connections and says nothing costs no more than the timeout",
        arguments: SocketSinkKind.allCases)
    func silent(kind: SocketSinkKind) async throws {
        let listener = try SilentListener(port: try FreePort.find())
        try await expectRetryable(kind, port: listener.port)
    }

    @Test(
        "a server that answers nonsense, or hangs up, is retried", arguments: SocketSinkKind.allCases,
        ["", "HTTP/1.1 400 What?\r\n\r\n", "\u{0}\u{1}\u{2}\u{3}\u{0}\u{0}\u{0}\u{0}", "+OK\r\n"])
    func nonsense(kind: SocketSinkKind, answer: String) async throws {
        let server = try NonsenseServer(answer: Array(answer.utf8), greets: true)
        try await expectRetryable(kind, port: server.port)
        server.stop()
    }

    #if Kafka && MQTT && RabbitMQ
        /// A server of TLS that speaks none of their protocols: a client that goes on to speak did not look.
        @Test(
            "an expired certificate is held, and so is a stranger's", arguments: ["mqtts", "amqps", "tls", "kafka"],
            ["expired", "good"])
        func certificates(scheme: String, certificate: String) async throws {
            let certificates = try SinkCertificates()
            let server = try TLSReceiver(certificates, certificate)
            let url = Endpoint(scheme: scheme, host: "127.0.0.1", port: server.port)
            let authority = certificates.pem(certificate == "expired" ? "authority" : "stranger")
            let tls = SocketTLS(caFile: authority)
            let sink: any Sink
            switch scheme {
            case "mqtts":
                var configuration = MQTTConfiguration(url: url, timeout: .seconds(5))
                configuration.tls = tls
                sink = try MQTTSink(configuration, in: .conformance)
            case "amqps":
                var configuration = RabbitMQConfiguration(url: url, timeout: .seconds(5))
                configuration.tls = tls
                sink = try RabbitMQSink(configuration, in: .conformance)
            case "kafka":
                let connection = KafkaConnection(
                    brokers: ["127.0.0.1:\(server.port)"], tls: KafkaTLS(caFile: authority))
                let configuration = KafkaSinkConfiguration(
                    connection: connection, topic: "events", timeout: .seconds(5))
                sink = try KafkaSink(configuration, in: .conformance)
            default: sink = try SyslogSink(SyslogConfiguration(url: url, tls: tls), in: .conformance)
            }
            let reason = await heldReason { try await sink.deliver([.numbered(1)]) }
            #expect(reason.contains("certificate") || reason.contains("cert verification"), "\(reason)")
            await sink.stop()
        }
    #endif
}
