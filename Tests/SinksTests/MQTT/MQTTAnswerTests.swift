import AgentCore
import EventModel
import Testing

@testable import Sinks

@Suite("What an MQTT broker answers")
struct MQTTAnswerTests {
    @Test(
        "an acknowledgement is taken, refused for the message, for a person, or for a while",
        arguments: [
            (0x00, "taken"), (0x10, "taken"), (0x87, "held"), (0x90, "rejected"), (0x95, "rejected"),
            (0x99, "rejected"),
            (0x97, "retryable"), (0x80, "retryable"), (0x83, "retryable"), (0x91, "retryable"),
        ])
    func acknowledgements(code: Int32, expected: String) {
        #expect(Self.word(MQTTAnswer(acknowledgement: code, "why")) == expected)
    }

    @Test(
        "wrong passwords and banned clients wait for a person, in both versions",
        arguments: [
            (0, "taken"), (1, "held"), (2, "held"), (3, "retryable"), (4, "held"), (5, "held"), (0x86, "held"),
            (0x87, "held"), (0x84, "held"), (0x8A, "held"), (0x88, "retryable"), (0x89, "retryable"),
            (0x9F, "retryable"),
        ])
    func greetings(code: Int32, expected: String) {
        #expect(Self.word(MQTTAnswer(greeting: code, "why")) == expected)
    }

    @Test(
        "a farewell says what it can",
        arguments: [(0x8E, "retryable"), (0x95, "rejected"), (0x87, "held"), (0x8B, "retryable")])
    func farewells(code: Int32, expected: String) {
        #expect(Self.word(MQTTAnswer(farewell: code, "why")) == expected)
    }

    private static func word(_ answer: MQTTAnswer) -> String {
        switch answer {
        case .taken: "taken"
        case .held: "held"
        case .rejected: "rejected"
        case .retryable: "retryable"
        }
    }
}

@Suite("Topics and routing keys made of events")
struct RoutingTemplateTests {
    private let entry: Entry = {
        let event = Event(
            id: "1", source: "s", type: "vm.powered-on", time: .init(nanoseconds: 0), severity: .notice,
            guest: Guest(kind: .vm, id: "a/b+#%ü\u{0}.*", name: "web 1", host: "esx1"))
        return Entry(sequence: 1, type: event.type, severity: event.severity, body: EventEncoder.encode(event)[...])
    }()

    @Test("what an event says never adds a level, a word or a wildcard")
    func escapes() throws {
        let all = try #require(RoutingTemplate("x/{type}/{family}.{severity}/{kind}/{guest}/{guestname}/{guesthost}"))
        let topic = all.text(for: entry) {
            $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "#")
        }
        #expect(
            String(decoding: topic, as: UTF8.self)
                == "x/vm.powered-on/vm.notice/vm/a%2Fb%2B%23%25%C3%BC%00.*/web%201/esx1")
        let key = try #require(RoutingTemplate("{type}.{guest}")).text(for: entry) {
            $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "*") && $0 != UInt8(ascii: "#")
        }
        #expect(String(decoding: key, as: UTF8.self) == "vm.powered-on.a/b+%23%25%C3%BC%00%2E%2A")
    }

    @Test("what an event does not say is a dash")
    func absent() throws {
        let event = Event(id: "1", source: "s", type: "host.other", time: .init(nanoseconds: 0))
        let entry = Entry(sequence: 1, type: event.type, severity: .info, body: EventEncoder.encode(event)[...])
        let text = try #require(RoutingTemplate("{kind}/{guest}/{guestname}")).text(for: entry) { _ in true }
        #expect(String(decoding: text, as: UTF8.self) == "-/-/-")
    }

    @Test("what is no template is refused", arguments: ["", "{", "{type", "type}", "{id}", "{}", "{{type}}"])
    func refused(text: String) {
        #expect(RoutingTemplate(text) == nil)
    }
}

@Suite("The configuration of the mqtt and rabbitmq sinks")
struct BrokerConfigurationTests {
    @Test("topics and keys without wildcards are read", arguments: ["a/{type}", "{guest}"])
    func topics(text: String) throws {
        let mqtt: MQTTConfiguration = try read(#"{ "url": "mqtt://h", "topic": "\#(text)" }"#)
        #expect(mqtt.topic.description == text && mqtt.url.port == 1883)
        let rabbit: RabbitMQConfiguration = try read(#"{ "url": "amqp://h", "routingKey": "\#(text)" }"#)
        #expect(rabbit.routingKey.description == text && rabbit.url.port == 5672)
    }

    @Test(
        "what makes no sense is said",
        arguments: [
            (#""topic": "a/#""#, "topic: "), (#""topic": "$SYS/{type}""#, "topic: "),
            (#""topic": "{nothing}""#, "topic: "),
            (#""version": "3.1.1", "mode": "binary""#, ": mode: binary needs"),
            (#""keepalive": "1s""#, ": keepalive: "),
            (#""password": { "env": "X" }"#, ": \"password\" without"),
            (#""tls": { "serverName": "x" }"#, ": tls.serverName"),
        ])
    func mqtt(member: String, expected: String) {
        let found = problems(#"{ "url": "mqtt://h", \#(member) }"#, of: MQTTConfiguration.self)
        #expect(found.count == 1 && found[0].hasPrefix(expected), "\(found)")
    }

    @Test(
        "what makes no sense to RabbitMQ is said",
        arguments: [
            (#""url": "amqps://h""#, ": tls.caFile"), (#""url": "amqp://h", "routingKey": "a.*""#, "routingKey: "),
            (#""url": "amqp://h", "frameBytes": "1KiB""#, ": frameBytes"),
            (#""url": "amqp://h", "heartbeat": "0s""#, ": heartbeat"),
        ])
    func rabbit(members: String, expected: String) {
        let found = problems("{ \(members) }", of: RabbitMQConfiguration.self)
        #expect(found.count == 1 && found[0].hasPrefix(expected), "\(found)")
    }
}
