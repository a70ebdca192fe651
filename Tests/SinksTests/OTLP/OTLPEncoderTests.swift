import AgentCore
import AgentTestKit
import EventModel
import Foundation
import HTTPClient
import Testing

@testable import Sinks

@Suite struct OTLPEncoderTests {
    private static let observed = Timestamp(nanoseconds: 1_795_242_001_000_000_000)

    private static func entry(_ event: Event, sequence: UInt64 = 7) -> Entry {
        Entry(sequence: sequence, type: event.type, severity: event.severity, body: EventEncoder.encode(event)[...])
    }

    private static let container = entry(
        Event(
            id: "a/1", source: "docker://hv1", type: "container.died",
            time: Timestamp(nanoseconds: 1_795_242_000_123_456_789), severity: .warning,
            guest: Guest(kind: .container, id: "c0ffee", name: "web \"1\"\n\u{1}ü", host: "hv1"),
            data: JSONText(["image": "nginx:1", "message": "web died \\ 😀", "exit": 137])))

    private static let machine = entry(
        Event(
            id: "4711", source: "vsphere://vc1", type: "vm.migrated", time: Timestamp(nanoseconds: 5),
            severity: .critical, guest: Guest(kind: .vm, id: "vm-41", name: "db", host: "esx1"),
            related: [
                RelatedObject(kind: "datastore", id: "datastore-7"),
                RelatedObject(kind: "host", id: "host-12", name: "esx 1"),
            ], data: JSONText(["fullFormattedMessage": "db moved"])), sequence: .max)

    private static let bare = entry(
        Event(id: "x", source: "s", type: "agent.started", time: Timestamp(nanoseconds: -1), severity: .debug))

    private func encode(
        _ entries: [Entry], _ encoding: OTLPConfiguration.Encoding, body: OTLPConfiguration.Body = .event
    ) -> [UInt8] {
        var encoder = OTLPEncoder(encoding, body: body, resource: [NamedText("service.name", "guestwatch")])
        return encoder.encode(entries, observed: Self.observed)
    }

