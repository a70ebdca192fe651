import AgentCore
import AgentTestKit
import EventModel
import Pipeline
import Testing

@Suite("Limits on what is published") struct PublishLimitsTests {
    private static let rule = PublishLimits.Rule(
        types: [TypePattern("request.*")].compactMap(\.self), every: .milliseconds(50))

    private func event(_ number: Int, _ type: EventType = "request.predicate-failed", guest: String = "a") -> Event {
        Event(
            id: "\(number)", source: "test://a", type: type,
            time: TestClock.start.advanced(by: .milliseconds(number)), guest: Guest(kind: .vm, id: guest))
    }

    private func event(_ number: Int, at time: Timestamp) -> Event {
        var event = event(number)
        event.time = time
        return event
    }

    private func count(_ event: Event?) throws -> Int64? {
        try event?.data.parsed()[PublishLimits.filteredMember]?.integer
    }

    @Test("YK-63: of 200 calls within the limit one event passes, and 100 ms later the next, which tells of the others")
    func rate() throws {
        var limits = PublishLimits(rules: [Self.rule])
        let same = (0..<200).map { event($0, at: TestClock.start) }
        let passed = limits.admit(same)
        #expect(passed.map(\.id) == ["0"])
        #expect(try count(passed[0]) == nil)
        #expect(limits.filtered == 199)
        let next = limits.admit([event(100)])
        #expect(next.map(\.id) == ["100"])
        #expect(try count(next.first) == 199)
        #expect(try count(limits.admit(event(200))) == nil)
    }

    @Test("each guest and each type has its own limit; with \"per\": \"type\" all guests share one")
    func scopes() {
        let events = [event(0), event(1, guest: "b"), event(2, "request.preemption-failed"), event(3, guest: "b")]
        var perGuest = PublishLimits(rules: [Self.rule])
        #expect(perGuest.admit(events).map(\.id) == ["0", "1", "2"])
        var rule = Self.rule
        rule.scope = .type
        var perType = PublishLimits(rules: [rule])
        #expect(perType.admit(events).map(\.id) == ["0", "2"])
    }

    @Test("an event without a guest is limited with those about the same object")
    func objects() {
        let record = { (request: String) in
            SchedulerRecord.predicateFailed(for: request, of: "app", reasons: ["full": 1], resource: [:])
                .event(id: request, source: "test://a", at: TestClock.start)
        }
        var limits = PublishLimits(rules: [Self.rule])
        #expect(limits.admit([record("r1"), record("r2"), record("r1")]).map(\.id) == ["r1", "r2"])
    }

    @Test("other types pass untouched, and no rule limits nothing")
    func others() {
        let events = (0..<10).map { event($0, "vm.powered-on") }
        var limits = PublishLimits(rules: [Self.rule], messageBytes: 1024)
        #expect(limits.admit(events) == events)
        var none = PublishLimits()
        #expect(none.admit(events + [event(11), event(12)]).count == 12)
    }

    @Test("a source's clock that was wrong for one event does not silence what follows")
    func clock() {
        var limits = PublishLimits(rules: [Self.rule])
        #expect(limits.admit([event(0), event(1_000_000), event(60), event(61)]).map(\.id) == ["0", "1000000", "60"])
    }

    @Test("publishers of several tasks share one limit: of all their events one passes, and none is uncounted")
    func shared() async {
        let limits = SharedPublishLimits(PublishLimits(rules: [Self.rule]))
        let passed = await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask { (0..<50).count { limits.admit(event(task * 50 + $0, at: TestClock.start)) != nil } }
            }
            return await group.reduce(0, +)
        }
        #expect(passed == 1 && limits.filtered == 399)
    }

    @Test("what is remembered is bounded, and the newest is not forgotten")
    func bounded() {
        var limits = PublishLimits(rules: [.init(types: [.all], every: .seconds(3600))])
        let count = PublishLimits.maximumRemembered
        #expect(limits.admit((0...count).map { event($0, guest: "g\($0)") }).count == count + 1)
        #expect(limits.admit(event(count + 1, guest: "g\(count)")) == nil)
        #expect(limits.admit(event(count + 2, guest: "g0")) != nil)
    }

    @Test(
        "YK-46: a message of 10 and of 1024 bytes stays, one of 1100 becomes 1021 and three dots",
        arguments: [(10, 10), (1024, 1024), (1100, 1024)])
    func cap(length: Int, capped: Int) throws {
        let text = String(repeating: "x", count: length)
        var limits = PublishLimits(messageBytes: 1024)
        for name in Event.messageMembers {
            var event = event(1, "vm.powered-on")
            event.data = JSONText([name: .string(text), "other": .string(text + text)])
            let passed = try #require(limits.admit([event]).first)
            let message = try #require(passed.message)
            #expect(message.utf8.count == capped)
            #expect(length == capped ? message == text : message == String(repeating: "x", count: 1021) + "...")
            #expect(try passed.data.parsed()["other"]?.string == text + text)
        }
    }

    @Test("a message is cut between code points", arguments: 4...40)
    func codePoints(bytes: Int) {
        let cut = MessageCap.cut("aé€😀aé€😀aé€😀aé€😀", to: bytes)
        #expect(cut.utf8.count <= bytes && cut.utf8.count > bytes - 4 && !cut.contains("\u{FFFD}"))
        #expect(bytes == 40 ? !cut.hasSuffix("...") : cut.hasSuffix("..."))
    }

    @Test("a checkpoint moves on with a batch whose events were all left out, and the collector counts them")
    func checkpoint() async throws {
        let noisy = batch(2...4, type: "request.predicate-failed")
        let collector = ScriptedCollector([.batch(batch(1...1, type: "request.predicate-failed")), .batch(noisy)])
        let rig = Rig(limited: ["c": (collector, PublishLimits(rules: [Self.rule]))])
        try await rig.manager.start()
        await eventually("polled on") { collector.polled.count == 3 }
        #expect(collector.polled.last == PipelineTests.checkpoint(4))
        #expect(rig.journal.history.archive.count == 1)
        let status = await rig.collector("c")
        #expect(status?.filtered == 3 && status?.events == 1)
        await rig.stop()
    }
}
