import AgentCore
import AgentTestKit
import EventModel
import Testing

@testable import Sinks

@Suite("The syslog encoder")
struct SyslogEncoderTests {
    @Test("an event is one RFC 5424 message with its name in the structured data")
    func golden() {
        let event = Event(
            id: #"a"b\c]d"#, source: "vsphere://vc1", type: "vm.powered-on",
            time: Timestamp(nanoseconds: 1_795_242_000_123_456_789), severity: .warning,
            guest: Guest(kind: .vm, id: "vm-41", name: "wéb\n1", host: "esx1"), data: JSONText(["message": "on"]))
        #expect(
            encoded(event) == #"<132>1 2026-11-21T06:20:00.123456Z hv1 guestwatch - vm.powered-on "#
                + #"[guestwatch@32473 id="a\"b\\c\]d" source="vsphere://vc1" type="guestwatch.vm.powered-on" "#
                + #"guest="vm/vm-41" guestname="wéb\\n1" guesthost="esx1" sequence="00000000000000000007" "#
                + #"journal="j1"] {"sequence":"00000000000000000007","journal":"j1","specversion":"1.0","#
                + String(decoding: EventEncoder.encode(event).dropFirst(21), as: UTF8.self))
    }

    @Test("text is the source's sentence behind a byte order mark, else the type and the guest")
    func sentences() {
        let text = { (event: Event) in
            String(encoded(event, message: .text).split(separator: "] ", maxSplits: 1)[1])
        }
        var event = Event(
            id: "1", source: "s", type: "vm.powered-on", time: .init(nanoseconds: 0),
            guest: Guest(kind: .vm, id: "vm-1", name: "web"),
            data: JSONText(["fullFormattedMessage": "a\nb\u{85}\u{202E}", "x": ["message": "inner"]]))
        #expect(text(event) == "\u{FEFF}a\\nb\\u{85}\\u{202e}")
        event.data = JSONText(["message": "first", "fullFormattedMessage": "second"])
        #expect(text(event) == "\u{FEFF}first")
        event.data = .emptyObject
        #expect(text(event) == "\u{FEFF}vm.powered-on web")
        event.guest = nil
        #expect(text(event) == "\u{FEFF}vm.powered-on")
    }

    @Test("the severity is the event's", arguments: zip(Severity.allCases, [31, 30, 29, 28, 27, 26]))
    func severities(severity: Severity, priority: Int) {
        let event = Event(
            id: "1", source: "s", type: "host.other", time: .init(nanoseconds: 0), severity: severity)
        #expect(encoded(event, facility: .daemon).hasPrefix("<\(priority)>1 1970-01-01T00:00:00Z hv1 "))
    }

    @Test("the type as MSGID and the host are printable and no longer than the RFC allows")
    func header() {
        let type = EventType(rawValue: "vm." + String(repeating: "x", count: 40))
        let event = Event(id: "1", source: "s", type: type, time: .init(nanoseconds: 0))
        let host = "hé v " + String(repeating: "h", count: 300)
        let words = encoded(event, host: host).split(separator: " ")
        #expect(words[2] == "h__" + "_v_" + String(repeating: "h", count: 249))
        #expect(words[5] == "vm." + String(repeating: "x", count: 29))
        #expect(encoded(event, host: "").contains("Z - guestwatch"))
    }

    @Test("no control character is left in JSON")
    func harmless() throws {
        let event = Event(
            id: "1", source: "s", type: "vm.other", time: .init(nanoseconds: 0),
            data: JSONText(trusted: Array("{\t\"a\":\"\u{7F}\u{85}\u{A9}ü\"}".utf8)[...]))
        let line = encoded(event)
        #expect(line.hasSuffix(#""data":{ "a":"\u007f\u0085©ü"}}"#))
        let text = try #require(line.split(separator: "] ", maxSplits: 1).last)
        let value = try JSONDocument(Array(text.utf8)).root.value
        #expect(value["data"]?["a"]?.string == "\u{7F}\u{85}©ü")
    }

    @Test("what is longer than the limit is cut between characters, and says how long it was")
    func cut() throws {
        let event = Event(
            id: "1", source: "s", type: "vm.other", time: .init(nanoseconds: 0),
            data: JSONText(["a": .string(String(repeating: "ü", count: 1000))]))
        let whole = encoded(event)
        let message = try #require(whole.split(separator: "] ", maxSplits: 1).last)
        for limit in 480...483 {
            let line = encoded(event, limit: limit)
            #expect(line.utf8.count <= limit && line.utf8.count >= limit - 1)
            #expect(line.contains(#" cut="\#(message.utf8.count)"] {"sequence":"#) && !line.contains("\u{FFFD}"))
        }
        #expect(encoded(event, limit: whole.utf8.count) == whole)
    }

    @Test("an event whose name alone is longer than the limit is no message")
    func headTooLong() {
        let event = Event(
            id: String(repeating: "i", count: 500), source: "s", type: "vm.other", time: .init(nanoseconds: 0))
        var encoder = SyslogEncoder(configuration(limit: 480), host: "hv1", journal: "j1")
        var bytes: [UInt8] = []
        #expect(!encoder.append(Self.entry(event), to: &bytes))
        #expect(bytes.isEmpty)
    }

    @Test("in a stream each has its length before it, or a line end behind it")
    func framing() {
        for framing in SyslogConfiguration.Framing.allCases {
            var configuration = configuration()
            (configuration.url, configuration.framing) = (Endpoint(scheme: "tcp", host: "h", port: 1), framing)
            var encoder = SyslogEncoder(configuration, host: "hv1", journal: "j1")
            var bytes: [UInt8] = []
            for sequence in 1...3 as ClosedRange<UInt64> { #expect(encoder.append(.numbered(sequence), to: &bytes)) }
            var rest = bytes[...]
            for sequence in 1...3 {
                let frame: ArraySlice<UInt8>
                if framing == .newline {
                    frame = rest.prefix { $0 != 0x0A }
                    rest = rest.dropFirst(frame.count + 1)
                } else {
                    let digits = rest.prefix { $0 != 0x20 }
                    let length = Int(String(decoding: digits, as: UTF8.self)) ?? 0
                    frame = rest.dropFirst(digits.count + 1).prefix(length)
                    rest = rest.dropFirst(digits.count + 1 + length)
                }
                let text = String(decoding: frame, as: UTF8.self)
                #expect(text.hasPrefix("<134>1 ") && text.hasSuffix("}}") && text.contains("id=\"event-\(sequence)\""))
            }
            #expect(rest.isEmpty)
        }
    }

    private func configuration(limit: Int? = nil) -> SyslogConfiguration {
        SyslogConfiguration(url: Endpoint(scheme: "unix-dgram", path: "/s"), maximumBytes: limit)
    }

    private func encoded(
        _ event: Event, message: SyslogConfiguration.Message = .cloudevents, facility: SyslogFacility = .local0,
        host: String = "hv1", limit: Int? = nil
    ) -> String {
        var configuration = configuration(limit: limit)
        (configuration.message, configuration.facility) = (message, facility)
        var encoder = SyslogEncoder(configuration, host: host, journal: "j1")
        var bytes: [UInt8] = []
        #expect(encoder.append(Self.entry(event), to: &bytes))
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func entry(_ event: Event) -> Entry {
        Entry(sequence: 7, type: event.type, severity: event.severity, body: EventEncoder.encode(event)[...])
    }
}
