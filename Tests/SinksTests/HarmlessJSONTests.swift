import AgentCore
import AgentTestKit
import EventModel
import Testing

@testable import Sinks

@Suite("JSON that a terminal shows")
struct HarmlessJSONTests {
    private static let name = "a\u{7F}\u{9B}31m\u{202E}\u{2028}\u{FEFF}\u{E000}\u{E0001}b"

    @Test("what a terminal obeys is escaped, and the JSON stays the same")
    func escapes() throws {
        let json = Array(JSONText(["name": .string(Self.name), "ümlaut 😀": 1]).bytes)
        let escaped = HarmlessJSON.escaped(json)
        let text = String(decoding: escaped, as: UTF8.self)
        #expect(text == #"{"name":"a\u007f\u009b31m\u202e\u2028\ufeff\ue000\udb40\udc01b","ümlaut 😀":1}"#)
        #expect(try JSONDocument(escaped).root.value == JSONDocument(json).root.value)
    }

    @Test("plain JSON is given back as it is, and bytes that are none do no harm either")
    func others() {
        #expect(HarmlessJSON.escaped(Array("{\"a\":1}\n".utf8)) == Array("{\"a\":1}\n".utf8))
        #expect(HarmlessJSON.escaped([0x1B, 0x5B, 0x41, 0x09, 0xFF]) == Array("\\u001b[A \u{FFFD}".utf8))
    }

    @Test("the stdout sink writes it so on a terminal; a pipe gets the event as it is")
    func sink() async throws {
        let event = Event(
            id: "1", source: "s", type: "vm.powered-on", time: Timestamp(nanoseconds: 0),
            guest: Guest(kind: .vm, id: "vm-1", name: Self.name))
        for isTerminal in [true, false] {
            let pipe = TestPipe()
            var terminal = pipe.terminal
            terminal.isTerminal = isTerminal
            let sink = StdoutSink(.init(format: .json), in: .conformance, terminal: terminal)
            try await sink.deliver([
                Entry(sequence: 1, type: event.type, severity: .info, body: EventEncoder.encode(event)[...])
            ])
            await sink.stop()
            let written = String(decoding: pipe.bytes(), as: UTF8.self)
            #expect(written.contains("\u{9B}") != isTerminal)
            #expect(written.contains(#"\u009b"#) == isTerminal)
        }
    }
}
