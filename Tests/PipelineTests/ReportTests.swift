import AgentTestKit
import EventModel
import Pipeline
import Testing

@Suite("What runners say")
struct ReportTests {
    private let start = TestClock.start

    @Test("an outage is logged at the first failure and at each doubling, announced once, and ended once")
    func outage() {
        var outage = Outage()
        var logged: [Int] = []
        var announced: [Int] = []
        for _ in 1...100 {
            guard case .failing(let trouble) = outage.failed("down", at: start) else { continue }
            if trouble.isLogged { logged.append(trouble.attempt) }
            if trouble.isAnnounced { announced.append(trouble.attempt) }
        }
        #expect(logged == [1, 2, 4, 8, 16, 32, 64])
        #expect(announced == [Outage.announcedAttempt])
        #expect(
            outage.ended(at: start.advanced(by: .seconds(90)))
                == .recovered(Recovery(attempts: 100, lasted: .seconds(90), isAnnounced: true)))
        #expect(outage.ended(at: start) == nil)
    }

    @Test("a short outage is not announced, neither is its end; a clock set back makes no negative time")
    func hiccup() {
        var outage = Outage()
        _ = outage.failed("down", at: start)
        let ended = outage.ended(at: start.advanced(by: .seconds(-5)))
        #expect(ended == .recovered(Recovery(attempts: 1, lasted: .zero, isAnnounced: false)))
    }

    @Test("a refusal after other failures is logged at once, and again only after other failures")
    func refusal() {
        var outage = Outage()
        _ = outage.failed("down", at: start)
        let first = outage.failed("password", mustAct: true, at: start)
        #expect(
            first == .failing(Trouble(reason: "password", attempt: 2, mustAct: true, isLogged: true, isAnnounced: true))
        )
        for _ in 0..<10 { #expect(outage.failed("password", mustAct: true, at: start) == nil) }
        _ = outage.failed("down", at: start)
        #expect(outage.failed("password", mustAct: true, at: start) != nil)
    }

    @Test("the first gap is told at once, later ones together once a minute")
    func gaps() {
        var gaps = GapReport()
        #expect(gaps.due(at: start) == nil)
        gaps.add(from: 5, through: 9)
        #expect(gaps.due(at: start) == .dropped(Gap(from: 5, through: 9, dropped: 5)))
        gaps.add(from: 12, through: 12)
        gaps.add(from: 20, through: 21)
        let later = start.advanced(by: .seconds(59))
        #expect(gaps.due(at: later) == nil)
        #expect(gaps.delay(at: later) == .seconds(1))
        #expect(gaps.delay(at: start.advanced(by: .seconds(-1000))) == GapReport.pace)
        let due = start.advanced(by: .seconds(60))
        #expect(gaps.due(at: due) == .dropped(Gap(from: 12, through: 21, dropped: 3)))
        #expect(gaps.delay(at: due) == nil)
    }

    @Test("a delay lies between zero and a ceiling that doubles up to a minute", arguments: [1, 2, 5, 7, 63, 64, .max])
    func backoff(attempt: Int) {
        let ceiling = Backoff.ceiling(attempt: attempt)
        #expect(ceiling == min(.seconds(60), .seconds(1 << min(attempt - 1, 6))))
        #expect(Backoff.delay(attempt: attempt, random: RandomSource { .max }) == ceiling)
        #expect(Backoff.delay(attempt: attempt, random: RandomSource { 0 }) == .zero)
        let drawn = (0..<200).map { _ in Backoff.delay(attempt: attempt, random: .system) }
        #expect(drawn.allSatisfy { (.zero...ceiling).contains($0) })
        #expect(Set(drawn).count > 100)
    }

    @Test("an event about the agent is a CloudEvent like any other, with an id of its own")
    func event() throws {
        let trouble = Trouble(reason: "\"quoted\"\n", attempt: 4, mustAct: false, isLogged: true, isAnnounced: true)
        let recovery = Recovery(attempts: 4, lasted: .seconds(7), isAnnounced: true)
        let events: [AgentEvent] = [
            .started, .stopped, .collectorFailed("a", trouble), .collectorRecovered("a", recovery),
            .sinkFailed("a", trouble), .sinkRecovered("a", recovery),
            .entriesDropped(sink: "a", Gap(from: 1, through: 3, dropped: 3)),
            .entriesDropped(sink: "a", Gap(from: 4, through: 4, dropped: 1)), .sinkFailed("b", trouble),
        ]
        let made = events.map { $0.event(source: "guestwatch://host", at: start) }
        #expect(Set(made.map(\.id)).count == events.count)
        for event in made {
            let decoded = try EventDecoder.decode(EventEncoder.encode(event)).event
            #expect(decoded == event)
            #expect(event.message?.hasSuffix(".") == true || event.message?.contains(trouble.reason) == true)
        }
    }

    @Test("reports that are for the log only make no event")
    func quiet() {
        let trouble = Trouble(reason: "down", attempt: 1, mustAct: false, isLogged: true, isAnnounced: false)
        let recovery = Recovery(attempts: 1, lasted: .zero, isAnnounced: false)
        let reports: [Report] = [
            .failing(trouble), .recovered(recovery), .held(.full), .released(.full, .zero),
            .refused(Refusal(first: 1, reason: "no", total: 1)),
        ]
        for report in reports {
            #expect(AgentEvent(report, of: .sink, named: "x") == nil)
            #expect(AgentEvent(report, of: .collector, named: "x") == nil)
        }
    }
}
