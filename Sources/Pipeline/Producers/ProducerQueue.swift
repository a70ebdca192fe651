public import AgentCore

/// What a producer has published and what became of it: the pure part of `Producer`. No time passes in it and nothing
/// is called from it.
///
/// An event is in one place at a time: offered (its publisher waits for room), queued, with the journal, committed and
/// waiting for the sinks, acknowledged; or it was dropped. It moves in publish order only, so acknowledgements are in
/// publish order in whatever order the sinks get on.
public struct ProducerQueue: Sendable {
    /// What became of an offer.
    public enum Answer: Sendable, Hashable {
        /// Accepted, under this number: from 1, rising by one with each event of this producer.
        case accepted(UInt64)
        /// It waits for room under this ticket.
        case waits(ticket: UInt64)
        case refused(PublishError)
    }

    /// Room was made: this ticket's event is accepted, under this number.
    public struct Admission: Sendable, Hashable {
        public var ticket: UInt64
        public var number: UInt64
    }

    private struct Offer: Sendable {
        var ticket: UInt64
        var event: EncodedEvent
    }

    /// Committed events that wait for sinks.
    private struct Span: Sendable {
        /// Acknowledged once every sink is there.
        var last: UInt64
        var count: Int
    }

    /// Spans beyond this many are merged with the one before: sinks that are far behind are then told of in larger
    /// steps.
    public static let mostSpans = 1024

    public let limit: ReadLimit
    public private(set) var counters = ProducerCounters()
    public private(set) var isClosed = false
    /// Why nothing can be published any more; nil while it can.
    public private(set) var failure: String?
    private let waitsForSinks: Bool
    private var isCancelled = false
    private var queued: [EncodedEvent] = []
    private var queuedBytes = 0
    private var withJournal: [EncodedEvent] = []
    private var withJournalBytes = 0
    private var offers: [Offer] = []
    private var lastTicket: UInt64 = 0
    private var lastNumber: UInt64 = 0
    private var spans: [Span] = []

    /// `limit`: the most it holds, of queued events and of those with the journal.
    public init(limit: ReadLimit, waitsForSinks: Bool) {
        (self.limit, self.waitsForSinks) = (limit, waitsForSinks)
    }

    /// Events accepted and not yet committed, and the bytes of their bodies.
    public var held: (events: Int, bytes: Int) {
        (queued.count + withJournal.count, queuedBytes + withJournalBytes)
    }

    /// Publishers that wait for room.
    public var waiting: Int { offers.count }

    /// Whether there is something for the journal.
    public var hasQueued: Bool { !queued.isEmpty }

    /// Nothing more will come, and nothing is on its way to the journal.
    public var isCommitted: Bool { isClosed && queued.isEmpty && withJournal.isEmpty }

    /// Events accepted, neither acknowledged nor dropped yet.
    public var unacknowledged: Int { counters.accepted - counters.acknowledged - counters.dropped }

    /// Takes an event, if there is room and nobody waits for it already.
    public mutating func offer(_ event: EncodedEvent, mayWait: Bool) -> Answer {
        if let failure { return .refused(.failed(failure)) }
        if isClosed { return .refused(.closed) }
        let size = event.body.count
        if size > limit.bytes { return .refused(.tooLarge(bytes: size, limit: limit.bytes)) }
        if offers.isEmpty, hasRoom(for: size) { return .accepted(accept(event)) }
        guard mayWait else { return .refused(.full) }
        lastTicket += 1
        offers.append(Offer(ticket: lastTicket, event: event))
        return .waits(ticket: lastTicket)
    }

    private func hasRoom(for size: Int) -> Bool {
        held.events < limit.entries && held.bytes + size <= limit.bytes
    }

    private mutating func accept(_ event: EncodedEvent) -> UInt64 {
        queued.append(event)
        queuedBytes += event.body.count
        lastNumber += 1
        counters.accepted += 1
        counters.acceptedBytes += event.body.count
        return lastNumber
    }

    /// An event was left out on purpose.
    public mutating func noteFiltered() {
        counters.filtered += 1
    }

    /// Accepts those who waited longest, as far as there is room.
    public mutating func admit() -> [Admission] {
        var admitted: [Admission] = []
        while let offer = offers.first, hasRoom(for: offer.event.body.count) {
            offers.removeFirst()
            admitted.append(Admission(ticket: offer.ticket, number: accept(offer.event)))
        }
        return admitted
    }

