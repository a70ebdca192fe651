public import AgentCore

/// The newest entries in sequence order, without gaps: the pure part of `RecentEntries`.
///
/// Commits return in another order than the journal gave their sequences. What comes too early waits for what belongs
/// before it; and when nothing that is under way can bring that any more - a commit whose answer was lost, or one whose
/// news cannot be told from its repeats - the log begins anew behind it, and readers take what is missing from the
/// journal. So `head` only ever passes entries that a reader can have.
public struct RecentLog: Sendable {
    /// How much it holds at the most.
    public struct Limits: Sendable, Hashable {
        public var entries: Int
        /// Of bodies. They are shared with whoever else holds the entry.
        public var bytes: Int

        public init(entries: Int = 4096, bytes: Int = 2 << 20) {
            (self.entries, self.bytes) = (entries, bytes)
        }
    }

    /// A commit under way.
    public struct Ticket: Sendable, Hashable {
        fileprivate var number: UInt64
    }

    /// What a reader finds after a sequence.
    public enum Taken: Sendable {
        /// Runs of entries in order, beginning right after the sequence but for so many, which are skipped; the whole
        /// is cut to the limit.
        case runs([[Entry]], skip: Int)
        /// They are no longer here: the journal has them.
        case behind
        case nothing
    }

    private struct Run: Sendable {
        var first: UInt64
        var entries: [Entry]
        var bytes: Int

        var last: UInt64 { first + UInt64(entries.count) - 1 }
    }

    private struct Arrival: Sendable {
        var sequences: ClosedRange<UInt64>
        /// Nil: not known one by one.
        var entries: [Entry]?
        /// The last ticket given when it arrived: what belongs before it was under way then.
        var ticket: UInt64
    }

    /// Entries of one run: what a reader is given at once.
    public static let runLength = 256

    /// The newest entry in order.
    public private(set) var head: UInt64 = 0
    /// The newest entry that arrived, though others may be missing before it.
    public private(set) var highest: UInt64 = 0
    /// Whether anybody reads. Nothing is held for nobody.
    public private(set) var isKept = false
    public private(set) var count = 0
    public private(set) var bytes = 0
    private let limits: Limits
    private var runs: [Run] = []
    /// Runs before it are gone, and cleared away when they are the half.
    private var start = 0
    private var early: [Arrival] = []
    private var lastTicket: UInt64 = 0
    /// Rising; few.
    private var underWay: [UInt64] = []

    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// The oldest sequence held; `head + 1` when it holds none.
    public var low: UInt64 { start < runs.count ? runs[start].first : head + 1 }

    /// Goes on from a journal that is already so long.
    public mutating func open(at head: UInt64) {
        guard head > self.head else { return }
        restart(after: head)
    }

    /// Holds entries from now on, or nothing any more.
    public mutating func keep(_ isKept: Bool) {
        self.isKept = isKept
        if !isKept { clear() }
    }

    /// A commit begins.
    public mutating func begin() -> Ticket {
        lastTicket += 1
        underWay.append(lastTicket)
        return Ticket(number: lastTicket)
    }

    /// A commit has ended without news.
    public mutating func end(_ ticket: Ticket) {
        remove(ticket)
        settle()
    }

    /// A commit has brought these sequences; `entries` is nil where they are not known one by one.
    public mutating func end(_ ticket: Ticket, sequences: ClosedRange<UInt64>, entries: [Entry]?) {
        remove(ticket)
        highest = max(highest, sequences.upperBound)
        let arrival = Arrival(sequences: sequences, entries: entries, ticket: lastTicket)
        if early.isEmpty, sequences.lowerBound == head + 1 { return append(arrival) }
        guard sequences.lowerBound > head else { return }
        early.insert(arrival, at: early.firstIndex { $0.sequences.lowerBound > sequences.lowerBound } ?? early.endIndex)
        settle()
    }

    private mutating func remove(_ ticket: Ticket) {
        if let index = underWay.firstIndex(of: ticket.number) { underWay.remove(at: index) }
    }

