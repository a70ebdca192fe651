package import AgentCore
import EventModel

/// The configuration of the `rabbitmq` sink.
package struct RabbitMQConfiguration: Configurable, Hashable {
    /// What an exchange does with a routing key.
    package enum Exchange: String, Sendable, CaseIterable {
        case topic, direct, fanout, headers
    }

    /// What becomes of an event no queue is bound for.
    package enum Unroutable: String, Sendable, CaseIterable {
        /// The sink waits until somebody binds a queue.
        case hold
        /// It becomes a dead letter.
        case reject
        /// The broker forgets it.
        case ignore
    }

    static let ports: KeyValuePairs = ["amqp": 5672, "amqps": 5671]
    /// The longest routing key and the longest short text, AMQP 0-9-1 4.2.5.3.
    static let shortBytes = 255

    package var url: Endpoint
    package var vhost: String
    package var username: String
    package var password: SecretReference?
    package var exchange: String
    package var routingKey: RoutingTemplate
    package var declare: Exchange?
    package var persistent: Bool
    package var unroutable: Unroutable
    package var tls: SocketTLS
    package var timeout: Duration
    package var heartbeat: Duration
    package var frameBytes: Int
    package var inflight: Int

    package init(
        url: Endpoint, exchange: String = "guestwatch", declare: Exchange? = nil, unroutable: Unroutable = .hold,
        timeout: Duration = .seconds(10)
    ) {
        (self.url, self.exchange, self.declare, self.unroutable) = (url, exchange, declare, unroutable)
        (vhost, username, routingKey, persistent) = ("/", "guest", Self.usualKey, true)
        (self.timeout, heartbeat) = (timeout, .seconds(30))
        (tls, frameBytes, inflight) = (SocketTLS(), 128 << 10, 1000)
    }

    package init(from reader: inout ConfigurationReader) {
        url = reader.required("url", .endpoint(Self.ports), "Where the broker listens.")
        vhost = reader.optional("vhost", .string, default: "/", "The virtual host.")
        username = reader.optional("username", .string, default: "guest", "The user's name.")
        password = reader.optional("password", .secret, "The user's password; \"guest\", if not given.")
        exchange = reader.optional("exchange", .string, default: "guestwatch", "Where events are published.")
        routingKey = reader.optional(
            "routingKey", .routingKey, default: Self.usualKey,
            "Which queues an event goes to; {type}.{guest}, if not given.")
        declare = reader.optional(
            "declare", .choice(), "Make the exchange, durable and of this type, if it is not there.")
        persistent = reader.optional(
            "persistent", .boolean, default: true, "Whether durable queues keep events over a restart of the broker.")
        unroutable = reader.optional(
            "unroutable", .choice(), default: .hold,
            "What becomes of an event no queue is bound for: the sink waits, it becomes a dead letter, it is forgotten."
        )
        tls = reader.optional("tls", .object(), default: SocketTLS(), "Whom to trust and what to show, with amqps://.")
        timeout = reader.optional(
            "timeout", .duration, default: .seconds(10), "How long the broker may be silent while it owes an answer.")
        heartbeat = reader.optional(
            "heartbeat", .duration, default: .seconds(30), "How often both ends show that they are there.")
        frameBytes = reader.optional(
            "frameBytes", .bytes, default: 128 << 10, "The largest frame; the broker may allow less.")
        inflight = reader.optional(
            "inflight", .integer(in: 1...10_000), default: 1000, "How many events may wait for their confirmation.")
        check(&reader)
    }

    private func check(_ reader: inout ConfigurationReader) {
        if exchange.utf8.count > Self.shortBytes { reader.problem("exchange: longer than \(Self.shortBytes) bytes") }
        if tls.serverName != nil {
            reader.problem("tls.serverName: the library of this sink checks the host's own name; write it in \"url\"")
        }
        if url.scheme == "amqps", tls.caFile == nil, !tls.insecure {
            reader.problem(
                "tls.caFile: the library of this sink does not find the system's authorities; name their file")
        }
        if timeout < .milliseconds(10) { reader.problem("timeout: too short for any broker; write \"10ms\" or more") }
        if !(.seconds(1)...(.seconds(3600))).contains(heartbeat) {
            reader.problem("heartbeat: write a duration from \"1s\" to \"3600s\"")
        }
        if !((4 << 10)...(16 << 20)).contains(frameBytes) {
            reader.problem("frameBytes: write a size from \"4KiB\" to \"16MiB\"")
        }
    }

    package static let usualKey = RoutingTemplate(fields: "", .type, ".", .guest)
}

extension ConfigurationType where Value == RoutingTemplate {
    /// A key to publish with: its dots separate words.
    fileprivate static var routingKey: Self {
        .template("a routing key without * and #", example: RabbitMQConfiguration.usualKey) { text in
            !text.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "#") || $0 < 0x20 || $0 == 0x7F }
        }
    }
}
