import AgentCore
import EventModel

/// The state of a `MemoryJournal`: a value without locks or waiting.
struct MemoryLog: Sendable {
    private struct Slot {
        var entry: Entry
        var key: EventKey
        var storedAt: Timestamp
        /// Bytes of all bodies from the beginning through this one.
        var total: Int
    }

    private struct EventKey: Hashable {
        var source: UTF8Key
        var id: UTF8Key
    }

    private(set) var policy: RetentionPolicy
    let isClosed: Bool
    private(set) var checkpoints: [String: Checkpoint] = [:]
    private(set) var sources = KnownSources()
    private(set) var cursors: [String: UInt64] = [:]
    /// The entries held; those before `first` are gone, and cleared away when they are the half of it.
    private var slots: [Slot] = []
    private var first = 0
    private var keys: Set<EventKey> = []
    private var holding = Holding()
    private var dropped = 0
    private var attached: [String] = []
    private(set) var deadLetters: [KeptDeadLetter] = []
    private var lastLetter: UInt64 = 0

    /// Begins a history.
    init(policy: RetentionPolicy, isClosed: Bool = false) {
        (self.policy, self.isClosed) = (policy, isClosed)
    }

    /// Stores what is news, or nothing at all.
    mutating func commit(
        _ events: [EncodedEvent], checkpoint: Checkpoint?, of collector: String, at now: Timestamp
    ) throws(JournalError) -> Commit {
        let news = unknown(events)
        let retention = retention(at: now)
        let before = holding.head
        let kept = max(retention.ceiling(upTo: before), holding.trimmedThrough)
        if !news.isEmpty, kept < before {
            let bytes = news.reduce(bytesHeld(after: kept)) { $0 + $1.body.count }
            if retention.isExceeded(count: Int(before - kept) + news.count, bytes: bytes) { throw .full }
        }
        for event in news { append(event, at: now) }
        _ = sources.take(events, of: collector)
        if let checkpoint { checkpoints[collector] = checkpoint }
        if !news.isEmpty { remove(upTo: retention.ceiling(upTo: before), by: retention) }
        return Commit(
            sequences: news.isEmpty ? nil : before + 1...holding.head, repeated: events.count - news.count)
    }

    /// As `Journal.read`.
    func read(after sequence: UInt64, limit: ReadLimit) -> Page {
        var page = Page(entries: [], lowest: holding.lowest, head: holding.head)
        guard sequence < holding.head else { return page }
        var bytes = 0
        let start = first + Int(max(sequence, holding.trimmedThrough) - holding.trimmedThrough)
        for slot in slots[start...].prefix(max(1, limit.entries)) {
            bytes += slot.entry.body.count
            if bytes > limit.bytes, !page.entries.isEmpty { break }
            page.entries.append(slot.entry)
        }
        return page
    }

    /// As `Journal.attach`.
    mutating func attach(_ sinks: [String]) {
        attached = sinks
        for sink in sinks where cursors[sink] == nil { cursors[sink] = holding.trimmedThrough }
    }

    /// As `Journal.acknowledge`.
    mutating func acknowledge(
        through sequence: UInt64, refused: [DeadLetter], by sink: String, at now: Timestamp
    ) {
        cursors[sink] = max(cursors[sink] ?? 0, min(sequence, holding.head))
        let again = Set(refused.map(\.sequence))
        deadLetters.removeAll { $0.sink == sink && again.contains($0.letter.sequence) }
        for letter in refused {
            lastLetter += 1
            deadLetters.append(
                KeptDeadLetter(
                    number: lastLetter, sink: sink, letter: letter, storedAt: now, body: body(letter.sequence)))
        }
        deadLetters.removeFirst(max(0, deadLetters.count - JournalLimits.deadLetters))
    }

    private func body(_ sequence: UInt64) -> ArraySlice<UInt8>? {
        guard sequence >= holding.lowest, sequence <= holding.head else { return nil }
        return slots[first + Int(sequence - holding.lowest)].entry.body
    }

    /// As `Journal.removeDeadLetters`.
    mutating func removeDeadLetters(_ numbers: [UInt64]) {
        let numbers = Set(numbers)
        deadLetters.removeAll { numbers.contains($0.number) }
    }

    /// As `Journal.setPolicy`.
    mutating func setPolicy(_ policy: RetentionPolicy, at now: Timestamp) -> Trim {
        self.policy = policy
        return trim(at: now)
    }

    /// As `Journal.trim`.
    mutating func trim(at now: Timestamp) -> Trim {
        let retention = retention(at: now)
        return remove(upTo: retention.ceiling(upTo: holding.head), by: retention)
    }

    /// As `Journal.state`.
    var state: JournalState {
        JournalState(
            lowest: holding.lowest, head: holding.head, count: holding.count, bytes: holding.bytes, dropped: dropped,
            cursors: cursors, deadLetters: deadLetters.count)
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
        guard sequence >= holding.lowest else { return holding.bytes }
        return holding.total - slots[first + Int(sequence - holding.lowest)].total
    }

    private mutating func append(_ event: EncodedEvent, at now: Timestamp) {
        holding.head += 1
        holding.total += event.body.count
        let key = Self.key(of: event)
        keys.insert(key)
        let entry = Entry(sequence: holding.head, type: event.type, severity: event.severity, body: event.body)
        slots.append(Slot(entry: entry, key: key, storedAt: now, total: holding.total))
    }

    @discardableResult
    private mutating func remove(upTo ceiling: UInt64, by retention: Retention) -> Trim {
        let start = holding.lowest
        while first < slots.count, holding.lowest <= ceiling,
            retention.isDue(storedAt: slots[first].storedAt, count: holding.count, bytes: holding.bytes)
        {
            keys.remove(slots[first].key)
            (holding.trimmedThrough, holding.trimmedTotal) = (slots[first].entry.sequence, slots[first].total)
            slots[first].entry.body = []
            first += 1
        }
        let trim = retention.account(removing: start..<holding.lowest)
        dropped += trim.dropped
        if first > slots.count / 2 {
            slots.removeFirst(first)
            first = 0
        }
        return trim
    }
}