    private mutating func settle() {
        while let next = early.first {
            let isFillable = next.sequences.lowerBound > head + 1 && underWay.first.map { $0 <= next.ticket } == true
            if isFillable { return }
            if next.sequences.lowerBound > head + 1 { restart(after: next.sequences.lowerBound - 1) }
            early.removeFirst()
            append(next)
        }
    }

    private mutating func append(_ arrival: Arrival) {
        guard let entries = arrival.entries else { return restart(after: arrival.sequences.upperBound) }
        guard isKept else {
            head = arrival.sequences.upperBound
            return
        }
        if entries.count <= Self.runLength { return append(entries) }
        var rest = entries[...]
        while !rest.isEmpty {
            append(Array(rest.prefix(Self.runLength)))
            rest = rest.dropFirst(Self.runLength)
        }
    }

    private mutating func append(_ entries: [Entry]) {
        var size = 0
        for entry in entries { size += entry.body.count }
        append(Run(first: head + 1, entries: entries, bytes: size))
    }

    private mutating func append(_ run: Run) {
        runs.append(run)
        head = run.last
        count += run.entries.count
        bytes += run.bytes
        while count > limits.entries || bytes > limits.bytes {
            count -= runs[start].entries.count
            bytes -= runs[start].bytes
            runs[start].entries = []
            start += 1
        }
        if start > 64, start > runs.count / 2 {
            runs.removeFirst(start)
            start = 0
        }
    }

    private mutating func restart(after sequence: UInt64) {
        clear()
        head = sequence
        highest = max(highest, head)
    }

    private mutating func clear() {
        runs = []
        (start, count, bytes) = (0, 0, 0)
    }

    /// What comes after a sequence: so many entries, if there are.
    public func take(after sequence: UInt64, atLeast wanted: Int) -> Taken {
        take(after: sequence) { count, _, _ in count < wanted }
    }

    /// What comes after a sequence: some entries at least, when there are any.
    public func take(after sequence: UInt64) -> Taken {
        // A long run is given alone, as it is: nothing is copied then. And who begins within a run gets the rest of it,
        // so that readers come to begin where runs do.
        var isGathering: Bool?
        return take(after: sequence) { count, skip, next in
            let gathers = isGathering ?? (skip == 0 && count < Self.runLength / 4)
            isGathering = gathers
            return gathers && count + next <= Self.runLength
        }
    }

    /// The run that holds what comes after a sequence, and those behind it as long as `takes` more: it is asked with
    /// the entries so far, those to skip, and those of the next run.
    private func take(after sequence: UInt64, _ takes: (Int, Int, Int) -> Bool) -> Taken {
        guard sequence < head else { return .nothing }
        guard sequence + 1 >= low, start < runs.count else { return .behind }
        let first = index(of: sequence + 1)
        let skip = Int(sequence + 1 - runs[first].first)
        var end = first + 1
        var count = runs[first].entries.count - skip
        while end < runs.count, takes(count, skip, runs[end].entries.count) {
            count += runs[end].entries.count
            end += 1
        }
        return .runs(runs[first..<end].map(\.entries), skip: skip)
    }

    /// Short runs that a reader has gathered become one, so that the others need not gather them again.
    public mutating func merge(_ entries: [Entry]) {
        guard let first = entries.first?.sequence, first >= low, start < runs.count else { return }
        let index = index(of: first)
        guard runs[index].first == first else { return }
        var (end, count, size) = (index, 0, 0)
        while end < runs.count, count < entries.count {
            count += runs[end].entries.count
            size += runs[end].bytes
            end += 1
        }
        guard count == entries.count, end > index + 1 else { return }
        runs.replaceSubrange(index..<end, with: [Run(first: first, entries: entries, bytes: size)])
    }

    private func index(of sequence: UInt64) -> Int {
        var (low, high) = (start, runs.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if runs[middle].first <= sequence { low = middle } else { high = middle - 1 }
        }
        return low
    }
}
