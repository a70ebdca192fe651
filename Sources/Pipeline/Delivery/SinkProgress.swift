public import AgentCore
public import EventModel

/// What a sink does next: the pure part of `SinkRunner`. No time passes in it and nothing is called from it.
///
/// The sink's workers are equal: each asks `next`, performs the action, says how it went, and asks again. Each delivers
/// the entries of its own lane; reading and acknowledging is done by whoever comes by, one at a time.
///
/// The cursor moves only after acknowledgement, and what is acknowledged was delivered, filtered, expired, refused for
/// good, let go by configuration, or gone from the journal before: *Reliable*. It moves over what is done in all lanes
/// and never over what is not, in whatever order the lanes get on; each lane delivers in order, so the first entries
/// left in the lanes say how far that is.
public struct SinkProgress: Sendable {
    /// What a worker shall do.
    public enum Action: Sendable {
        /// Wait until the head passes that sequence (nil: whatever the head), at the most so long; cut short when the
        /// bell rings.
        case wait(past: UInt64?, atMost: Duration?)
        /// As `wait`, after a failure.
        case rest(Duration)
        case read(after: UInt64, limit: ReadLimit)
        case deliver([Entry])
        case acknowledge(through: UInt64, refused: [DeadLetter])
        /// Deliver dead letters again, by command.
        case redeliver(Redelivery)
        case end
    }

    enum Stop: Sendable, Equatable {
        case no
        case at(head: UInt64)
        case afterAcknowledgement
        case now
    }

    /// The last sequence acknowledged.
    public private(set) var cursor: UInt64
    /// Failed attempts in a row, of deliveries, reads and acknowledgements.
    public internal(set) var outage = Outage()
    public internal(set) var counters = SinkCounters()
    /// Held by command: nothing is read or delivered.
    public private(set) var isSuspended = false
    let policy: DeliveryPolicy
    let batch: ReadLimit
    private let filter: EventFilter
    var lanes: [SinkLane]
    var stop = Stop.no
    private(set) var hasFailed = false
    /// Refused entries whose acknowledgement is still to come.
    var refused: [DeadLetter] = []
    /// Whether something was finished since the last acknowledgement.
    var hasFinished = false
    var isUnavailable = false
    /// While the destination is unavailable: when it is probed next, and the longest that can be from now.
    var probe: (at: Timestamp, atMost: Duration)?
    /// What retention let go, and what was let go while the destination was unavailable.
    var gaps = GapReport()
    var discards = GapReport()
    var nextRefusalTold = 1
    private var redeliveries: [Redelivery] = []
    private var activities: [SinkStatus.State]
    private var readThrough: UInt64
    private let start: UInt64
    private var reader: Int?
    private var acknowledger: Int?
    private var acknowledging: (through: UInt64, refused: Int) = (0, 0)
    private var journalRest: (until: Timestamp, atMost: Duration)?

    /// Goes on from what the journal has.
    public init(
        cursor: UInt64, filter: EventFilter, batch: ReadLimit = ReadLimit(), policy: DeliveryPolicy = DeliveryPolicy()
    ) {
        (self.cursor, readThrough, self.filter) = (cursor, cursor, filter)
        start = cursor
        (self.batch, self.policy) = (batch, policy)
        lanes = Array(repeating: SinkLane(), count: max(1, policy.workers))
        activities = Array(repeating: .idle, count: lanes.count)
    }

    /// What the sink does now: of its workers, the one most worth knowing of.
    public var state: SinkStatus.State {
        if hasFailed { return .failed }
        let order: [SinkStatus.State] = [.delivering, .acknowledging, .waiting, .reading, .suspended, .idle]
        return order.first { activities.contains($0) } ?? .ended
    }

    /// Entries there were since the counters began, and those of them that are not done with, while the journal's
    /// newest entry is `head`.
    public func balance(head: UInt64) -> (committed: UInt64, waiting: UInt64) {
        let head = max(head, readThrough)
        let held = lanes.reduce(0) { $0 + $1.count }
        return (head - start, head - readThrough + UInt64(held))
    }

    /// Whether another worker may have something to do now.
    public var ringsBell: Bool { lanes.count > 1 }

    /// What that worker does now, while the journal's newest entry is `head`. Asked again only after the action is
    /// done.
    public mutating func next(worker: Int, head: UInt64, at now: Timestamp) -> Action {
        letOthersRead(worker)
        let action = decide(worker, head: head, at: now)
        activities[worker] = activity(of: action)
        return action
    }

    private func activity(of action: Action) -> SinkStatus.State {
        switch action {
        case .wait: isSuspended ? .suspended : .idle
        case .rest: .waiting
        case .read: .reading
        case .deliver, .redeliver: .delivering
        case .acknowledge: .acknowledging
        case .end: .ended
        }
    }

