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
        var number: UInt64
    }

    /// What a reader finds after a sequence.
    public enum Taken: Sendable {
        /// Entries in order, beginning right after the sequence but for so many, which are skipped.
        case run([Entry], skip: Int)
        /// They are no longer here: the journal has them.
        case behind
        case nothing
    }

    private struct Run: Sendable {
        var first: UInt64
        var entries: [Entry]
        var bytes: Int
    }

    private struct Arrival: Sendable {
        var sequences: ClosedRange<UInt64>
        /// Nil: not known one by one.
        var entries: [Entry]?
        /// The last ticket given when it arrived: what belongs before it was under way then.
        var ticket: UInt64
    }

    /// Most entries of one run: what a reader is given at once.
    public static let runLength = 256
    /// A reader shares so many, instead of copying them: to copy an entry counts a reference that all readers share.
    private static let sharedRun = 32
    /// Commits of fewer are gathered into one run.
    private static let shortCommit = runLength / 4

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
    /// Short commits behind the runs, gathered until they are a run. Nobody else holds this memory, so that it grows in
    /// place: a reader is given a copy, or has it made a run when that is more than it is worth.
    private var open: [Entry] = []
    private var openBytes = 0
    private var early: [Arrival] = []
    private var lastTicket: UInt64 = 0
    /// Every ticket through this one has come back; those beyond it that have, rising and few.
    private var endedThrough: UInt64 = 0
    private var endedBeyond: [UInt64] = []

    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// The oldest sequence held; `head + 1` when it holds none.
    public var low: UInt64 { start < runs.count ? runs[start].first : openFirst }

    private var openFirst: UInt64 { head + 1 - UInt64(open.count) }

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
        return Ticket(number: lastTicket)
    }

    /// Tickets were given through this one: for who gives them without asking.
    mutating func begun(through ticket: UInt64) {
        lastTicket = max(lastTicket, ticket)
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

    /// A commit has brought this one entry: no array is made for it.
    public mutating func end(_ ticket: Ticket, entry: consuming Entry) {
        guard isKept, early.isEmpty, entry.sequence == head + 1 else {
            return end(ticket, sequences: entry.sequence...entry.sequence, entries: [entry])
        }
        remove(ticket)
        highest = max(highest, entry.sequence)
        let bytes = entry.body.count
        if open.isEmpty { open.reserveCapacity(2 * Self.sharedRun) }
        open.append(entry)
        gathered(1, bytes: bytes)
    }

    private mutating func remove(_ ticket: Ticket) {
        if ticket.number == endedThrough + 1 {
            endedThrough = ticket.number
            if !endedBeyond.isEmpty { joinEnded() }
        } else if ticket.number > endedThrough {
            endedBeyond.insert(
                ticket.number, at: endedBeyond.firstIndex { $0 > ticket.number } ?? endedBeyond.endIndex)
        }
    }

    private mutating func joinEnded() {
        while endedBeyond.first == endedThrough + 1 {
            endedThrough += 1
            endedBeyond.removeFirst()
        }
    }

    private mutating func settle() {
        while let next = early.first {
            let isFillable = next.sequences.lowerBound > head + 1 && endedThrough < next.ticket
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
        if entries.count < Self.shortCommit { return gather(entries) }
        if entries.count <= Self.runLength { return append(entries) }
        var rest = entries[...]
        while !rest.isEmpty {
            append(Array(rest.prefix(Self.runLength)))
            rest = rest.dropFirst(Self.runLength)
        }
    }

    private mutating func append(_ entries: [Entry]) {
        close()
        let bytes = Self.bytes(of: entries)
        runs.append(Run(first: head + 1, entries: entries, bytes: bytes))
        grow(by: entries.count, bytes: bytes)
    }

    private mutating func gather(_ entries: [Entry]) {
        open += entries
        gathered(entries.count, bytes: Self.bytes(of: entries))
    }

    private mutating func gathered(_ entries: Int, bytes: Int) {
        openBytes += bytes
        grow(by: entries, bytes: bytes)
        // It will be let go as a whole: that must not be much of what is held.
        if open.count >= min(Self.runLength - Self.shortCommit, limits.entries / 8) || openBytes >= limits.bytes / 8 {
            close()
        }
    }

    private mutating func close() {
        if open.isEmpty { return }
        runs.append(Run(first: openFirst, entries: open, bytes: openBytes))
        (open, openBytes) = ([], 0)
    }

    private static func bytes(of entries: [Entry]) -> Int {
        entries.reduce(0) { $0 + $1.body.count }
    }

    /// Counts the newest, and lets the oldest go.
    private mutating func grow(by entries: Int, bytes size: Int) {
        head += UInt64(entries)
        count += entries
        bytes += size
        while count > limits.entries || bytes > limits.bytes { dropOldest() }
    }

    private mutating func dropOldest() {
        if start == runs.count { close() }
        count -= runs[start].entries.count
        bytes -= runs[start].bytes
        runs[start].entries = []
        start += 1
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
        (runs, open) = ([], [])
        (start, openBytes, count, bytes) = (0, 0, 0, 0)
    }

    /// What comes after a sequence: some entries at least, when there are any.
    public mutating func take(after sequence: UInt64) -> Taken {
        guard sequence < head else { return .nothing }
        guard sequence >= low - 1 else { return .behind }
        if open.count >= Self.sharedRun, sequence + 1 >= openFirst { close() }
        return look(after: sequence)
    }

    private func look(after sequence: UInt64) -> Taken {
        if sequence + 1 >= openFirst { return .run(Array(open[Int(sequence + 1 - openFirst)...]), skip: 0) }
        let run = runs[index(of: sequence + 1)]
        return .run(run.entries, skip: Int(sequence + 1 - run.first))
    }

    /// A page of what comes after a sequence, as the journal would give it; nil when nothing does, or the journal must
    /// be asked.
    public func page(after sequence: UInt64, limit: ReadLimit) -> Page? {
        guard sequence < head, sequence >= low - 1 else { return nil }
        var page = Page(entries: [], lowest: low, head: head)
        page.entries.reserveCapacity(min(limit.entries, Int(head - sequence)))
        var (last, bytes) = (sequence, 0)
        while last < head, case .run(let run, let skip) = look(after: last) {
            for entry in run.dropFirst(skip) {
                bytes += entry.body.count
                if page.entries.count >= max(1, limit.entries) { return page }
                if bytes > limit.bytes, !page.entries.isEmpty { return page }
                page.entries.append(entry)
            }
            last += UInt64(run.count - skip)
        }
        return page
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
