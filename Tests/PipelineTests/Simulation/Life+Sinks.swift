import AgentCore
import AgentTestKit
import EventModel
import Pipeline

extension Life {
    /// One action of a sink's runner.
    mutating func stepSink(_ index: Int) throws -> Progress {
        if sinks[index].isHanging { return .waits }
        switch sinks[index].progress.next(worker: 0, head: history.head, at: now) {
        case .wait(_, nil):
            return .waits
        case .wait(_, .some(let limit)):
            guard isHealed else { return .waits }
            now = now.advanced(by: limit)
            for report in sinks[index].progress.woken(at: now) { tell(report, .sink, sinks[index].plan.name) }
        case .read(let cursor, let limit):
            try read(index, after: cursor, limit: limit)
        case .deliver(let entries):
            return try deliver(index, entries)
        case .acknowledge(let through, let refused):
            try acknowledge(index, through: through, refused: refused)
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

    private mutating func read(_ index: Int, after cursor: UInt64, limit: ReadLimit) throws {
        let name = sinks[index].plan.name
        try mayCrash()
        if fault(.unwritable) {
            let report = sinks[index].progress.journalFailed(
                .unwritable("input/output error"), of: 0, at: now, random: random)
            return tell(report, .sink, name)
        }
        let page = history.read(after: cursor, limit: limit)
        let before = sinks[index].progress.counters.dropped
        tell(sinks[index].progress.received(page, at: now, random: random), .sink, name)
        try noteGap(index, from: cursor + 1, to: page.lowest, counted: sinks[index].progress.counters.dropped - before)
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

    private mutating func deliver(_ index: Int, _ entries: [Entry]) throws -> Progress {
        try checkOrder(index, entries)
        if bug == .cursorBeforeDelivery, let last = entries.last {
            history.acknowledge(through: last.sequence, refused: [], by: sinks[index].plan.name)
        }
        if sinks[index].plan.hangs, chance.happens(30) || isHealed {
            seen.insert(.sinkHung)
            sinks[index].isHanging = true
            return .waits
        }
        try mayCrash()
        if !isHealed, chance.happens(plan.faultChance) {
            try deliverWithTrouble(index, entries)
        } else {
            take(index, entries)
            try mayCrash()
            sinks[index].progress.deliverySucceeded(worker: 0)
        }
        return .moved
    }

    private mutating func take(_ index: Int, _ entries: some Sequence<Entry>) {
        for entry in entries { sinks[index].taken.insert(entry.sequence) }
    }

    /// A half-delivered batch, a lost answer, a refusal of all or of some.
    private mutating func deliverWithTrouble(_ index: Int, _ entries: [Entry]) throws {
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
        if isSkipped(error) { return sinks[index].progress.deliverySucceeded(worker: 0) }
        let reports = sinks[index].progress.deliveryFailed(error, worker: 0, at: now, random: random)
        for report in reports { tell(report, .sink, sinks[index].plan.name) }
    }

    private func isSkipped(_ error: DeliveryError) -> Bool {
        switch error {
        case .retryable: bug == .retrySkipsBatch
        case .permanent, .partial, .tooLarge: bug == .refusalsForgotten
        }
    }

    private mutating func acknowledge(_ index: Int, through: UInt64, refused: [DeadLetter]) throws {
        let name = sinks[index].plan.name
        try mayCrash()
        if fault(.unwritable) {
            let report = sinks[index].progress.journalFailed(
                .unwritable("no space left"), of: 0, at: now, random: random)
            return tell(report, .sink, name)
        }
        history.acknowledge(through: through, refused: refused, by: name)
        room += 1
        sinks[index].acknowledged = through
        try mayCrash()
        for report in sinks[index].progress.acknowledged(at: now) { tell(report, .sink, name) }
    }
}