    private mutating func decide(_ worker: Int, head: UInt64, at now: Timestamp) -> Action {
        if stop == .now { return .end }
        if stop != .afterAcknowledgement, worker == 0, !redeliveries.isEmpty {
            return .redeliver(redeliveries.removeFirst())
        }
        if let rest = remainingRest(at: now) { return stop == .afterAcknowledgement ? .end : .rest(rest) }
        letGo(lane: worker, at: now)
        if let through = dueAcknowledgement { return acknowledge(through: through, by: worker) }
        if stop == .afterAcknowledgement { return .end }
        if isSuspended { return stop == .no ? .wait(past: nil, atMost: nil) : .end }
        let linger = stop == .no ? policy.linger : .zero
        let remaining = lanes[worker].remainingLinger(linger, limit: batch, at: now)
        if let remaining, remaining <= .zero {
            if let rest = lanes[worker].remainingRest(at: now) { return .rest(rest) }
            if let entries = beginDelivery(worker, at: now) { return .deliver(entries) }
            if let through = dueAcknowledgement { return acknowledge(through: through, by: worker) }
        }
        return readOrWait(worker, head: head, atMost: remaining, at: now)
    }

    private mutating func readOrWait(
        _ worker: Int, head: UInt64, atMost linger: Duration?, at now: Timestamp
    ) -> Action {
        if case .at(let last) = stop {
            if cursor >= last { return .end }
            if readThrough >= last { return .wait(past: nil, atMost: nil) }
        }
        let room = windowRoom
        guard reader == nil, room.entries > 0, room.bytes > 0 else { return .wait(past: nil, atMost: linger) }
        reader = worker
        guard head > readThrough else {
            let delays = [linger, gaps.delay(at: now), discards.delay(at: now)].compactMap(\.self)
            return .wait(past: readThrough, atMost: delays.min())
        }
        return .read(after: readThrough, limit: room)
    }

    /// What a single worker may read while it delivers: one batch beside the one under delivery. Nil where less than
    /// that is there: when the delivery is done there will be more, and it goes out together.
    public mutating func readAhead(worker: Int, head: UInt64) -> (after: UInt64, limit: ReadLimit)? {
        guard lanes.count == 1, reader == nil, journalRest == nil, stop == .no, !isSuspended,
            head >= readThrough + UInt64(batch.entries), !lanes[worker].isWaiting
        else { return nil }
        reader = worker
        return (readThrough, batch)
    }

    /// The batch that a single worker delivers next, if it is full: no more comes to it.
    public var nextBatch: [Entry]? {
        lanes.count == 1 ? lanes[0].nextBatch(limit: batch) : nil
    }

    /// What may still be read: one batch for a single worker, which reads when it has delivered; two for each of
    /// several, so that a slow one holds up the others only after as much.
    private var windowRoom: ReadLimit {
        let batches = lanes.count == 1 ? 1 : 2 * lanes.count
        let entries = batch.entries * batches - lanes.reduce(0) { $0 + $1.count }
        let bytes = batch.bytes * batches - lanes.reduce(0) { $0 + $1.bytes }
        return ReadLimit(entries: min(entries, batch.entries), bytes: min(bytes, batch.bytes))
    }

    /// The attempt the worker's lane makes now, without what has expired; nil when nothing of the batch is left.
    private mutating func beginDelivery(_ worker: Int, at now: Timestamp) -> [Entry]? {
        while lanes[worker].remainingLinger(.zero, limit: batch, at: now) != nil {
            let entries = lanes[worker].begin(limit: batch)
            guard let expires = policy.expires else { return entries }
            let removed = lanes[worker].remove { $0.time.map { now.since($0) > expires } ?? false }
            if removed == 0 { return entries }
            counters.expired += removed
            hasFinished = true
        }
        return nil
    }

    /// How far the cursor may move now; nil when that is not worth a call, or one is under way.
    private var dueAcknowledgement: UInt64? {
        guard acknowledger == nil else { return nil }
        let firsts = lanes.compactMap(\.first)
        guard hasFinished || firsts.isEmpty else { return nil }
        let through = firsts.min().map { $0 - 1 } ?? readThrough
        return through > cursor ? through : nil
    }

    private mutating func acknowledge(through: UInt64, by worker: Int) -> Action {
        refused.sort { $0.sequence < $1.sequence }
        let letters = Array(refused.prefix { $0.sequence <= through })
        acknowledger = worker
        acknowledging = (through, letters.count)
        hasFinished = false
        return .acknowledge(through: through, refused: letters)
    }

    private func remainingRest(at now: Timestamp) -> Duration? {
        journalRest.map { min($0.until.since(now), $0.atMost) }.flatMap { $0 > .zero ? $0 : nil }
    }