    @Test("a record as JSON")
    func json() {
        let expected =
            #"{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"guestwatch"}}]}"#
            + #","scopeLogs":[{"scope":{"name":"guestwatch"},"logRecords":[{"timeUnixNano":"1795242000123456789","#
            + #""observedTimeUnixNano":"1795242001000000000","severityNumber":13,"severityText":"warning","#
            + #""eventName":"guestwatch.container.died","body":{"stringValue":"web died \\ 😀"},"attributes":["#
            + attribute("cloudevents.event_id", "a/1") + attribute("cloudevents.event_source", "docker://hv1")
            + attribute("cloudevents.event_type", "guestwatch.container.died")
            + attribute("cloudevents.event_spec_version", "1.0")
            + attribute("cloudevents.event_subject", "container/c0ffee")
            + attribute("guestwatch.guest.kind", "container") + attribute("guestwatch.guest.id", "c0ffee")
            + attribute("guestwatch.guest.name", #"web \"1\"\n\u0001ü"#) + attribute("container.id", "c0ffee")
            + attribute("container.name", #"web \"1\"\n\u0001ü"#) + attribute("container.image.name", "nginx:1")
            + attribute("container.runtime.name", "docker") + attribute("host.name", "hv1")
            + attribute(
                "guestwatch.data", #"{\"image\":\"nginx:1\",\"message\":\"web died \\\\ 😀\",\"exit\":137}"#)
            + #"{"key":"guestwatch.sequence","value":{"intValue":"7"}}]}]}]}]}"#
        #expect(String(decoding: encode([Self.container], .json, body: .message), as: UTF8.self) == expected)
    }

    private func attribute(_ name: String, _ value: String) -> String {
        #"{"key":"\#(name)","value":{"stringValue":"\#(value)"}},"#
    }

    @Test("a record as protobuf")
    func protobuf() {
        let body = String(decoding: Self.bare.body, as: UTF8.self)
        #expect(body.utf8.count == 183)
        var record: [UInt8] = [0x10, 5, 0x1A, 5] + Array("debug".utf8)
        record += [0x2A, 0xBA, 0x01, 0x0A, 0xB7, 0x01] + Array(body.utf8)
        for (name, value) in [
            ("cloudevents.event_id", "x"), ("cloudevents.event_source", "s"),
            ("cloudevents.event_type", "guestwatch.agent.started"), ("cloudevents.event_spec_version", "1.0"),
        ] {
            let text = [0x0A, UInt8(value.utf8.count)] + Array(value.utf8)
            let pair = [0x0A, UInt8(name.utf8.count)] + Array(name.utf8) + [0x12, UInt8(text.count)] + text
            record += [0x32, UInt8(pair.count)] + pair
        }
        record += [0x32, 0x19, 0x0A, 0x13] + Array("guestwatch.sequence".utf8) + [0x12, 2, 0x18, 7]
        record += [0x59, 0x00, 0x6A, 0x77, 0x9B, 0x16, 0xFB, 0xE9, 0x18]
        record += [0x62, 24] + Array("guestwatch.agent.started".utf8)
        let scope = [0x0A, 12, 0x0A, 10] + Array("guestwatch".utf8)
        let logs = scope + [0x12] + varint(record.count) + record
        let resource: [UInt8] =
            [0x0A, 30, 0x0A, 28, 0x0A, 12] + Array("service.name".utf8) + [0x12, 12, 0x0A, 10]
            + Array("guestwatch".utf8)
        let all = resource + [0x12] + varint(logs.count) + logs
        #expect(encode([Self.bare], .protobuf) == [0x0A] + varint(all.count) + all)
    }

    private func varint(_ value: Int) -> [UInt8] {
        value < 128 ? [UInt8(value)] : [UInt8(value & 127) | 128] + varint(value >> 7)
    }

    @Test(
        "the official package reads every field, and writes the very same bytes",
        .enabled(if: OTLPDestination.python != nil, "no opentelemetry-proto: make setup-test installs it"),
        arguments: OTLPConfiguration.Encoding.allCases, OTLPConfiguration.Body.allCases)
    func official(encoding: OTLPConfiguration.Encoding, body: OTLPConfiguration.Body) async throws {
        let destination = try OTLPDestination()
        let sink = try OTLPSink(destination.configuration(encoding, body: body), in: .conformance)
        let entries = [Self.container, Self.machine, Self.bare]
        try await sink.deliver(entries)
        await sink.stop()
        let records = try destination.records()
        try #require(records.count == 3)
        #expect(records.allSatisfy { $0["isSame"] as? Bool == true })
        let resource = try #require(records[0]["resource"] as? [String: String])
        #expect(resource["service.name"] == "guestwatch" && resource["service.instance.id"] == "k3j2h1g0f9d8")
        #expect(records.map { $0["eventName"] as? String } == entries.map { "guestwatch.\($0.type)" })
        #expect(records.map { $0["severity"] as? Int } == [13, 21, 5])
        #expect(records.map { $0["time"] as? Int } == [1_795_242_000_123_456_789, 5, 0])
        let attributes = try records.map { try #require($0["attributes"] as? [String: Any]) }
        #expect(attributes[0]["container.name"] as? String == "web \"1\"\n\u{1}ü")
        #expect(attributes[1]["host.id"] as? String == "host-12")
        #expect(attributes[1]["host.name"] as? String == "esx1")
        #expect(attributes[1]["container.id"] == nil)
        let bodies = records.map { $0["body"] as? String }
        switch body {
        case .event: #expect(bodies == entries.map { String(decoding: $0.body, as: UTF8.self) })
        case .message: #expect(bodies == ["web died \\ 😀", "db moved", "guestwatch.agent.started"])
        }
    }

    @Test("numbers and messages of every size are written as the wire format has them")
    func wire() throws {
        for value: UInt64 in [1, 127, 128, 300, 1 << 35, .max] {
            var bytes: [UInt8] = []
            bytes.append(atMost: 64) { writer in
                writer.varint(3, value)
                writer.fixed64(4, value)
            }
            var reader = ProtobufReader(bytes[...])
            let (first, second) = (reader.next(), reader.next())
            #expect(first?.field == 3 && first?.value == .number(value))
            #expect(second?.field == 4 && second?.value == .number(value))
            #expect(reader.next() == nil)
        }
        let lengths = [0, 1, 127, 128, 16_383, 16_384, 2_097_152]
        for (length, likely) in lengths.flatMap({ length in lengths.map { (length, $0) } }) {
            let text = [UInt8](repeating: 0x61, count: length)
            var bytes: [UInt8] = []
            bytes.append(atMost: length + 32) { writer in
                writer.message(1, likely: likely) { message in text.withUnsafeBufferPointer { message.text(2, $0) } }
            }
            var outer = ProtobufReader(bytes[...])
            guard case .bytes(let inner)? = outer.next()?.value else { throw OTLPDestination.Unreadable(words: "1") }
            var reader = ProtobufReader(inner)
            #expect(reader.next()?.value == .bytes(text[...]))
        }
    }

    @Test("hostile answers end the reading", arguments: 0..<300)
    func hostile(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
            UInt8.random(in: 0...255, using: &generator)
        }
        var reader = ProtobufReader(bytes[...])
        var fields = 0
        while reader.next() != nil { fields += 1 }
        #expect(fields <= bytes.count)
        _ = PartialSuccess(HTTPAnswer(status: 200, body: bytes))
    }
}
