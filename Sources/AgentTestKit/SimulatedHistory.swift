package import AgentCore
import EventModel

/// A journal as a value: the model that simulations crash ten thousand times, and the inside of `SimulatedJournal`.
///
/// Its disk and its memory differ as a real one's do: positions of sinks are in memory until the next commit. Retention
/// knows the count only. A flaw can be planted in it, to show that a simulation finds it.
package struct SimulatedHistory: Sendable {
    /// What is broken on purpose; each breaks one promise.
    package enum Flaw: Sendable, CaseIterable {
        /// Events and checkpoint are stored one after the other: a crash keeps the checkpoint and loses the events.
        case checkpointApart
        /// An event it holds already is stored again.
        case forgetsIdentity
        /// A page gives its entries in another order.
        case readsOutOfOrder
        /// Room is made at the cost of sinks that have not read yet, and their positions are moved over it.
        case dropsUnread
        /// Nothing is ever let go.
        case neverLetsGo
    }

    /// An event that was stored at some time.
    package struct Stored: Sendable, Hashable {
        package var source: String
        package var id: String
        package var entry: Entry
    }

    private struct Identity: Hashable {
        var source: String
        var id: String
    }

    private struct Positions {
        var cursors: [String: UInt64] = [:]
        var refused: [KeptDeadLetter] = []
        var lastLetter: UInt64 = 0
    }

    package private(set) var policy: RetentionPolicy
    package var flaw: Flaw?
    /// All that was ever stored, let go or not: what promises are checked on.
    package private(set) var archive: [Stored] = []
    /// The oldest sequence held.
    package private(set) var lowest: UInt64 = 1
    package private(set) var checkpoints: [String: Checkpoint] = [:]
    /// The sources of each collector's events.
    package private(set) var sources: [String: Set<String>] = [:]
    package private(set) var attached: Set<String> = []
    package private(set) var dropped = 0
    private var held: Set<Identity> = []
    private var onDisk = Positions()
    private var inMemory = Positions()
    private var lastCommitted = 0

    package init(policy: RetentionPolicy = RetentionPolicy(), flaw: Flaw? = nil) {
        (self.policy, self.flaw) = (policy, flaw)
    }

    package var head: UInt64 { UInt64(archive.count) }

    package var count: Int { Int(head + 1 - lowest) }

    /// The cursors of all sinks ever attached.
    package var cursors: [String: UInt64] { inMemory.cursors }

    /// Dead letters of a sink, in order.
    package func refused(by sink: String) -> [DeadLetter] { deadLetters.filter { $0.sink == sink }.map(\.letter) }

    /// All dead letters, in order.
    package var deadLetters: [KeptDeadLetter] { inMemory.refused }

    /// As `Journal.commit`.
    package mutating func commit(
        _ events: [EncodedEvent], checkpoint: Checkpoint?, of collector: String
    ) throws(JournalError) -> Commit {
        let news = flaw == .forgetsIdentity ? events : newsOnly(events)
        try makeRoom(for: news.count)
        let before = head
        for event in news {
            let entry = Entry(sequence: head + 1, type: event.type, severity: event.severity, body: event.body)
            archive.append(Stored(source: event.source, id: event.id, entry: entry))
            held.insert(Identity(source: event.source, id: event.id))
        }
        sources[collector, default: []].formUnion(events.map(\.source))
        if let checkpoint { checkpoints[collector] = checkpoint }
        onDisk = inMemory
        lastCommitted = news.count
        return Commit(
            sequences: news.isEmpty ? nil : before + 1...head, repeated: events.count - news.count)
    }

    private func newsOnly(_ events: [EncodedEvent]) -> [EncodedEvent] {
        var seen: Set<Identity> = []
        return events.filter {
            let identity = Identity(source: $0.source, id: $0.id)
            return !held.contains(identity) && seen.insert(identity).inserted
        }
    }

    private mutating func makeRoom(for news: Int) throws(JournalError) {
        guard let limit = policy.count, flaw != .neverLetsGo, count + news > limit else { return }
        let slowest = attached.compactMap { inMemory.cursors[$0] }.min() ?? head
        let acknowledged = max(0, Int(slowest) - Int(lowest) + 1)
        let excess = min(count + news - limit, count)
        if excess > acknowledged {
            if flaw == .dropsUnread {
                let last = lowest + UInt64(excess) - 1
                for sink in attached { inMemory.cursors[sink] = max(inMemory.cursors[sink] ?? 0, last) }
            } else if policy.whenFull == .block {
                throw .full
            }
            dropped += excess - acknowledged
        }
        for index in 0..<excess {
            let stored = archive[Int(lowest) - 1 + index]
            held.remove(Identity(source: stored.source, id: stored.id))
        }
        lowest += UInt64(excess)
    }

    /// As `Journal.read`.
    package func read(after sequence: UInt64, limit: ReadLimit) -> Page {
        let first = max(sequence + 1, lowest)
        let end = min(head, first + UInt64(limit.entries) - 1)
        var entries = first > end ? [] : archive[Int(first) - 1...Int(end) - 1].map(\.entry)
        if flaw == .readsOutOfOrder, entries.count > 2 { entries.swapAt(0, 1) }
        return Page(entries: entries, lowest: lowest, head: head)
    }

    /// As `Journal.attach`.
    package mutating func attach(_ sinks: [String]) {
        attached = Set(sinks)
        for sink in sinks where inMemory.cursors[sink] == nil { inMemory.cursors[sink] = lowest - 1 }
        onDisk = inMemory
    }

    /// As `Journal.acknowledge`.
    package mutating func acknowledge(through sequence: UInt64, refused: [DeadLetter], by sink: String) {
        inMemory.cursors[sink] = max(inMemory.cursors[sink] ?? 0, sequence)
        for letter in refused {
            inMemory.lastLetter += 1
            let body = letter.sequence < lowest ? nil : archive[Int(letter.sequence) - 1].entry.body
            inMemory.refused.append(
                KeptDeadLetter(
                    number: inMemory.lastLetter, sink: sink, letter: letter, storedAt: Timestamp(nanoseconds: 0),
                    body: body))
        }
    }

    /// As `Journal.removeDeadLetters`.
    package mutating func removeDeadLetters(_ numbers: [UInt64]) {
        inMemory.refused.removeAll { numbers.contains($0.number) }
        onDisk = inMemory
    }

    /// As `Journal.setPolicy`.
    package mutating func setPolicy(_ policy: RetentionPolicy) -> Trim {
        self.policy = policy
        return trim()
    }

    /// Lets go what the policy asks for.
    package mutating func trim() -> Trim {
        let before = lowest
        try? makeRoom(for: 0)
        return Trim(removed: Int(lowest - before))
    }

    /// The disk gets the positions, as journals do after a while.
    package mutating func flush() {
        onDisk = inMemory
    }

    /// What the process remembered is gone; what the disk has is not.
    package mutating func crash() {
        inMemory = onDisk
        attached = []
        if flaw == .checkpointApart {
            for stored in archive.suffix(lastCommitted) { held.remove(Identity(source: stored.source, id: stored.id)) }
            archive.removeLast(min(lastCommitted, count))
        }
        lastCommitted = 0
    }

    /// The process ends in order: the disk has everything.
    package mutating func close() {
        onDisk = inMemory
        attached = []
        lastCommitted = 0
    }
}