    /// A read brought a page.
    public mutating func received(_ page: Page, at now: Timestamp, random: RandomSource) -> Report? {
        reader = nil
        journalRest = nil
        if page.lowest > readThrough + 1 {
            counters.dropped += page.lowest - readThrough - 1
            gaps.add(from: readThrough + 1, through: page.lowest - 1)
        }
        let through = page.entries.last?.sequence ?? max(readThrough, page.lowest - 1)
        guard through > readThrough else {
            let reason = "the journal gave nothing after \(readThrough), though its head is \(page.head)"
            return retryJournal(reason, at: now, random: random)
        }
        readThrough = through
        // Most sinks want all: then nothing is copied.
        let wanted = filter.isEmpty ? page.entries : page.entries.filter(isWanted)
        counters.filtered += page.entries.count - wanted.count
        if lanes.count == 1 {
            lanes[0].append(wanted, at: now)
        } else {
            let groups = Dictionary(grouping: wanted) { $0.lane(of: lanes.count) }
            for (lane, entries) in groups { lanes[lane].append(entries, at: now) }
        }
        return nil
    }

    private func isWanted(_ entry: Entry) -> Bool {
        filter.matches(entry)
    }

    /// The journal has the cursor, in memory at least.
    public mutating func acknowledged(at now: Timestamp) -> [Report] {
        cursor = acknowledging.through
        refused.removeFirst(acknowledging.refused)
        (acknowledger, journalRest) = (nil, nil)
        let isFailing = isUnavailable || lanes.contains { $0.failures > 0 }
        return [isFailing ? nil : outage.ended(at: now)].compactMap(\.self) + due(at: now)
    }

    /// The worker's wait is over; what may be told.
    public mutating func woken(worker: Int, at now: Timestamp) -> [Report] {
        letOthersRead(worker)
        return due(at: now)
    }

    /// Whoever asks from now on may read: before the bell rings, or those who ask upon it would wait for a worker that
    /// does not read any more, and that may be held up by its destination.
    private mutating func letOthersRead(_ worker: Int) {
        if reader == worker { reader = nil }
    }

    private mutating func due(at now: Timestamp) -> [Report] {
        [gaps.due(at: now), discards.due(at: now)].compactMap(\.self)
    }

    /// The gaps nobody was told of yet, when the sink ends.
    public mutating func lastWords() -> [Report] {
        [gaps.rest(), discards.rest()].compactMap(\.self)
    }

    /// The journal could not be read, or did not take the acknowledgement.
    public mutating func journalFailed(
        _ error: JournalError, of worker: Int, at now: Timestamp, random: RandomSource
    ) -> Report? {
        if acknowledger == worker { (acknowledger, hasFinished) = (nil, true) }
        letOthersRead(worker)
        switch error {
        case .closed:
            stop = .now
            return nil
        case .unusable(let reason):
            stop = .now
            hasFailed = true
            return outage.failed(reason, mustAct: true, at: now)
        case .full, .unwritable, .notTracking:
            return retryJournal("\(error)", at: now, random: random)
        }
    }

    private mutating func retryJournal(_ reason: String, at now: Timestamp, random: RandomSource) -> Report? {
        let report = outage.failed(reason, mayAnnounce: false, at: now)
        let delay = Backoff.delay(attempt: outage.attempts, random: random)
        journalRest = (now.advanced(by: delay), delay)
        return report
    }

    /// Holds it, or lets it go on. What is under delivery is finished first.
    public mutating func suspend(_ isSuspended: Bool) {
        self.isSuspended = isSuspended
    }

    /// Dead letters to be delivered again, as soon as the first worker comes by.
    public mutating func redeliver(_ redelivery: Redelivery) {
        redeliveries.append(redelivery)
    }

    /// The agent stops: the sink ends once it has everything up to `head`, or at once when it is held.
    public mutating func drain(to head: UInt64) {
        if stop == .no { stop = .at(head: head) }
    }

    /// The time is up: what was delivered is acknowledged, nothing more is delivered.
    public mutating func abandon() {
        if stop != .now { stop = .afterAcknowledgement }
    }
}

/// What became of a sink's entries, since the start of the process.
public struct SinkCounters: Sendable, Hashable {
    /// Entries the destination took.
    public var delivered = 0
    /// Entries left out on purpose.
    public var filtered = 0
    /// Entries too old to be worth a delivery.
    public var expired = 0
    /// Entries lost: the journal had let them go, or the destination was unavailable.
    public var dropped: UInt64 = 0
    /// Of the dropped: those let go because the destination was unavailable.
    public var discarded = 0
    /// Entries the destination refused for good, and those given up.
    public var deadLetters = 0
    /// Batches that had to be halved.
    public var splits = 0

    public init() {}
}
