import AgentCore
import AgentTestKit
import EventModel
import Pipeline
import Testing

@Suite("Events that clients inject", .timeLimit(.minutes(1)))
struct InjectionTests {
    private static let valid =
        #"{"specversion":"1.0","id":"7","source":"app://a","type":"guestwatch.vm.started","time":"2026-01-02T03:04:05Z"}"#

    @Test(
        "VP-16: one event or a list of them is stored in one transaction, in order; sent again nothing is stored twice")
    func stored() async throws {
        let rig = Rig()
        try await rig.manager.start()
        let one = try await rig.manager.inject(Array(Self.valid.utf8))
        #expect(one.commit == Commit(sequences: 1...1, repeated: 0))
        let eight = Self.valid.replacing("\"7\"", with: "\"8\"")
        let list = try await rig.manager.inject(Array("[\(Self.valid),\(eight)]".utf8))
        #expect(list.commit == Commit(sequences: 2...2, repeated: 1))
        #expect(rig.journal.history.archive.map(\.id) == ["7", "8"])
        await rig.stop()
        await #expect(throws: InjectionError.notRunning) { try await rig.manager.inject(Array(Self.valid.utf8)) }
    }

    @Test(
        "VP-16: what is wrong is said, with which of them, and nothing is stored",
        arguments: [
            ("nothing", "event 0: not JSON"), ("[]", "event 0: an empty list"), ("7", "event 0: an event is a JSON"),
            ("[$, 7]", "event 1: an event is a JSON object"), ("[$, {}]", "event 1: specversion: missing"),
            ("<id>", "event 0: id: missing"), ("<source>", "event 0: source: missing"),
            ("<control>", "event 0: id: has control"), ("<long>", "event 0: id: longer than 1024"),
            ("<type>", "event 0: type: \"VM.Started\" is not"), ("<agent>", "event 0: type: \"agent.stopped\" is the"),
            ("<own>", "event 0: source: \"guestwatch://test\" is the agent's own"),
        ])
    func refused(text: String, problem: String) async throws {
        let changes = [
            "<id>": (#""7""#, #""""#), "<source>": ("app://a", ""), "<control>": (#""7""#, #""a\u0000b""#),
            "<long>": (#""7""#, "\"" + String(repeating: "7", count: 1025) + "\""),
            "<type>": ("vm.started", "VM.Started"),
            "<agent>": ("vm.started", "agent.stopped"), "<own>": ("app://a", "guestwatch://test"),
        ]
        let changed = changes[text].map { Self.valid.replacing($0.0, with: $0.1) } ?? text
        let json = changed.replacing("$", with: Self.valid)
        let rig = Rig(settings: PipelineSettings(host: "test"))
        try await rig.manager.start()
        let before = rig.journal.history.head
        do {
            _ = try await rig.manager.inject(Array(json.utf8))
            Issue.record("\(json) was taken")
        } catch {
            #expect(error.description.hasPrefix(problem), "\(error)")
        }
        #expect(rig.journal.history.head == before)
        await rig.stop()
    }

    @Test("more than one call may bring is refused as a whole")
    func tooMuch() async throws {
        let rig = Rig()
        try await rig.manager.start()
        let many = "[" + Array(repeating: Self.valid, count: 1001).joined(separator: ",") + "]"
        for text in [many, String(repeating: " ", count: (4 << 20) + 1)] {
            do {
                _ = try await rig.manager.inject(Array(text.utf8))
                Issue.record("taken")
            } catch {
                #expect(error.description.hasPrefix("too large"), "\(error)")
            }
        }
        await rig.stop()
    }

    @Test("the publish rule sees published and injected events alike: it cuts, and it leaves out, which is counted")
    func rule() async throws {
        let journal = SimulatedJournal()
        let rig = Rig(journal: journal) { event in
            if event.id == "7" { return .filtered("too many") }
            var event = event
            event.data = .emptyObject
            return .accepted(event)
        }
        try await rig.manager.start()
        let eight = Self.valid.replacing("\"7\"", with: "\"8\"").dropLast() + #","data":{"a":1}}"#
        let injected = try await rig.manager.inject(Array("[\(Self.valid),\(eight)]".utf8))
        #expect(injected.filtered == 1)
        let producer = try await rig.manager.producer(ProducerSettings(name: "p"))
        await #expect(throws: PublishError.filtered("too many")) { try await producer.publish(published(7)) }
        #expect(producer.status().counters.filtered == 1)
        #expect(journal.history.archive.map(\.id) == ["8"])
        #expect(try EventDecoder.decode(journal.history.archive[0].entry.body).event.data == .emptyObject)
        await rig.stop()
    }
}
