import AgentCore
import AgentTestKit
import EventModel
import Pipeline

extension Life {
    /// One step of a sink's worker: it begins an action, or what it began comes to its end.
    mutating func stepSink(_ index: Int, worker: Int) throws -> Progress {
        if sinks[index].isHanging { return .waits }
        if let work = sinks[index].work.removeValue(forKey: worker) { return try finish(work, index, worker) }
        switch sinks[index].progress.next(worker: worker, head: history.head, at: now) {
        case .wait(_, nil):
            return .waits
        case .wait(_, .some(let limit)):
            guard isHealed else { return .waits }
            now = now.advanced(by: limit)
            for report in sinks[index].progress.woken(worker: worker, at: now) {
                tell(report, .sink, sinks[index].plan.name)
            }
        case .read(let cursor, let limit):
            sinks[index].work[worker] = .read(after: cursor, limit)
        case .deliver(let entries):
            return try begin(index, worker, entries)
        case .acknowledge(let through, let refused):
            sinks[index].work[worker] = .acknowledge(through: through, refused)
        case .rest(let delay):
            if delay > Backoff.lastCeiling + Backoff.mostObeyed {
                throw Violation(.bounded, "a sink rests for \(delay)")
            }
            now = now.advanced(by: delay)
        case .redeliver:
            throw Violation(.bounded, "a redelivery nobody asked for")
        case .end:
            return .ended
        }
        return .moved
    }

    private mutating func finish(_ work: SinkLife.Work, _ index: Int, _ worker: Int) throws -> Progress {
        switch work {
        case .read(let cursor, let limit):
            try read(index, worker, after: cursor, limit: limit)
        case .deliver(let entries):
            try deliver(index, worker, entries)
        case .acknowledge(let through, let refused):
            try acknowledge(index, worker, through: through, refused: refused)
        }
        return .moved
    }

    private mutating func read(_ index: Int, _ worker: Int, after cursor: UInt64, limit: ReadLimit) throws {
        let name = sinks[index].plan.name
        try mayCrash()
        if fault(.unwritable) {
            let report = sinks[index].progress.journalFailed(
                .unwritable("input/output error"), of: worker, at: now, random: random)
            return tell(report, .sink, name)
        }
        var page = history.read(after: cursor, limit: limit)
        if bug == .guestsInAnyLane {
            for place in page.entries.indices {
                page.entries[place].body = Array("{\"subject\":\"\(page.entries[place].sequence)\"}".utf8)[...]
            }
        }
        let before = sinks[index].progress.counters.dropped
        tell(sinks[index].progress.received(page, at: now, random: random), .sink, name)
        let counted = sinks[index].progress.counters.dropped - before
        try noteGap(index, from: cursor + 1, to: page.lowest, counted: counted)
    }

    private mutating func noteGap(_ index: Int, from: UInt64, to lowest: UInt64, counted: UInt64) throws {
        let missing = lowest > from ? lowest - from : 0
        if counted != missing { throw Violation(.reliable, "\(missing) entries dropped, \(counted) counted") }
        guard missing > 0 else { return }
        if plan.policy.whenFull == .block {
            throw Violation(.reliable, "retention dropped \(from)…\(lowest - 1) unread")
        }
        seen.insert(.gap)
        sinks[index].missed.formUnion(from..<lowest)
    }

    private mutating func begin(_ index: Int, _ worker: Int, _ entries: [Entry]) throws -> Progress {
        try checkOrder(index, entries)
        let end = bug == .cursorBeforeDelivery ? entries.last : nil
        if let end { history.acknowledge(through: end.sequence, refused: [], by: sinks[index].plan.name) }
        if sinks[index].plan.hangs, chance.happens(30) || isHealed {
            seen.insert(.sinkHung)
            sinks[index].isHanging = true
            return .waits
        }
        sinks[index].work[worker] = .deliver(entries)
        return .moved
    }

    private mutating func deliver(_ index: Int, _ worker: Int, _ entries: [Entry]) throws {
        try mayCrash()
        if entries.reduce(0, { $0 + $1.body.count }) > sinks[index].plan.largestDelivery {
            return refuseSize(index, worker, entries)
        }
        if !isHealed, chance.happens(plan.faultChance) {
            return try deliverWithTrouble(index, worker, entries)
        }
        take(index, entries)
        try mayCrash()
        sinks[index].progress.deliverySucceeded(worker: worker)
        if bug == .cursorOverOtherLanes, let last = entries.last {
            history.acknowledge(through: last.sequence, refused: [], by: sinks[index].plan.name)
        }
    }

