import AgentCore
import AgentTestKit
import EventModel
import VSphere

@testable import Collectors

/// One seeded life of a reading: events happen, answers are lost, collectors vanish, the process dies. Afterwards
/// `problems` says which promise was broken.
struct SimulatedLife {
    struct Plan {
        var pageSize = 10
        var isKept = true
        var fault = SimulatedServer.Fault.none
        var firstKey: Int32 = 1
        var poison = false
        var cuts = false
        var late = true
        var crashes = true
        var startsAtBeginning = true
        /// Answers given in the place of others, and answers lost: of one kind of call each.
        var lies = 0
    }

    /// The last answer to each kind of call, whoever got it.
    private struct Answers {
        var next: SimulatedServer.Answer?
        var latest: SimulatedServer.Answer?
        var previous: SimulatedServer.Answer?
        var newest: VSphereEvent??
    }

    private let plan: Plan
    private var random: SeededGenerator
    private var server = SimulatedServer()
    private static let start = TestClock.start
    private var now = Self.start
    private var key: Int32
    private var reading: any HistoryReading
    private var committed: Checkpoint
    private var expected: [EventPosition] = []
    private var poisoned: Set<EventPosition> = []
    private var gone: Set<EventPosition> = []
    private var delivered: [EventPosition] = []
    private var gaps: [HistoryGap] = []
    private var damaged = 0
    private var answers = Answers()
    private var liesTold = 0
    private var isDisturbed = false
    private(set) var problems: [String] = []

    init(_ plan: Plan, random: SeededGenerator) {
        (self.plan, self.random, key) = (plan, random, plan.firstKey)
        server.fault = plan.fault
        server.answerLimit = plan.pageSize * 5
        let boundary = ReadingBoundary(begin: plan.startsAtBeginning ? nil : now)
        committed = VSphereCheckpoint(server: "s", filter: "f", boundary: boundary).encoded()
        reading = Self.reading(plan, boundary)
    }

    private static func reading(_ plan: Plan, _ boundary: ReadingBoundary) -> any HistoryReading {
        plan.isKept
            ? KeptReading(boundary: boundary, pageSize: plan.pageSize)
            : FreshReading(
                boundary: boundary, pageSize: plan.pageSize, asksNewest: plan.fault == .none,
                answerLimit: plan.pageSize * 5)
    }

    mutating func live(rounds: Int) {
        for _ in 0..<rounds {
            happen()
            drain(disturbed: true)
        }
        for _ in 0..<3 { drain(disturbed: false) }
        judge()
    }

    /// Something happens on the server.
    private mutating func happen() {
        let kind = Int.random(in: 0..<20, using: &random)
        switch kind {
        case 0: append(Int.random(in: 1...plan.pageSize * 12, using: &random))
        case 1 where plan.fault == .none:
            append(Int.random(in: 1...plan.pageSize * 4, using: &random), visible: false)
        case 2: append(Int.random(in: 2...plan.pageSize * 2, using: &random), atOneTime: true)
        case 3 where plan.cuts:
            for event in server.cut(Int.random(in: 0...server.stored.count, using: &random)) where event.isVisible {
                gone.insert(event.position)
            }
        default: append(Int.random(in: 0...3, using: &random))
        }
    }

    private mutating func append(_ count: Int, visible: Bool = true, atOneTime: Bool = false) {
        for _ in 0..<count {
            if !atOneTime { now = now.advanced(by: .milliseconds(Int.random(in: 0...40, using: &random))) }
            let isLate = plan.late && Int.random(in: 0..<20, using: &random) == 0
            let time = isLate ? now.advanced(by: .milliseconds(-Int.random(in: 1...1900, using: &random))) : now
            var event = VSphereEvent(className: "VmPoweredOnEvent")
            (event.key, event.createdTime) = (key, time)
            let position = EventPosition(time: time, key: key)
            key &+= 1
            let isPoison = plan.poison && visible && Int.random(in: 0..<100, using: &random) == 0
            server.append(.init(event: event, position: position, isVisible: visible, isPoison: isPoison))
            if isPoison, plan.startsAtBeginning || time >= Self.start { poisoned.insert(position) }
            let isAsked = plan.startsAtBeginning || time >= Self.start
            if visible, !isPoison, isAsked { expected.append(position) }
        }
        if Int.random(in: 0..<3, using: &random) == 0 {
            now = now.advanced(by: .milliseconds(Int.random(in: 0...6000, using: &random)))
        }
    }

