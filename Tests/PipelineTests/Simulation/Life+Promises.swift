import AgentCore
import AgentTestKit
import Pipeline

extension Life {
    /// Atomic: what the journal ever stored of a source is exactly what its checkpoint says was read.
    func checkAtomic() throws {
        for collector in collectors {
            let name = collector.plan.name
            let stored = Set(history.archive.lazy.filter { $0.source == name }.map(\.id))
            let read = position(history.checkpoints[name])
            let expected = Set(collector.plan.events.prefix(read).map(\.id))
            if stored != expected {
                throw Violation(.atomic, "\(name): \(stored.count) events stored, \(read) read by its checkpoint")
            }
        }
    }

    /// Ordered: within a batch, and what a sink sees for the first time is newer than all it saw before.
    mutating func checkOrder(_ index: Int, _ entries: [Entry]) throws {
        let sink = sinks[index]
        for (earlier, later) in zip(entries, entries.dropFirst()) where earlier.sequence >= later.sequence {
            throw Violation(.ordered, "\(sink.plan.name) got \(later.sequence) after \(earlier.sequence)")
        }
        if entries.isEmpty { throw Violation(.bounded, "\(sink.plan.name) got an empty batch") }
        if entries.count > sink.plan.batch.entries {
            throw Violation(.bounded, "\(sink.plan.name) got \(entries.count) entries at once")
        }
        var firsts: [String: UInt64] = [:]
        for entry in entries {
            let key = orderKey(sink, entry.sequence)
            firsts[key] = min(firsts[key] ?? .max, entry.sequence)
        }
        for (key, first) in firsts where sink.plan.policy.whenUnavailable == .retain {
            let skipped = wanted(sink, from: (sink.newest[key] ?? 0) + 1, through: first - 1).contains {
                orderKey(sink, $0) == key && !sink.missed.contains($0)
            }
            if skipped { throw Violation(.ordered, "\(sink.plan.name) got \(first) before what comes before it") }
        }
        for entry in entries {
            let key = orderKey(sink, entry.sequence)
            sinks[index].newest[key] = max(sinks[index].newest[key] ?? 0, entry.sequence)
        }
    }

    /// Entries of one key are in order: those of a guest where several workers deliver, all where there is one.
    private func orderKey(_ sink: SinkLife, _ sequence: UInt64) -> String {
        guard sink.plan.policy.workers > 1 else { return "" }
        let body = history.archive[Int(sequence) - 1].entry.body
        return String(decoding: body.prefix { $0 != UInt8(ascii: ",") }, as: UTF8.self)
    }

    /// Bounded: the journal never holds more than it may.
    func checkRetention() throws {
        guard let limit = plan.policy.count, history.count > limit else { return }
        throw Violation(.bounded, "the journal holds \(history.count) entries, its limit is \(limit)")
    }

    /// What the archive has for a sink.
    func wanted(_ sink: SinkLife, from: UInt64 = 1, through: UInt64 = .max) -> [UInt64] {
        guard from <= min(through, history.head) else { return [] }
        return history.archive[Int(from) - 1..<Int(min(through, history.head))].map(\.entry)
            .filter { sink.plan.filter.matches(type: $0.type, severity: $0.severity) }
            .map(\.sequence)
    }

    /// After the world has healed and all is at rest.
    func checkEnd() throws {
        try checkUnique()
        try checkAtomic()
        try checkAcknowledged()
        for collector in collectors { try checkCollector(collector) }
        for producer in producers { try checkProducer(producer) }
        for sink in sinks { try checkSink(sink) }
    }

    private func checkUnique() throws {
        var seen: Set<String> = []
        for stored in history.archive where !seen.insert("\(stored.source) \(stored.id)").inserted {
            throw Violation(.unique, "\(stored.source) \(stored.id) is stored twice")
        }
    }

    private func checkCollector(_ collector: CollectorLife) throws {
        let stored = history.archive.filter { $0.source == collector.plan.name }.map(\.id)
        let expected = collector.plan.events.map(\.id)
        if stored != Array(expected.prefix(stored.count)) {
            throw Violation(.ordered, "\(collector.plan.name): stored \(stored)")
        }
        // Only a sink that hangs may hold a collector, and only where the policy says so.
        let mayBeHeld = plan.policy.whenFull == .block && sinks.contains(where: \.isHanging) && collector.heldAt != nil
        if stored.count < expected.count, !collector.isHanging, !mayBeHeld {
            let promise: Promise = isAnybodyHanging ? .isolated : .reliable
            throw Violation(promise, "\(collector.plan.name): \(stored.count) of \(expected.count) events stored")
        }
    }

    private func checkSink(_ sink: SinkLife) throws {
        let name = sink.plan.name
        let deadLetters = Set(history.refused(by: name).map(\.sequence))
        if !deadLetters.isSubset(of: sink.refused) {
            throw Violation(.reliable, "\(name): dead letters nobody refused")
        }
        let cursor = history.cursors[name] ?? 0
        for sequence in wanted(sink) where sequence <= cursor {
            if sink.taken.contains(sequence) || deadLetters.contains(sequence) || sink.missed.contains(sequence)
                || sink.discarded.contains(sequence)
            {
                continue
            }
            throw Violation(.reliable, "\(name): \(sequence) was acknowledged, but never delivered")
        }
        if cursor < history.head, !sink.isHanging {
            throw Violation(isAnybodyHanging ? .isolated : .reliable, "\(name) is at \(cursor) of \(history.head)")
        }
    }
}
