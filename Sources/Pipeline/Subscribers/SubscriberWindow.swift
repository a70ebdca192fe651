public import AgentCore

/// What a subscriber gets: the pure part of `Subscriber`. It holds no entries but numbers: what is queued for a
/// suspended subscriber lies in the recent entries, or in the journal.
///
/// Sequences it has before it, in order: those published before it was first suspended (`cursor` to `mark`), those it
/// looked at while suspended (`mark` to `looked`: of these only the ones in `queue` are wanted), and the rest, which it
/// has not looked at. Its reader asks `next`, brings entries, hands out what `received` gives, and says how far it
/// came.
public struct SubscriberWindow: Sendable {
    /// What the reader shall do.
    public enum Action: Sendable, Hashable {
        /// Nothing, until the head passes this.
        case wait(past: UInt64)
        /// Bring entries after this one.
        case take(after: UInt64)
        case end
    }

    private struct Offer: Sendable {
        var through: UInt64
        var isQueued: Bool
    }

    /// Entries published before a suspended subscriber looks at them: well below what the recent entries hold.
    public static let lookAhead: UInt64 = 1024
    /// Changes to and from discarding that may wait for a look; more melt into one.
    public static let mostSkips = 64

    public let filter: EventFilter
    /// Most entries queued while suspended; then the oldest is dropped.
    public let queueLimit: Int
    /// All through it is delivered, filtered, discarded or dropped, but for what the queue names.
    public private(set) var cursor: UInt64
    public private(set) var suspension: Suspension?
    public private(set) var counts = SubscriberCounts()
    private var mark: UInt64
    private var looked: UInt64
    private var queue = SequenceQueue()
    private var skips: [ClosedRange<UInt64>] = []
    private var skipStart: UInt64?
    /// What was published through here was published while suspended, and is looked at before anything is delivered.
    private var settleThrough: UInt64
    private var offer: Offer?
    private var endAfter: UInt64?
    /// The newest entry it was asked about. The journal may be ahead of what counts as published.
    private var head: UInt64 = 0
    private var isEnded = false

    /// Begins after a sequence, which may lie far behind.
    public init(after cursor: UInt64, filter: EventFilter = EventFilter(), queueLimit: Int = 1000) {
        (self.cursor, mark, looked, settleThrough) = (cursor, cursor, cursor, cursor)
        (self.filter, self.queueLimit) = (filter, max(1, queueLimit))
    }

    /// Entries queued, as far as it has looked.
    public var queued: Int { queue.count }

    private var isLooking: Bool { suspension != nil || looked < settleThrough }

    /// What to do while the newest entry is `head`. Not asked while an offer is out.
    public mutating func next(head: UInt64) -> Action {
        if isEnded { return .end }
        self.head = max(self.head, head)
        if isLooking {
            let mark = suspension == nil ? looked : looked + Self.lookAhead - 1
            return head > mark ? .take(after: looked) : .wait(past: mark)
        }
        skipUnwanted()
        if let endAfter, cursor >= endAfter { return .end }
        return head > cursor ? .take(after: cursor) : .wait(past: cursor)
    }

    private mutating func skipUnwanted() {
        guard cursor >= mark, cursor < looked else { return }
        cursor = queue.first.map { max(cursor, $0 - 1) } ?? looked
    }

    /// Where the entries asked for begin: what `look` may bring at any time.
    public var position: UInt64 { isLooking ? looked : cursor }

    /// Takes entries in order, of which the source holds those from `lowest` on. Gives what is to be handed out now;
    /// then `delivered` must follow. Nil: nothing is, ask `next` again. Entries that no longer fit are left.
    public mutating func received(_ entries: [Entry], lowest: UInt64) -> [Entry]? {
        guard offer == nil, !isEnded else { return nil }
        if lowest > position + 1 { drop(before: lowest) }
        let (start, head) = (position, head)
        let isAhead = entries.last.map { $0.sequence > head } == true
        let entries = isAhead ? Array(entries.prefix { $0.sequence <= head }) : entries
        guard let first = entries.first, let last = entries.last, first.sequence <= start + 1, last.sequence > start
        else { return nil }
        if isLooking {
            look(entries)
            return nil
        }
        let fresh = first.sequence == start + 1 ? entries : Array(entries.drop { $0.sequence <= start })
        return offered(fresh, through: last.sequence)
    }

