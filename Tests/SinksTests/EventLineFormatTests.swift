import AgentCore
import EventModel
import Testing

@testable import Sinks

@Suite struct EventLineFormatTests {
    private static func line(_ event: Event, _ format: EventLineFormat = .init(colored: false)) -> String {
        var bytes: [UInt8] = []
        format.append(event, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func event(
        _ type: EventType, _ severity: Severity, guest: Guest? = nil, related: RelatedObjects = [],
        data: JSONValue = [:], time: String = "2026-11-21T06:18:00.123456789Z"
    ) -> Event {
        Event(
            id: "1", source: "test://", type: type, time: Timestamp(rfc3339: time) ?? Timestamp(nanoseconds: 0),
            severity: severity, guest: guest, related: related, data: JSONText(data))
    }

    private static let guest = Guest(kind: .vm, id: "vm-41", name: "web-1", host: "esx1")

    @Test(
        "a line tells time, severity, type, guest, host and message",
        arguments: [
            (
                event("vm.powered-on", .notice, guest: guest, data: ["message": "web-1 is powered on"]),
                "2026-11-21T06:18:00.123Z notice   vm.powered-on  web-1 (vm-41) on esx1: web-1 is powered on\n"
            ),
            (
                event("vm.powered-on", .critical, guest: Guest(kind: .vm, id: "vm-41")),
                "2026-11-21T06:18:00.123Z critical vm.powered-on  vm-41\n"
            ),
            (
                event("host.disconnected", .error, related: [.init(kind: "host", id: "host-9", name: "esx1")]),
                "2026-11-21T06:18:00.123Z error    host.disconnected  host esx1\n"
            ),
            (
                event("agent.started", .info, data: ["fullFormattedMessage": "started"], time: "2026-11-21T06:18:00Z"),
                "2026-11-21T06:18:00.000Z info     agent.started: started\n"
            ),
            (
                event("agent.started", .debug, time: "1969-12-31T23:59:59.9999Z"),
                "1969-12-31T23:59:59.999Z debug    agent.started\n"
            ),
        ])
    func golden(event: Event, expected: String) {
        #expect(Self.line(event) == expected)
    }

    @Test("colours mark the time, the severity, the type and the guest, and end where they began")
    func colors() {
        let line = Self.line(
            Self.event("vm.powered-off", .warning, guest: Self.guest), EventLineFormat(colored: true))
        #expect(
            line == "\u{1B}[2m2026-11-21T06:18:00.123Z\u{1B}[0m \u{1B}[33mwarning\u{1B}[0m  "
                + "\u{1B}[1mvm.powered-off\u{1B}[0m  \u{1B}[36mweb-1\u{1B}[0m (vm-41) on esx1\n")
    }

    @Test(
        "local time carries its offset",
        arguments: [(7200, "2026-11-21T08:18:00.123+02:00"), (-34_200, "2026-11-20T20:48:00.123-09:30")])
    func local(offset: Int, expected: String) {
        let line = Self.line(Self.event("agent.started", .info), EventLineFormat(colored: false) { _ in offset })
        #expect(line == "\(expected) info     agent.started\n")
    }

    @Test(
        "nothing a source says is obeyed by a terminal or begins a new line",
        arguments: [
            ("\u{1B}[2J\u{1B}]0;owned\u{7}", #"\u{1b}[2J\u{1b}]0;owned\u{7}"#),
            ("one\ntwo\r\nthree\tfour", #"one\ntwo\r\nthree\tfour"#),
            ("\u{9B}31m", #"\u{9b}31m"#), ("a\u{7F}b\u{0}c", #"a\u{7f}b\u{0}c"#),
            ("admin\u{202E}txt.exe", #"admin\u{202e}txt.exe"#), ("\u{2066}x\u{2069}", #"\u{2066}x\u{2069}"#),
            ("zero\u{200B}width\u{FEFF}", #"zero\u{200b}width\u{feff}"#), ("\u{2028}\u{2029}", #"\u{2028}\u{2029}"#),
            ("\u{E0041}\u{E000}", #"\u{e0041}\u{e000}"#), ("äöü 漢字 🙂 é", "äöü 漢字 🙂 é"),
        ])
    func hostile(text: String, shown: String) {
        let guest = Guest(kind: .container, id: text, name: text, host: text)
        let event = Self.event("vm.other", .info, guest: guest, data: ["message": .string(text)])
        #expect(
            Self.line(event)
                == "2026-11-21T06:18:00.123Z info     vm.other  \(shown) (\(shown)) on \(shown): \(shown)\n")
    }

    @Test("a hostile type and related object are made harmless too")
    func hostileNames() {
        var event = Self.event("vm.other", .info, related: [.init(kind: "\u{1B}k", id: "\u{1B}i")])
        event.type = EventType(rawValue: "vm.\u{1B}c")
        let line = Self.line(event, EventLineFormat(colored: false))
        #expect(!line.unicodeScalars.contains("\u{1B}"))
        #expect(line.count { $0.isNewline } == 1)
    }

    @Test("a message of megabytes is cut")
    func long() {
        let event = Self.event("vm.other", .info, data: ["message": .string(String(repeating: "x", count: 1 << 20))])
        let line = Self.line(event)
        #expect(line.hasSuffix("xxx…\n"))
        #expect(line.unicodeScalars.count < HarmlessText.maximumScalars + 100)
    }

    @Test("an entry that is no event is shown as it stands, on one line")
    func undecodable() {
        let entry = Entry(sequence: 1, type: "vm.other", severity: .info, body: Array("not\n\u{1B}JSON".utf8)[...])
        #expect(
            String(decoding: EventLineFormat(colored: false).lines(of: [entry]), as: UTF8.self) == "not\\n\\u{1b}JSON\n"
        )
    }

    @Test("text or JSON, with colours or without: decided by configuration and terminal")
    func decisions() {
        let terminal = Terminal(descriptor: 1, isTerminal: true, wantsColor: true)
        let plain = Terminal(descriptor: 1, isTerminal: true, wantsColor: false)
        let pipe = Terminal(descriptor: 1, isTerminal: false, wantsColor: false)
        #expect(EventLineFormat(.init(), on: pipe) == nil)
        #expect(EventLineFormat(.init(format: .json, color: .always), on: terminal) == nil)
        #expect(EventLineFormat(.init(), on: terminal)?.colored == true)
        #expect(EventLineFormat(.init(), on: plain)?.colored == false)
        #expect(EventLineFormat(.init(color: .never), on: terminal)?.colored == false)
        #expect(EventLineFormat(.init(format: .text), on: pipe)?.colored == false)
        #expect(EventLineFormat(.init(format: .text, color: .always), on: pipe)?.colored == true)
        #expect(EventLineFormat(.init(), on: terminal)?.offset == nil)
        #expect(EventLineFormat(.init(time: .local), on: terminal)?.offset != nil)
    }
}
