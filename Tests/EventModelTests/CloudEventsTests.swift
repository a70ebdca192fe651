import AgentTestKit
import Testing

@testable import EventModel

@Suite struct CloudEventsTests {
    private static let event = Event(
        id: "4711@2026-11-21T06:18:00Z", source: "vsphere://vc1.example", type: "vm.powered-on",
        time: Timestamp(nanoseconds: 1_795_241_880_123_000_000), severity: .notice, change: .set,
        guest: Guest(kind: .vm, id: "vm-41", name: "web \"1\"\n", host: "esx1.example"),
        related: [
            RelatedObject(kind: "host", id: "host-9", name: "esx1/é 1"), RelatedObject(kind: "datacenter", id: "dc"),
        ],
        data: JSONText(["key": 4711, "fullFormattedMessage": "web-1 is powered on"]))

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func error(_ text: String) -> String {
        do {
            _ = try EventDecoder.decode(Array(text.utf8))
            return "no error"
        } catch {
            return error.description
        }
    }

    @Test("an event is one line of CloudEvents JSON with the attributes in a fixed order")
    func golden() {
        #expect(
            Self.text(EventEncoder.encode(Self.event)) == #"{"specversion":"1.0","id":"4711@2026-11-21T06:18:00Z","#
                + #""source":"vsphere://vc1.example","type":"guestwatch.vm.powered-on","time":"2026-11-21T06:18:00.123Z","#
                + #""subject":"vm/vm-41","guestname":"web \"1\"\n","guesthost":"esx1.example","severity":"notice","#
                + #""change":"set","related":"host/host-9/esx1%2F%C3%A9%201 datacenter/dc","#
                + #""datacontenttype":"application/json","data":{"key":4711,"fullFormattedMessage":"web-1 is powered on"}}"#
        )
    }

    @Test("what is not known is left out")
    func smallest() {
        let event = Event(id: "1", source: "s", type: "agent.started", time: Timestamp(nanoseconds: 0))
        #expect(
            Self.text(EventEncoder.encode(event)) == #"{"specversion":"1.0","id":"1","source":"s","#
                + #""type":"guestwatch.agent.started","time":"1970-01-01T00:00:00Z","severity":"info","#
                + #""datacontenttype":"application/json","data":{}}"#)
        let guest = Guest(kind: .container, id: "c")
        let bare = Event(id: "1", source: "s", type: "container.started", time: Timestamp(nanoseconds: 0), guest: guest)
        #expect(Self.text(EventEncoder.encode(bare)).contains(#""subject":"container/c","severity""#))
    }

    @Test("the place in a journal stands in front")
    func placed() throws {
        var bytes = Array("before".utf8)
        let encoded = EventEncoder.encode(Self.event)
        EventEncoder.append(encoded[...], sequence: 4711, journal: "k3j2\"h1g0", to: &bytes)
        #expect(
            Self.text(bytes).hasPrefix(
                #"before{"sequence":"00000000000000004711","journal":"k3j2\"h1g0","specversion":"1.0","#))
        let placed = try EventDecoder.decode(Array(bytes.dropFirst(6)))
        #expect(placed == PlacedEvent(event: Self.event, sequence: 4711, journal: "k3j2\"h1g0"))
    }

    @Test(
        "sequences are written so that text order is number order",
        arguments: [
            (0, "00000000000000000000"), (1, "00000000000000000001"), (9_999_999_999, "00000000009999999999"),
            (UInt64.max, "18446744073709551615"),
        ] as [(UInt64, String)])
    func sequence(number: UInt64, text: String) {
        #expect(EventEncoder.text(of: number) == text)
        #expect(UInt64(text) == number)
    }

    @Test("every event is read back as it was, whatever its names contain")
    func roundTrip() throws {
        var random = SeededGenerator(test: 10)
        for _ in 0..<1500 {
            let event = Event.random(using: &random)
            let bytes = EventEncoder.encode(event)
            #expect(!bytes.contains(0x0A))
            #expect(try EventDecoder.decode(bytes).event == event, "SEED=\(random.seed)")
        }
    }

    @Test("names of attributes are lower-case letters and digits, at most 20, and values but data are strings")
    func attributes() throws {
        var bytes: [UInt8] = []
        EventEncoder.append(EventEncoder.encode(Self.event)[...], sequence: 1, journal: "k", to: &bytes)
        let members = try #require(try JSONDocument(bytes).root.value.members)
        #expect(members.count == 15)
        for member in members {
            #expect(member.name.utf8.count <= 20)
            #expect(member.name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) })
            #expect(member.name == "data" || member.value.string != nil)
        }
        for name in ["specversion", "id", "source", "type"] {
            #expect(members.first { $0.name == name }?.value.string?.isEmpty == false)
        }
    }

    @Test("a CloudEvent of somebody else with our prefix is read; unknown attributes are ignored")
    func foreign() throws {
        let text = """
            { "data" : {"a":\n1}, "extra": 5, "time": "2026-11-21T08:18:00+02:00", "type": "guestwatch.vm.other",
              "source": "urn:x", "id": "1", "specversion": "1.0", "subject": null, "related": "" }
            """
        let placed = try EventDecoder.decode(Array(text.utf8))
        #expect(
            placed
                == PlacedEvent(
                    event: Event(
                        id: "1", source: "urn:x", type: "vm.other",
                        time: Timestamp(nanoseconds: 1_795_241_880_000_000_000),
                        data: JSONText(["a": 1])), sequence: nil, journal: nil))
    }

    @Test(
        "what is no event is refused with the attribute and the reason",
        arguments: [
            ("{", "not JSON: 1:1: this '{' is never closed"), ("[]", "an event is a JSON object"),
            ("{}", "specversion: missing"),
            (#"{"specversion":1.0}"#, "specversion: not a string"),
            (#"{"specversion":"0.3"}"#, #"specversion: "0.3" is not "1.0""#),
            (broken("type", nil), "type: missing"),
            (broken("type", #""com.x""#), #"type: "com.x" does not begin with "guestwatch.""#),
            (broken("type", #""guestwatch.""#), #"type: nothing follows "guestwatch.""#),
            (broken("id", nil), "id: missing"), (broken("id", #""""#), "id: missing"),
            (broken("source", "null"), "source: missing"),
            (broken("time", nil), "time: missing"),
            (broken("time", #""yesterday""#), #"time: "yesterday" is not an RFC 3339 time"#),
            (
                broken("severity", #""fatal""#),
                #"severity: "fatal" is none of debug, info, notice, warning, error, critical"#
            ),
            (broken("change", #""edit""#), #"change: "edit" is none of none, set, add, remove"#),
            (broken("subject", #""vm""#), #"subject: "vm" is not vm/ID or container/ID"#),
            (broken("subject", #""host/1""#), #"subject: "host/1" is not vm/ID or container/ID"#),
            (broken("related", #""host""#), #"related: "host" is not kind/id or kind/id/name"#),
            (broken("related", #""a/b/c/d""#), #"related: "a/b/c/d" is not kind/id or kind/id/name"#),
            (broken("related", #""a/b%""#), #"related: "a/b%" is not kind/id or kind/id/name"#),
            (broken("related", #""a/b%+5""#), #"related: "a/b%+5" is not kind/id or kind/id/name"#),
            (broken("related", #""a/b%FF""#), #"related: "a/b%FF" is not kind/id or kind/id/name"#),
            (broken("sequence", #""+5""#), #"sequence: "+5" is not a number"#),
            (broken("sequence", #""18446744073709551616""#), #"sequence: "18446744073709551616" is not a number"#),
            (broken("sequence", "5"), "sequence: not a string"), (broken("data", "5"), "data: not an object"),
            (broken("data_base64", #""AA==""#), "data_base64: only JSON data is read"),
        ])
    func errors(text: String, expected: String) {
        #expect(Self.error(text) == expected)
    }

    private static func broken(_ name: String, _ value: String?) -> String {
        var members = [
            ("specversion", #""1.0""#), ("id", #""1""#), ("source", #""s""#), ("type", #""guestwatch.vm.other""#),
            ("time", #""2026-11-21T06:18:00Z""#),
        ].filter { $0.0 != name }
        if let value { members.append((name, value)) }
        return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }

    @Test(
        "the message is the source's own sentence",
        arguments: [
            (["message": "a", "fullFormattedMessage": "b"], "a"), (["message": "", "fullFormattedMessage": "b"], "b"),
            (["message": 5], nil), ([:], nil),
        ] as [(JSONValue, String?)])
    func message(data: JSONValue, message: String?) {
        let event = Event(id: "1", source: "s", type: "vm.other", time: Timestamp(nanoseconds: 0), data: JSONText(data))
        #expect(event.message == message)
    }

    @Test("severities rise, and their ranks are read back")
    func severity() {
        #expect(Severity.allCases == Severity.allCases.sorted())
        for (rank, severity) in Severity.allCases.enumerated() {
            #expect(severity.rank == rank)
            #expect(Severity(rank: rank) == severity)
        }
        #expect(Severity(rank: -1) == nil && Severity(rank: 6) == nil)
    }
}

extension Event {
    fileprivate static func random(using random: inout SeededGenerator) -> Event {
        func text() -> String { "x" + .random(using: &random) }
        func optional() -> String? { Bool.random(using: &random) ? .random(using: &random) : nil }
        let guest = Guest(
            kind: Guest.Kind.allCases.randomElement(using: &random) ?? .vm, id: text(), name: optional(),
            host: optional())
        let related = (0..<Int.random(in: 0...4, using: &random)).map { _ in
            RelatedObject(kind: text(), id: .random(using: &random), name: optional())
        }
        return Event(
            id: text(), source: text(), type: EventType(rawValue: text()),
            time: Timestamp(nanoseconds: Int64.random(in: .min ... .max, using: &random)),
            severity: Severity.allCases.randomElement(using: &random) ?? .info,
            change: Change.allCases.randomElement(using: &random) ?? .none,
            guest: Bool.random(using: &random) ? guest : nil,
            related: RelatedObjects(related), data: JSONText(.object([.init("a", .random(depth: 2, using: &random))])))
    }
}
