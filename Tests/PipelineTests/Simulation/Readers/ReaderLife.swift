import AgentCore
import AgentTestKit
import EventModel
import Pipeline

/// A life of live readers, made of the pure parts and a seed: commits that return in any order, are lost or cannot be
/// told apart; a small ring; retention, resizes, crashes; subscribers that suspend, resume, stop half-way and hang;
/// streams that are slow and come again.
struct ReaderLife {
    /// A commit the journal has made, and its caller not yet heard of.
    struct UnderWay {
        var ticket: RecentLog.Ticket
        var commit: Commit
        var entries: [Entry]
    }

    let seed: UInt64
    let bug: ReaderBug?
    let limits: RecentLog.Limits
    let hasRetention: Bool
    var chance: SeededGenerator
    var history: SimulatedHistory
    var log: RecentLog
    var underWay: [UnderWay] = []
    var subscribers: [SubscriberLife] = []
    var streams: [StreamLife] = []
    var seen: Set<ReaderHardship> = []
    /// The most entries that became readable at once.
    var largestStep: UInt64 = 0
    private var lastEvent = 0
    private let crashChance: Int
    private let steps: Int

    init(seed: UInt64, bug: ReaderBug? = nil) {
        (self.seed, self.bug) = (seed, bug)
        chance = SeededGenerator(seed: seed)
        limits = RecentLog.Limits(entries: chance.draw(4...40), bytes: chance.pick([1 << 20, 200]))
        hasRetention = chance.happens(50)
        crashChance = chance.pick([0, 1])
        steps = chance.draw(50...400)
        let policy = RetentionPolicy(count: hasRetention ? chance.draw(5...30) : nil, whenFull: .dropOldest)
        history = SimulatedHistory(policy: policy)
        log = RecentLog(limits: bug == .ringWithoutLimit ? .init(entries: .max, bytes: .max) : limits)
        log.keep(true)
        for _ in 0..<chance.draw(1...3) { subscribe() }
        for _ in 0..<chance.draw(1...2) {
            let filter = filter()
            streams.append(StreamLife(after: 0, filter: filter, bug: bug))
        }
    }

    /// Lives it. Throws the first promise seen broken.
    mutating func live() throws {
        for _ in 0..<steps { try step() }
        try heal()
        try checkEnd()
    }

    private mutating func step() throws {
        if bug == .oneHangsAll, subscribers.contains(where: \.isHanging) { return }
        switch chance.draw(0...99) {
        case 0..<30: try commit()
        case 30..<55: try returnOne()
        case 55..<75:
            let index = chance.draw(0...subscribers.count - 1)
            try stepSubscriber(index)
        case 75..<85: toggle(chance.draw(0...subscribers.count - 1))
        case 85..<95: try stepStream(chance.draw(0...streams.count - 1))
        case 95..<97: resize()
        case 97 where chance.happens(30): subscribe()
        case 98 where chance.happens(crashChance * 30): try crash()
        default: break
        }
        try checkBounds()
    }

    private mutating func filter() -> EventFilter {
        chance.pick([EventFilter(), types("vm.*"), EventFilter(severity: .notice)])
    }

    private mutating func commit() throws {
        let ticket = log.begin()
        let events = (0..<chance.draw(1...6)).map { _ in
            lastEvent += 1
            return EncodedEvent(
                source: "s", id: "\(lastEvent)", type: chance.pick(LifePlan.types),
                severity: chance.pick([.info, .notice]), body: [UInt8](repeating: 0x20, count: chance.draw(0...40))[...]
            )
        }
        let before = Int(history.head)
        let commit = try history.commit(events, checkpoint: nil, of: "c")
        underWay.append(UnderWay(ticket: ticket, commit: commit, entries: history.archive[before...].map(\.entry)))
    }

    /// Some commit returns, not the first that was made.
    private mutating func returnOne() throws {
        guard !underWay.isEmpty else { return }
        let index = chance.draw(0...underWay.count - 1)
        if index > 0 { seen.insert(.outOfOrder) }
        let done = underWay.remove(at: index)
        let before = log.head
        defer { largestStep = max(largestStep, log.head - before) }
        guard let sequences = done.commit.sequences else { return log.end(done.ticket) }
        switch chance.draw(0...19) {
        case 0:
            seen.insert(.lostAnswer)
            log.end(done.ticket)
        case 1:
            seen.insert(.repeats)
            log.end(done.ticket, sequences: sequences, entries: nil)
        default:
            log.end(done.ticket, sequences: sequences, entries: done.entries)
        }
    }

    private mutating func resize() {
        guard hasRetention else { return }
        seen.insert(.resize)
        _ = history.setPolicy(RetentionPolicy(count: chance.draw(1...40), whenFull: .dropOldest))
    }

    private mutating func subscribe() {
        guard subscribers.count < 6 else { return }
        let start = chance.happens(70) ? nil : UInt64(chance.draw(0...Int(log.highest)))
        let filter = filter()
        subscribers.append(
            SubscriberLife(
                highest: log.highest, after: start, filter: filter, limit: chance.draw(1...12),
                suspension: chance.pick([nil, nil, .queueing, .discarding]), bug: bug))
    }

    /// The process dies: subscribers with it; streams come again, each behind what it has.
    private mutating func crash() throws {
        seen.insert(.crash)
        history.crash()
        log = RecentLog(limits: limits)
        log.keep(true)
        log.open(at: history.head)
        (underWay, subscribers) = ([], [])
        for index in streams.indices {
            streams[index].reconnect(bug: bug)
            streams[index].headThen = max(log.head, streams[index].last)
        }
        subscribe()
    }

    /// Reads for somebody: from the ring, or from the journal.
    mutating func take(after sequence: UInt64) -> (entries: [Entry], lowest: UInt64) {
        switch log.take(after: sequence) {
        case .nothing:
            return ([], sequence + 1)
        case .run(let run, let skip):
            var entries = Array(run.dropFirst(skip))
            if bug == .takenOutOfOrder, entries.count > 2 { entries.swapAt(0, 1) }
            return (entries, sequence + 1)
        case .behind:
            seen.insert(.behind)
            if bug == .behindTakenAsNext {
                let low = log.low
                guard case .run(let run, _) = log.take(after: low - 1) else { return ([], sequence + 1) }
                return (run, sequence + 1)
            }
            let page = history.read(after: sequence, limit: ReadLimit(entries: chance.draw(1...20)))
            return (page.entries, page.lowest)
        }
    }

    /// No more faults: all must come to rest.
    private mutating func heal() throws {
        while !underWay.isEmpty { try returnOne() }
        // The next commit shows what was lost on the way to its caller.
        try commit()
        while let done = underWay.popLast() {
            guard let sequences = done.commit.sequences else { continue }
            log.end(done.ticket, sequences: sequences, entries: done.entries)
        }
        for index in subscribers.indices where !subscribers[index].isHanging {
            finishOffer(index)
            resume(index)
        }
        var rounds = 0
        while isBusy {
            rounds += 1
            if rounds > 2000 {
                let promise: Promise = subscribers.contains(where: \.isHanging) ? .isolated : .bounded
                throw Violation(promise, "the readers do not come to rest")
            }
            if bug == .oneHangsAll, subscribers.contains(where: \.isHanging) { continue }
            for index in subscribers.indices { try stepSubscriber(index) }
            for index in streams.indices { try stepStream(index) }
        }
    }

    private var isBusy: Bool {
        subscribers.contains { !$0.isHanging && $0.window.cursor < log.head } || streams.contains { $0.last < log.head }
    }
}