    private mutating func offered(_ entries: [Entry], through last: UInt64) -> [Entry] {
        if cursor < mark {
            offer = Offer(through: min(last, mark), isQueued: false)
            return wanted(last <= mark ? entries : Array(entries.prefix { $0.sequence <= mark }))
        }
        if cursor < looked {
            offer = Offer(through: min(last, looked), isQueued: true)
            return entries.filter { queue.contains($0.sequence) }
        }
        offer = Offer(through: last, isQueued: false)
        return wanted(entries)
    }

    private func wanted(_ entries: [Entry]) -> [Entry] {
        filter.isEmpty ? entries : entries.filter(filter.matches)
    }

    /// The first `count` of what was handed out were taken; the rest comes again.
    public mutating func delivered(_ count: Int, of entries: [Entry]) {
        guard let offer else { return }
        self.offer = nil
        let through = count == entries.count ? offer.through : count == 0 ? cursor : entries[count - 1].sequence
        counts.delivered += count
        if offer.isQueued { queue.remove(through: through) } else { counts.filtered += Int(through - cursor) - count }
        cursor = through
        if !isLooking, cursor > looked { (mark, looked, settleThrough) = (cursor, cursor, cursor) }
    }

    /// Notes which of them are wanted, without delivering.
    private mutating func look(_ entries: [Entry]) {
        for entry in entries where entry.sequence > looked {
            if suspension == nil, looked >= settleThrough { break }
            looked = entry.sequence
            guard filter.matches(entry) else {
                counts.filtered += 1
                continue
            }
            if isSkipped(entry.sequence) {
                counts.discarded += 1
                continue
            }
            queue.append(entry.sequence)
            if queue.count > queueLimit {
                queue.removeFirst()
                counts.dropped += 1
            }
        }
        let looked = looked
        skips.removeAll { $0.upperBound <= looked }
    }

    private func isSkipped(_ sequence: UInt64) -> Bool {
        if let skipStart, sequence >= skipStart { return true }
        return skips.contains { $0.contains(sequence) }
    }

    /// The source has nothing before `lowest` any more.
    private mutating func drop(before lowest: UInt64) {
        let last = lowest - 1
        if isLooking {
            counts.dropped += Int(last - looked)
            looked = last
            return
        }
        if cursor < mark {
            counts.dropped += Int(min(last, mark) - cursor)
            cursor = min(last, mark)
        }
        if last > cursor, cursor < looked {
            counts.dropped += queue.remove(through: last)
            cursor = min(last, looked)
        }
        if last > cursor {
            counts.dropped += Int(last - cursor)
            (cursor, mark, looked, settleThrough) = (last, last, last, last)
        }
    }

    /// Nothing is handed out from now on. What was published through `highest` keeps its place; what comes after is
    /// queued or discarded.
    public mutating func suspend(_ suspension: Suspension, at highest: UInt64) {
        guard !isEnded, self.suspension != suspension else { return }
        if self.suspension == nil, !isLooking {
            if offer == nil { skipUnwanted() }
            // What waits from before is not the queue's: it is delivered whatever the limit says.
            let isUnqueued = queue.count == 0 && (cursor >= looked || looked == mark)
            if isUnqueued { mark = max(highest, offer?.through ?? 0, cursor) }
            if isUnqueued { (looked, settleThrough) = (mark, mark) }
        }
        closeSkip(at: highest)
        if suspension == .discarding { skipStart = highest + 1 }
        self.suspension = suspension
    }

    /// It goes on: first what was queued, in order.
    public mutating func resume(at highest: UInt64) {
        guard suspension != nil else { return }
        closeSkip(at: highest)
        suspension = nil
        settleThrough = max(settleThrough, highest)
    }

    private mutating func closeSkip(at highest: UInt64) {
        guard let start = skipStart else { return }
        skipStart = nil
        guard highest >= start else { return }
        if skips.count >= Self.mostSkips, let last = skips.popLast() {
            skips.append(last.lowerBound...highest)
        } else {
            skips.append(start...highest)
        }
    }

    /// No more than what was published through `head`; nothing, when it is suspended.
    public mutating func end(after head: UInt64) {
        if suspension != nil { isEnded = true } else { endAfter = head }
    }

    /// Nothing any more.
    public mutating func end() {
        isEnded = true
    }
}
