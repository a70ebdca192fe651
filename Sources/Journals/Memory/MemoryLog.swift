import AgentCore
import EventModel

/// The state of a `MemoryJournal`: a value without locks or waiting.
struct MemoryLog: Sendable {
    private struct Slot {
        var entry: Entry
        var key: EventKey
        var storedAt: Timestamp
    }

    private struct EventKey: Hashable {
        var source: UTF8Key
        var id: UTF8Key
    }

    let policy: RetentionPolicy
    let isClosed: Bool
    private(set) var checkpoints: [String: Checkpoint] = [:]
    private(set) var cursors: [String: UInt64] = [:]
    /// The entries held; those before `first` are gone, and cleared away when they are the half of it.
    private var slots: [Slot] = []
    private var first = 0
    private var keys: Set<EventKey> = []
    private var head: UInt64 = 0
    private var bytes = 0
    private var dropped = 0
    private var attached: [String] = []
    private var deadLetters: [(sink: String, letter: DeadLetter)] = []

    init(policy: RetentionPolicy, isClosed: Bool = false) {
        (self.policy, self.isClosed) = (policy, isClosed)
    }

    private var count: Int { slots.count - first }
    private var lowest: UInt64 { head + 1 - UInt64(count) }

    /// Stores what is news, or nothing at all.
    mutating func commit(
        _ events: [EncodedEvent], checkpoint: Checkpoint?, of collector: String, at now: Timestamp
    ) throws(JournalError) -> Commit {
        let news = unknown(events)
        let retention = retention(at: now)
        let newBytes = news.reduce(0) { $0 + $1.body.count }
        let kept = max(retention.ceiling(upTo: head), lowest - 1)
        let (count, bytes) = (Int(head - kept) + news.count, bytesHeld(after: kept) + newBytes)
        if !news.isEmpty, kept < head, retention.isExceeded(count: count, bytes: bytes) { throw .full }
        let before = head
        for (event, key) in zip(news, news.map(Self.key)) {
            head += 1
            keys.insert(key)
            self.bytes += event.body.count
            let entry = Entry(sequence: head, type: event.type, severity: event.severity, body: event.body)
            slots.append(Slot(entry: entry, key: key, storedAt: now))
        }
        if let checkpoint { checkpoints[collector] = checkpoint }
        if !news.isEmpty { remove(upTo: retention.ceiling(upTo: before), by: retention) }
        return Commit(sequences: before < head ? before + 1...head : nil, repeated: events.count - news.count)
    }

    func read(after sequence: UInt64, limit: ReadLimit) -> Page {
        var page = Page(entries: [], lowest: lowest, head: head)
        guard sequence < head else { return page }
        var bytes = 0
        let start = first + Int(max(sequence + 1, lowest) - lowest)
        for slot in slots[start...].prefix(max(1, limit.entries)) {
            bytes += slot.entry.body.count
            if bytes > limit.bytes, !page.entries.isEmpty { break }
            page.entries.append(slot.entry)
        }
        return page
    }

    mutating func attach(_ sinks: [String]) {
        attached = sinks
        for sink in sinks where cursors[sink] == nil { cursors[sink] = lowest - 1 }
    }

    mutating func acknowledge(through sequence: UInt64, refused: [DeadLetter], by sink: String) {
        cursors[sink] = max(cursors[sink] ?? 0, min(sequence, head))
        for letter in refused {
            deadLetters.removeAll { $0.sink == sink && $0.letter.sequence == letter.sequence }
            deadLetters.append((sink, letter))
        }
        deadLetters.removeFirst(max(0, deadLetters.count - JournalLimits.deadLetters))
    }

    mutating func trim(at now: Timestamp) -> Trim {
        let retention = retention(at: now)
        return remove(upTo: retention.ceiling(upTo: head), by: retention)
    }

    var state: JournalState {
        JournalState(
            lowest: lowest, head: head, count: count, bytes: bytes, dropped: dropped, cursors: cursors,
            deadLetters: deadLetters.count)
    }

    private func retention(at now: Timestamp) -> Retention {
        Retention(policy: policy, now: now, cursors: attached.compactMap { cursors[$0] })
    }

    private func unknown(_ events: [EncodedEvent]) -> [EncodedEvent] {
        var seen: Set<EventKey> = []
        return events.filter { event in
            let key = Self.key(of: event)
            return !keys.contains(key) && seen.insert(key).inserted
        }
    }

    private static func key(of event: EncodedEvent) -> EventKey {
        EventKey(source: UTF8Key(event.source), id: UTF8Key(event.id))
    }

    private func bytesHeld(after sequence: UInt64) -> Int {
        guard sequence >= lowest else { return bytes }
        guard sequence < head else { return 0 }
        return slots[(first + Int(sequence - lowest) + 1)...].reduce(0) { $0 + $1.entry.body.count }
    }

    @discardableResult
    private mutating func remove(upTo ceiling: UInt64, by retention: Retention) -> Trim {
        let start = lowest
        while first < slots.count, lowest <= ceiling,
            retention.isDue(storedAt: slots[first].storedAt, count: count, bytes: bytes)
        {
            keys.remove(slots[first].key)
            bytes -= slots[first].entry.body.count
            slots[first].entry.body = []
            first += 1
        }
        let trim = retention.account(removing: start..<lowest)
        dropped += trim.dropped
        if first > slots.count / 2 {
            slots.removeFirst(first)
            first = 0
        }
        return trim
    }
}