    private mutating func refuseSize(_ index: Int, _ worker: Int, _ entries: [Entry]) {
        seen.insert(.tooLarge)
        if bug == .splitForgetsHalf {
            take(index, entries.prefix(entries.count / 2))
            return sinks[index].progress.deliverySucceeded(worker: worker)
        }
        if entries.count == 1 { sinks[index].refused.insert(entries[0].sequence) }
        fail(index, worker, .tooLarge(reason: "413"))
    }

    private mutating func take(_ index: Int, _ entries: some Sequence<Entry>) {
        for entry in entries { sinks[index].taken.insert(entry.sequence) }
    }

    /// A half-delivered batch, a lost answer, a refusal of all or of some.
    private mutating func deliverWithTrouble(_ index: Int, _ worker: Int, _ entries: [Entry]) throws {
        let error: DeliveryError
        switch chance.draw(0...3) {
        case 0:
            seen.insert(.retryable)
            take(index, entries.prefix(chance.draw(0...entries.count)))
            try mayCrash()
            error = .retryable(reason: "connection reset", after: chance.pick([nil, .seconds(5), .seconds(1_000_000)]))
        case 1:
            seen.insert(.lostAnswer)
            take(index, entries)
            error = .retryable(reason: "the answer was lost")
        case 2:
            seen.insert(.permanent)
            sinks[index].refused.formUnion(entries.map(\.sequence))
            error = .permanent(reason: "400")
        default:
            seen.insert(.partial)
            let rejected = entries.filter { _ in chance.happens(50) }
            take(index, entries.filter { !rejected.contains($0) })
            sinks[index].refused.formUnion(rejected.map(\.sequence))
            let reasons = rejected.map { ($0.sequence, "too large") } + [(UInt64.max, "no entry of ours")]
            error = .partial(rejected: Dictionary(uniqueKeysWithValues: reasons))
        }
        try mayCrash()
        if isSkipped(error) { return sinks[index].progress.deliverySucceeded(worker: worker) }
        let before = sinks[index].progress.counters.deadLetters
        fail(index, worker, error)
        if case .retryable = error, sinks[index].progress.counters.deadLetters > before {
            // Given up: dead letters that no destination refused.
            seen.insert(.givenUp)
            sinks[index].refused.formUnion(wanted(sinks[index], from: sinks[index].progress.cursor + 1))
        }
    }

    private mutating func fail(_ index: Int, _ worker: Int, _ error: DeliveryError) {
        let reports = sinks[index].progress.deliveryFailed(error, worker: worker, at: now, random: random)
        for report in reports { tell(report, .sink, sinks[index].plan.name) }
    }

    private func isSkipped(_ error: DeliveryError) -> Bool {
        switch error {
        case .retryable, .held: bug == .retrySkipsBatch
        case .permanent, .partial, .tooLarge, .refused: bug == .refusalsForgotten
        }
    }

    private mutating func acknowledge(
        _ index: Int, _ worker: Int, through: UInt64, refused: [DeadLetter]
    ) throws {
        let name = sinks[index].plan.name
        try mayCrash()
        if fault(.unwritable) {
            let report = sinks[index].progress.journalFailed(
                .unwritable("no space left"), of: worker, at: now, random: random)
            return tell(report, .sink, name)
        }
        try noteDiscarded(index, through: through, refused: refused)
        history.acknowledge(through: through, refused: refused, by: name)
        room += 1
        sinks[index].acknowledged = through
        try mayCrash()
        for report in sinks[index].progress.acknowledged(at: now) { tell(report, .sink, name) }
    }

    /// What is acknowledged, though no destination had it, was let go: only where the policy says so, and counted.
    private mutating func noteDiscarded(_ index: Int, through: UInt64, refused: [DeadLetter]) throws {
        let sink = sinks[index]
        guard sink.plan.policy.whenUnavailable == .discard else { return }
        let from = sink.progress.cursor
        let news = wanted(sink, from: from + 1, through: through).filter { sequence in
            !sink.taken.contains(sequence) && !sink.missed.contains(sequence)
                && !refused.contains { $0.sequence == sequence }
        }
        guard !news.isEmpty else { return }
        seen.insert(.discarded)
        sinks[index].discarded.formUnion(news)
        sinks[index].discardedNow += news.count
        if sinks[index].discardedNow > sink.progress.counters.discarded {
            throw Violation(.reliable, "\(sink.plan.name) let go \(news) uncounted")
        }
    }
}