    /// Who waited does not want to any more. False: it was accepted before.
    public mutating func withdraw(ticket: UInt64) -> Bool {
        guard let index = offers.firstIndex(where: { $0.ticket == ticket }) else { return false }
        offers.remove(at: index)
        return true
    }

    /// Hands the oldest events to the journal: from now on they cannot be cancelled.
    public mutating func handOver(_ most: ReadLimit) -> [EncodedEvent] {
        var (end, bytes) = (0, 0)
        while end < min(queued.count, most.entries) {
            bytes += queued[end].body.count
            if bytes > most.bytes, end > 0 { break }
            end += 1
        }
        withJournal = Array(queued[..<end])
        withJournalBytes = withJournal.reduce(0) { $0 + $1.body.count }
        queued.removeFirst(end)
        queuedBytes -= withJournalBytes
        return withJournal
    }

    /// The journal stored nothing of what it was handed: it is queued again, in front. Cancelled meanwhile, it is
    /// dropped: what is given back.
    public mutating func putBack() -> [EncodedEvent] {
        defer { (withJournal, withJournalBytes) = ([], 0) }
        guard !isCancelled else {
            counters.dropped += withJournal.count
            counters.droppedBytes += withJournalBytes
            return withJournal
        }
        queued.insert(contentsOf: withJournal, at: 0)
        queuedBytes += withJournalBytes
        return []
    }

    /// The journal has what it was handed; `head` is its newest entry now. How many events that acknowledges.
    public mutating func committed(_ commit: Commit, head: UInt64) -> Int {
        let count = withJournal.count
        counters.committed += count
        counters.repeated += commit.repeated
        (withJournal, withJournalBytes) = ([], 0)
        guard waitsForSinks else {
            counters.acknowledged += count
            return count
        }
        // Where a repeated event stands is not known: not behind the head.
        let last = commit.repeated > 0 ? head : commit.sequences?.upperBound ?? head
        if spans.count >= Self.mostSpans, let newest = spans.indices.last {
            spans[newest] = Span(last: max(spans[newest].last, last), count: spans[newest].count + count)
        } else {
            spans.append(Span(last: last, count: count))
        }
        return 0
    }

    /// The sequence every sink must reach before more is acknowledged; nil when nothing waits for sinks.
    public var nextMark: UInt64? { spans.first?.last }

    /// Every sink is there. How many events that acknowledges.
    public mutating func reached(_ sequence: UInt64) -> Int {
        let end = spans.firstIndex { $0.last > sequence } ?? spans.count
        let count = spans[..<end].reduce(0) { $0 + $1.count }
        spans.removeFirst(end)
        counters.acknowledged += count
        return count
    }

    /// Nobody waits any more: the tickets that did.
    public mutating func turnAway() -> [UInt64] {
        defer { offers = [] }
        return offers.map(\.ticket)
    }

    /// Nothing more is taken; what is queued is committed. Tickets that wait are refused.
    public mutating func close() -> [UInt64] {
        isClosed = true
        return turnAway()
    }

    /// As `close`, and what was not handed to the journal is dropped: what is given back.
    public mutating func cancel() -> (dropped: [EncodedEvent], refused: [UInt64]) {
        let refused = close()
        isCancelled = true
        defer { (queued, queuedBytes) = ([], 0) }
        counters.dropped += queued.count
        counters.droppedBytes += queuedBytes
        return (queued, refused)
    }

    /// The journal failed for good, or the pipeline stopped: as `cancel`, and publishers are told so.
    public mutating func fail(_ reason: String) -> (dropped: [EncodedEvent], refused: [UInt64]) {
        failure = failure ?? reason
        return cancel()
    }
}

/// What became of a producer's events.
public struct ProducerCounters: Sendable, Hashable {
    /// Events taken into the queue, and bytes of their bodies.
    public var accepted = 0
    public var acceptedBytes = 0
    /// Events left out on purpose.
    public var filtered = 0
    /// Events the journal has: news and repeats.
    public var committed = 0
    /// Events the journal held already.
    public var repeated = 0
    /// Events acknowledged to the producer.
    public var acknowledged = 0
    /// Events dropped before the journal had them, and bytes of their bodies.
    public var dropped = 0
    public var droppedBytes = 0

    public init() {}
}