    /// Performs steps until the reading waits.
    private mutating func drain(disturbed: Bool) {
        // A round of fresh collectors in pages of one event is long: it must have a chance to end.
        let calm = plan.poison ? 2000 : plan.isKept ? 60 : 300
        isDisturbed = disturbed
        var waits = 0
        for _ in 0..<(plan.poison ? 60_000 : 20_000) {
            if disturbed, plan.crashes, Int.random(in: 0..<calm, using: &random) == 0 { restart() }
            if disturbed, Int.random(in: 0..<calm, using: &random) == 0 {
                server.close()
                reading.lost()
            }
            let step = reading.next
            if step == .wait {
                waits += 1
                if waits > 2 { return }
            }
            let findings = perform(step)
            if disturbed, Int.random(in: 0..<calm, using: &random) == 0, plan.crashes {
                restart()
                continue
            }
            commit(findings)
        }
        problems.append("the reading never waits")
    }

    private mutating func perform(_ step: ReadingStep) -> [Finding] {
        switch step {
        case .open(let request):
            server.open(request)
            reading.opened()
            return []
        case .readNext(let count): return give(told(server.readNext(count), \.next))
        case .readLatest: return give(told(server.readLatest(plan.pageSize), \.latest))
        case .readPrevious(let count): return give(told(server.readPrevious(count), \.previous))
        case .close:
            server.close()
            return reading.closed()
        case .askNewest:
            return reading.told(told(server.newest(since: reading.ledger.boundary.begin), \.newest))
        case .wait:
            switch Int.random(in: 0..<3, using: &random) {
            case 0: reading.paused()
            case 1: reading.timedOut()
            default: return reading.told(server.newest(since: reading.ledger.boundary.begin))
            }
            return []
        }
    }

    /// The answer, or the one before it to a call of its kind.
    private mutating func told<Answer>(_ answer: Answer, _ before: WritableKeyPath<Answers, Answer?>) -> Answer {
        defer { answers[keyPath: before] = answer }
        guard let stale = answers[keyPath: before], isDisturbed, liesTold < plan.lies,
            Int.random(in: 0..<8, using: &random) == 0
        else { return answer }
        liesTold += 1
        return stale
    }

    private mutating func give(_ answer: SimulatedServer.Answer) -> [Finding] {
        switch answer {
        case .events(let events): return reading.read(events.shuffled(using: &random))
        case .undecodable:
            if let findings = reading.undecodable(reason: "poison") { return findings }
            server.close()
            reading.lost()
            return []
        }
    }

    /// The process dies and begins at what was committed.
    private mutating func restart() {
        server.close()
        guard let checkpoint = try? VSphereCheckpoint(committed) else {
            problems.append("a checkpoint cannot be read back")
            return
        }
        reading = Self.reading(plan, checkpoint.boundary)
    }

    private mutating func commit(_ findings: [Finding]) {
        if findings.isEmpty { return }
        for finding in findings {
            switch finding {
            case .event(let event, _):
                if let position = event.position { delivered.append(position) } else { damaged += 1 }
            case .gap(let gap): gaps.append(gap)
            }
        }
        let before = reading.ledger.boundary
        committed = VSphereCheckpoint(server: "s", filter: "f", boundary: before).encoded()
        if (try? VSphereCheckpoint(committed))?.boundary != before.tidied {
            problems.append("a checkpoint lost something")
        }
    }

    /// Each visible event was delivered exactly once, in order but for its lateness, or lies in a gap that was told.
    private mutating func judge() {
        let once = Set(delivered)
        if once.count != delivered.count { problems.append("\(delivered.count - once.count) events came twice") }
        let lateness = ReadingBoundary.lateness
        let firstDelivered = delivered.first.flatMap { expected.firstIndex(of: $0) } ?? expected.count
        for (index, position) in expected.enumerated() where !once.contains(position) {
            // What went before anything was read, nobody can know of.
            let isUntold = plan.fault == .newestOnlyWithoutTimes && plan.startsAtBeginning
            if index < firstDelivered, gone.contains(position) || isUntold { continue }
            let isTold = gaps.contains {
                $0.fromTime.advanced(by: .zero - lateness) <= position.time
                    && position.time <= $0.to.time.advanced(by: lateness)
            }
            if !gone.contains(position), plan.fault == .none {
                problems.append("event \(position.key) is there and was not delivered")
            } else if !isTold {
                problems.append("event \(position.key) is missing, and no gap tells it")
            }
        }
        if once.subtracting(expected).isEmpty == false { problems.append("events came that nobody made") }
        if gaps.count > 0, gone.isEmpty, plan.fault == .none {
            problems.append("\(gaps.count) gaps told where none is")
        }
        if damaged < poisoned.count, gone.isEmpty {
            problems.append("\(poisoned.count - damaged) undecodable events vanished")
        }
        var newest = Timestamp(nanoseconds: .min)
        for position in delivered {
            if position.time.advanced(by: lateness) < newest {
                problems.append("event \(position.key) came out of order")
            }
            newest = max(newest, position.time)
        }
        if problems.count > 5 { problems = Array(problems.prefix(5)) + ["… \(problems.count - 5) more"] }
    }
}

extension ReadingBoundary {
    /// This boundary without what need not be remembered.
    fileprivate var tidied: ReadingBoundary {
        var copy = self
        copy.tidy()
        return copy
    }
}
