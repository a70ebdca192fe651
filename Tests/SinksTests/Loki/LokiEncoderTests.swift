import AgentCore
import AgentTestKit
import EventModel
import HTTPClient
import Testing

@testable import Sinks

@Suite struct LokiEncoderTests {
    private static let destination = HTTPDestinationConfiguration(url: "http://loki:3100")

    private static let entry = Entry(
        sequence: 12, type: "container.died", severity: .warning,
        body: EventEncoder.encode(
            Event(
                id: "a/1", source: "docker://hv1", type: "container.died",
                time: Timestamp(nanoseconds: 1_795_242_000_123_456_789), severity: .warning,
                guest: Guest(kind: .container, id: "c0ffee", name: "web \"1\"", host: "hv1"),
                data: JSONText(["message": "died"])))[...])

    @Test("a push")
    func golden() {
        var encoder = LokiEncoder(
            LokiConfiguration(Self.destination, labels: [NamedText("env", "a\"b")]), journal: "j1")
        let push = encoder.encode([Self.entry])
        let expected =
            #"{"streams":[{"stream":{"service_name":"guestwatch","env":"a\"b","source":"docker://hv1"},"values":[["#
            + #""1795242000123456789","{\"specversion\":\"1.0\",\"id\":\"a/1\",\"source\":\"docker://hv1\","#
            + #"\"type\":\"guestwatch.container.died\",\"time\":\"2026-11-21T06:20:00.123456789Z\","#
            + #"\"subject\":\"container/c0ffee\",\"guestname\":\"web \\\"1\\\"\",\"guesthost\":\"hv1\","#
            + #"\"severity\":\"warning\",\"datacontenttype\":\"application/json\",\"data\":{\"message\":\"died\"}}","#
            + #"{"sequence":"12","journal":"j1","id":"a/1","type":"guestwatch.container.died","severity":"warning","#
            + #""subject":"container/c0ffee","guestname":"web \"1\"","guesthost":"hv1"}]]}]}"#
        #expect(String(decoding: push.body, as: UTF8.self) == expected)
        #expect(push.rejected.isEmpty)
    }

    @Test("each value of a label has a stream, in which entries keep their order")
    func streams() {
        let configuration = LokiConfiguration(
            Self.destination, labelsFrom: [.guestkind, .host, .family, .type, .severity], metadata: false)
        var encoder = LokiEncoder(configuration, journal: "j1")
        var other = Self.entry
        other.type = "agent.started"
        other.body =
            EventEncoder.encode(
                Event(id: "b", source: "s", type: "agent.started", time: Timestamp(nanoseconds: 3)))[...]
        let text = String(decoding: encoder.encode([Self.entry, other, Self.entry]).body, as: UTF8.self)
        let first =
            #"{"stream":{"service_name":"guestwatch","guestkind":"container","host":"hv1","#
            + #""family":"container","type":"guestwatch.container.died","severity":"warning"},"values":[["#
        let second =
            #"{"stream":{"service_name":"guestwatch","family":"agent","type":"guestwatch.agent.started","#
            + #""severity":"info"},"values":[["3","#
        #expect(text.hasPrefix(#"{"streams":["# + first) && text.contains(second))
        #expect(text.split(separator: #"{"stream":{"#).count == 3)
        #expect(text.split(separator: "1795242000123456789").count == 3)
    }

    @Test("the same entry gives the same bytes, whatever comes with it and whoever sends it")
    func deterministic() {
        var (one, two) = (
            LokiEncoder(LokiConfiguration(Self.destination), journal: "j"),
            LokiEncoder(LokiConfiguration(Self.destination), journal: "j")
        )
        _ = two.encode(Entry.numbered(1...5))
        #expect(one.encode([Self.entry]).body == two.encode([Self.entry]).body)
    }

    @Test(
        "labels that Loki would refuse are told before the start",
        arguments: [
            (#""labels": { "guest-name": "x" }"#, "labels: expected an object of at most 15 texts"),
            (#""labels": { "source": "x" }"#, "\"source\" is both in \"labels\" and in \"labelsFrom\""),
            (#""labelsFrom": [ "id" ]"#, "labelsFrom[0]: \"id\" is not one of"),
            (#""labelsFrom": [ "host", "host" ]"#, "\"labelsFrom\" names an attribute twice"),
            (
                #""labels": { \#((1...14).map { "\"l\($0)\": \"v\"" }.joined(separator: ", ")) }"#,
                "make more than the 15 labels"
            ),
        ])
    func configuration(members: String, problem: String) {
        let found = problems(#"{ "url": "http://loki:3100", \#(members) }"#, of: LokiConfiguration.self)
        #expect(found.count == 1 && found[0].contains(problem), "\(found)")
    }

    @Test("a configuration is read, with service_name where it is not given")
    func reading() throws {
        let configuration: LokiConfiguration = try read(
            #"{ "url": "http://loki:3100", "tenant": "blue", "labels": { "env": "prod" }, "lineBytes": "1MiB" }"#)
        #expect(configuration.labels == [NamedText("service_name", "guestwatch"), NamedText("env", "prod")])
        #expect(configuration.lineBytes == 1 << 20 && configuration.tenant == "blue")
    }

    @Test("fields are found in any event, their escapes taken away where a text is wanted")
    func fields() {
        let event = Event(
            id: "i\"\\\n\u{7}/é", source: "file://h", type: "log.line", time: Timestamp(nanoseconds: 0),
            data: JSONText([
                "nested": ["message": "no", "a": ["]", "}"]], "message": "", "fullFormattedMessage": "x\ty",
            ]))
        EventFields.read(EventEncoder.encode(event)[...]) { fields in
            var id: [UInt8] = []
            fields.id.appendPlain(to: &id)
            #expect(String(decoding: id, as: UTF8.self) == event.id)
            var message: [UInt8] = []
            fields.message?.appendPlain(to: &message)
            #expect(String(decoding: message, as: UTF8.self) == event.message)
            #expect(fields.subject == nil)
        }
        let surrogates = FieldText(#"\ud83d\ude00 \ud83d \u00e9"#)
        var text: [UInt8] = []
        FieldText(escaped: surrogates.bytes).appendPlain(to: &text)
        #expect(String(decoding: text, as: UTF8.self) == "😀 \u{FFFD} é")
    }

    @Test("a body cut anywhere gives fields, and no crash")
    func truncated() {
        let body = Array(Self.entry.body)
        for length in body.indices {
            EventFields.read(body[..<length]) { fields in
                _ = (fields.message, fields.guest.id)
                #expect(fields.data.count <= length)
            }
        }
    }
}
