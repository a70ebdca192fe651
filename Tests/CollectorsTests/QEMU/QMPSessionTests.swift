import AgentTestKit
import Collectors
import EventModel
import Testing

@Suite("A conversation with a QMP monitor")
struct QMPSessionTests {
    private static let now = Timestamp(nanoseconds: 1_795_000_000_000_000_000)
    private static let greeting = #"{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}}}}"# + "\r\n"

    private func text(_ outputs: [QMPSession.Output]) -> [String] {
        outputs.map { output in
            switch output {
            case .send(let bytes):
                (try? JSONDocument(bytes).root.value["execute"]?.string).map { "send \($0)" } ?? "send ?"
            case .attached(let identity):
                "attached \(identity.name ?? "-") \(identity.uuid ?? "-") \(identity.status ?? "-")"
            case .event(let event): "event \(event.name)\(event.field("type").map { " \($0)" } ?? "")"
            case .unreadable: "unreadable"
            case .refused: "refused"
            }
        }
    }

    private func say(_ text: String, to session: inout QMPSession) -> [String] {
        self.text(session.receive(text.utf8, at: Self.now))
    }

    @Test("it greets, negotiates, asks who is there, and is attached with the last answer")
    func negotiation() {
        var session = QMPSession()
        #expect(say(Self.greeting, to: &session) == ["send qmp_capabilities"])
        #expect(
            say(#"{"return": {}, "id": "gw-capabilities"}"#, to: &session) == [
                "send migrate-set-capabilities", "send query-name", "send query-uuid", "send query-status",
            ])
        #expect(say(#"{"id":"gw-name","return":{"name":"web-01"}}"#, to: &session) == [])
        #expect(say(#"{"id":"gw-uuid","return":{"UUID":"0a1b"}}"#, to: &session) == [])
        #expect(
            say(#"{"id":"gw-status","return":{"status":"running"}}{"event":"STOP"}"#, to: &session)
                == ["attached web-01 0a1b running", "event STOP"])
    }

    @Test("an event about a job waits for what the monitor says of the job, and later events wait behind it")
    func jobs() {
        var session = QMPSession()
        _ = say(Self.greeting + #"{"return": {}, "id": "gw-capabilities"}"#, to: &session)
        let event = #"{"event":"JOB_STATUS_CHANGE","data":{"status":"concluded","id":"s1"}}"#
        #expect(say(event, to: &session) == ["send query-jobs"])
        #expect(say(#"{"event":"RESUME"}"#, to: &session) == [])
        let answer = #"{"id":"gw-jobs","return":[{"id":"s0"},{"id":"s1","type":"snapshot-save"}]}"#
        #expect(say(answer, to: &session) == ["event JOB_STATUS_CHANGE snapshot-save", "event RESUME"])
        _ = say(event, to: &session)
        #expect(text(session.letGo()) == ["event JOB_STATUS_CHANGE"])
    }

    @Test(
        "what is no monitor, or speaks nonsense, is hung up on; nothing is believed afterwards",
        arguments: [
            "hello\n", #"{"event":"STOP"}"#, greeting + "}", greeting + #"{"id":"gw-capabilities","error":{}}"#,
            "{" + String(repeating: "\"a\":", count: 400_000),
        ])
    func hostile(text: String) {
        var session = QMPSession()
        #expect(say(text, to: &session).last == "refused")
        #expect(say(#"{"event":"STOP"}"#, to: &session) == [])
    }

    @Test("an event that cannot be read costs itself only")
    func unreadable() {
        var session = QMPSession()
        _ = say(Self.greeting, to: &session)
        let lines = #"{"event":7}{"event":"A","event":"B"}{"event":"STOP","timestamp":{"seconds":-1}}"#
        #expect(say(lines, to: &session) == ["unreadable", "unreadable", "event STOP"])
    }

    @Test("times are QEMU's, or where it has none or nonsense, those of reading")
    func times() {
        var session = QMPSession()
        _ = say(Self.greeting, to: &session)
        func time(_ seconds: String) -> Timestamp? {
            let line = #"{"event":"STOP","timestamp":{"seconds":\#(seconds),"microseconds":287044}}"#
            guard case .event(let event)? = session.receive(line.utf8, at: Self.now).first else { return nil }
            return event.time
        }
        #expect(time("1795235323")?.rfc3339 == "2026-11-21T04:28:43.287044Z")
        #expect(time("-1") == Self.now && time("99999999999999") == Self.now && time("null") == Self.now)
    }

    @Test("however the bytes are cut, a recorded session gives the same events")
    func cuts() throws {
        let stream = try RecordedQMP.session().reduce(into: [UInt8]()) { $0 += $1 + [0x0A] }
        let whole = RecordedQMP.events(stream, piece: .max)
        #expect(whole.count == 141)
        #expect(RecordedQMP.events(stream, piece: 1) == whole)
        #expect(RecordedQMP.events(stream, piece: 7) == whole)
    }

    @Test("damaged streams end in nothing worse than a refusal")
    func damage() throws {
        let bytes = try RecordedQMP.session().prefix(60).reduce(into: [UInt8]()) { $0 += $1 + [0x0A] }
        var random = SeededGenerator(test: 4)
        for _ in 0..<300 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let place = Int.random(in: damaged.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: damaged[place] = UInt8.random(in: .min ... .max, using: &random)
                case 1: damaged.remove(at: place)
                default: damaged.insert(contentsOf: bytes.prefix(place % 40), at: place)
                }
            }
            #expect(RecordedQMP.events(damaged, piece: 512).count <= 200, "\(random.repetition)")
        }
    }
}

/// What a real QEMU 7.2 wrote to its monitor.
enum RecordedQMP {
    /// The objects it wrote, one after the other, as if in one session.
    static func session() throws -> [[UInt8]] {
        let bytes = try #require(TestFile.read(PackageRoot["Tests/CollectorsTests/QEMU/Recorded/session.jsonl"]))
        var greeted = false
        return bytes.split(separator: 0x0A).compactMap { line in
            guard let value = try? JSONDocument(Array(line)).root.value["recv"] else { return nil }
            if value["QMP"] != nil {
                if greeted { return nil }
                greeted = true
            }
            return Array(JSONText(value).bytes)
        }
    }

    static func events(_ bytes: [UInt8], piece: Int) -> [String] {
        var session = QMPSession()
        var events: [String] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            for output in session.receive(rest.prefix(piece), at: Timestamp(nanoseconds: 0)) {
                if case .event(let event) = output { events.append("\(event.name) \(event.time.rfc3339)") }
            }
            rest = rest.dropFirst(piece)
        }
        return events
    }
}
