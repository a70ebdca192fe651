package import AgentCore
import EventModel

/// The configuration of the `mqtt` sink.
package struct MQTTConfiguration: Configurable, Hashable {
    /// The protocol's version.
    package enum Version: String, Sendable, CaseIterable {
        /// The broker says what it refuses, and why.
        case v5 = "5"
        /// What the broker refuses it seems to take.
        case v311 = "3.1.1"
    }

    /// How an event becomes a message (CloudEvents, MQTT protocol binding).
    package enum Mode: String, Sendable, CaseIterable {
        /// The whole event as JSON.
        case structured
        /// The attributes as user properties, `data` as the payload; MQTT 5 only.
        case binary
    }

    static let ports: KeyValuePairs = ["mqtt": 1883, "mqtts": 8883]
    /// The longest topic, MQTT 4.7.3.
    static let topicBytes = 65_535

    package var url: Endpoint
    package var version: Version
    package var mode: Mode
    package var topic: RoutingTemplate
    package var state: RoutingTemplate?
    package var clientID: String?
    package var username: String?
    package var password: SecretReference?
    package var tls: SocketTLS
    package var timeout: Duration
    package var keepalive: Duration
    package var session: Duration
    package var inflight: Int
    package var maximumBytes: Int?

    package init(
        url: Endpoint, version: Version = .v5, mode: Mode = .structured, topic: RoutingTemplate = Self.usualTopic,
        state: RoutingTemplate? = nil, timeout: Duration = .seconds(10)
    ) {
        (self.url, self.version, self.mode, self.topic, self.state) = (url, version, mode, topic, state)
        (self.timeout, keepalive, session) = (timeout, .seconds(60), .zero)
        (tls, inflight) = (SocketTLS(), 1000)
    }

    package init(from reader: inout ConfigurationReader) {
        url = reader.required("url", .endpoint(Self.ports), "Where the broker listens.")
        version = reader.optional("version", .choice(), default: .v5, "The protocol's version.")
        mode = reader.optional(
            "mode", .choice(), default: .structured,
            "structured: the event as JSON; binary (MQTT 5): its attributes as user properties, data as the payload.")
        topic = reader.optional(
            "topic", .topic, default: Self.usualTopic, "Where events are published: \(Self.usualTopicText).")
        state = reader.optional(
            "state", .topic,
            "Where the last event that told a guest's state is retained, such as \"guestwatch/state/{kind}/{guest}\".")
        clientID = reader.optional(
            "clientId", .string, "Names this client to the broker, one client each; by host and sink, if not given.")
        username = reader.optional("username", .string, "The user's name.")
        password = reader.optional("password", .secret, "The user's password.")
        tls = reader.optional("tls", .object(), default: SocketTLS(), "Whom to trust and what to show, with mqtts://.")
        timeout = reader.optional(
            "timeout", .duration, default: .seconds(10), "How long the broker may be silent while it owes an answer.")
        keepalive = reader.optional(
            "keepalive", .duration, default: .seconds(60), "How long the connection may be idle without a sign of life."
        )
        session = reader.optional(
            "session", .duration, default: .zero,
            "How long the broker keeps the session of a client that is gone; 0s: a clean one each time.")
        inflight = reader.optional(
            "inflight", .integer(in: 1...10_000), default: 1000,
            "How many messages may wait for their acknowledgement; the broker may allow less.")
        maximumBytes = reader.optional(
            "maximumBytes", .bytes, "Larger events become dead letters; by default only what the broker refuses.")
        check(&reader)
    }

    private func check(_ reader: inout ConfigurationReader) {
        if mode == .binary, version != .v5 { reader.problem("mode: binary needs \"version\": \"5\"") }
        if tls.serverName != nil {
            reader.problem("tls.serverName: the library of this sink checks the host's own name; write it in \"url\"")
        }
        if tls.certificate != nil, tls.caFile == nil {
            reader.problem("tls.certificate: the library of this sink shows it only with \"caFile\"")
        }
        if password != nil, username == nil { reader.problem("\"password\" without \"username\"") }
        if !(.seconds(5)...(.seconds(65_535))).contains(keepalive) {
            reader.problem("keepalive: write a duration from \"5s\" to \"65535s\"")
        }
        if timeout < .milliseconds(10) { reader.problem("timeout: too short for any broker; write \"10ms\" or more") }
    }

    package static let usualTopic = RoutingTemplate(fields: "guestwatch/", .type, "/", .guest)
    private static let usualTopicText = "guestwatch/{type}/{guest}, if not given"
}

extension ConfigurationType where Value == RoutingTemplate {
    /// A topic to publish to: no wildcards, and not one of the broker's own.
    fileprivate static var topic: Self {
        .template("a topic without + and #", example: MQTTConfiguration.usualTopic) { text in
            !text.contains { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "#") || $0 < 0x20 || $0 == 0x7F }
                && text.first != UInt8(ascii: "$")
        }
    }
}
