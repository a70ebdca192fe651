import AgentCore
import EventModel

/// The contract at its most literal: arrays and loops, no indexes, no counters.
struct JournalModel {
    /// An event and what the journal gave it.
    struct Held {
        var sequence: UInt64
        var event: EncodedEvent
        var storedAt: Timestamp
    }

    private(set) var policy: RetentionPolicy
    private(set) var held: [Held] = []
    private(set) var head: UInt64 = 0
    private(set) var checkpoints: [String: Checkpoint] = [:]
    private(set) var cursors: [String: UInt64] = [:]
    private(set) var dropped = 0
    private var attached: [String] = []
    private var letters: Set<String> = []

    /// Makes an empty journal.
    init(policy: RetentionPolicy) {
        self.policy = policy
    }

    /// The oldest sequence held; `head + 1` when there is none.
    var lowest: UInt64 { held.first?.sequence ?? head + 1 }
    private var slowest: UInt64? { attached.compactMap { cursors[$0] }.min() }

    /// As `Journal.commit`.
    mutating func commit(
        _ events: [EncodedEvent], checkpoint: Checkpoint?, of collector: String, at now: Timestamp
    ) throws(JournalError) -> Commit {
        var news: [EncodedEvent] = []
        for event in events {
            let same = { (other: EncodedEvent) in other.source == event.source && other.id == event.id }
            if !held.contains(where: { same($0.event) }), !news.contains(where: same) { news.append(event) }
        }
        let before = head
        let staying = policy.whenFull == .dropOldest ? [] : held.filter { $0.sequence > slowest ?? .max }
        if !news.isEmpty, !staying.isEmpty, isExceeded(staying.map(\.event) + news) { throw .full }
        for event in news {
            head += 1
            held.append(Held(sequence: head, event: event, storedAt: now))
        }
        if let checkpoint { checkpoints[collector] = checkpoint }
        if !news.isEmpty { _ = remove(through: before, at: now) }
        return Commit(sequences: news.isEmpty ? nil : before + 1...head, repeated: events.count - news.count)
    }

    /// As `Journal.read`.
    func read(after sequence: UInt64, limit: ReadLimit) -> Page {
        var page = Page(entries: [], lowest: lowest, head: head)
        var bytes = 0
        for entry in held where entry.sequence > sequence {
            bytes += entry.event.body.count
            if !page.entries.isEmpty, page.entries.count >= limit.entries || bytes > limit.bytes { break }
            page.entries.append(
                Entry(
                    sequence: entry.sequence, type: entry.event.type, severity: entry.event.severity,
                    body: entry.event.body))
        }
        return page
    }

    /// As `Journal.attach`.
    mutating func attach(_ sinks: [String]) {
        attached = sinks
        for sink in sinks where cursors[sink] == nil { cursors[sink] = lowest - 1 }
    }

    /// As `Journal.acknowledge`.
    mutating func acknowledge(through sequence: UInt64, refused: [DeadLetter], by sink: String) {
        cursors[sink] = max(cursors[sink] ?? 0, min(head, sequence))
        for letter in refused { letters.insert("\(sink)/\(letter.sequence)") }
    }

    /// As `Journal.setPolicy`.
    mutating func setPolicy(_ policy: RetentionPolicy, at now: Timestamp) -> Trim {
        self.policy = policy
        return trim(at: now)
    }

    /// As `Journal.trim`.
    mutating func trim(at now: Timestamp) -> Trim {
        remove(through: head, at: now)
    }

    /// The journal is closed and opened again: nobody is attached.
    mutating func reopen() {
        attached = []
        dropped = 0
    }

    /// As `Journal.state`.
    var state: JournalState {
        JournalState(
            lowest: lowest, head: head, count: held.count, bytes: held.reduce(0) { $0 + $1.event.body.count },
            dropped: dropped, cursors: cursors, deadLetters: letters.count)
    }

    private func isExceeded(_ events: [EncodedEvent]) -> Bool {
        events.count > policy.count ?? .max || events.reduce(0) { $0 + $1.body.count } > policy.bytes ?? .max
    }

    private mutating func remove(through last: UInt64, at now: Timestamp) -> Trim {
        var trim = Trim()
        while let first = held.first, first.sequence <= last {
            let isOld = policy.age.map { now.since(first.storedAt) > $0 } ?? false
            let isAcknowledged = first.sequence <= slowest ?? .max
            guard isOld || isExceeded(held.map(\.event)), isAcknowledged || policy.whenFull == .dropOldest else {
                break
            }
            trim.removed += isAcknowledged ? 1 : 0
            trim.dropped += isAcknowledged ? 0 : 1
            held.removeFirst()
        }
        dropped += trim.dropped
        return trim
    }
}
