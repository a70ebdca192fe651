import EventModel
package import VSphere

/// Reads one server-side collector on and on: what real servers are read with. Pure: it says what to do and is told
/// what came.
///
/// The newest visible event is the truth about what there is to read; an empty page is not. A server's position may
/// have to cross a stretch of events the user may not see, and gives empty pages there. So, while the newest event is
/// unread:
///
/// 1. read on, `maximumEmptyReads` times;
/// 2. make the collector anew at the boundary - one call, and it cures positions that were lost or pruned;
/// 3. read backwards from the newest event until what was read comes, `maximumBackwardPages` at most;
/// 4. what does not join then is told as a gap.
///
/// An answer may not be the one to its call: a proxy, or a load balancer, repeats an earlier one, and what the right
/// one held is lost while the server's position has moved on. So the collector is made anew when a page brings again
/// what was read, when a new collector does not begin with what was read (`Rereading`), and, once, when news come after
/// an empty page that nothing has explained. What is still so after `maximumDoubts` is the truth: a gap is told then.
///
/// When a quiet time follows events, the collector is made anew once: events that were stored behind its position are
/// found.
package struct KeptReading: HistoryReading {
    /// Pages of 1000 cross 20,000 invisible events.
    package static let maximumEmptyReads = 20
    /// Events read backwards are held in memory.
    package static let maximumBackwardPages = 10
    /// So often a collector may need step 3 before it is called unreliable.
    package static let maximumRescues = 3
    /// So often in a row a collector is made anew because its pages are out of step; then that is this server's way, or
    /// its history was cut.
    package static let maximumDoubts = 3

    private enum State: Equatable {
        case mustOpen, mustClose, reading, asking, latest, backwards, waiting
    }

    package private(set) var ledger: ReadingLedger
    private var state = State.mustOpen
    private var sizing: PageSizing
    private var expectsStretch: Bool
    /// The newest visible event anybody told of.
    private var newest: VSphereEvent?
    /// A newest event was told of that cannot be placed: it is looked for as long as an unread one, once.
    private var hunts = false
    private var emptyReads = 0
    private var madeAnew = false
    private var collected: [VSphereEvent] = []
    private var backwardPages = 0
    private var rescues = 0
    /// An empty page came, and whether something was to be read is not known.
    private var isUnexplained = false
    /// The first news after such a page: believed when it comes again.
    private var doubted: EventPosition?
    private var doubts = 0
    /// What the collector must give before its news; nil once it gave news.
    private var rereading: Rereading?
    /// Events came since the collector was made.
    private var hasNewsSinceOpened = false

    /// - Parameter expectsStretch: see `ReadingLedger.beginAnew`.
    package init(boundary: ReadingBoundary, pageSize: Int, expectsStretch: Bool = true) {
        ledger = ReadingLedger(boundary: boundary)
        sizing = PageSizing(pageSize)
        self.expectsStretch = expectsStretch
    }

    /// Whether the server's collector lost its place too often to be kept.
    package var isUnreliable: Bool { rescues >= Self.maximumRescues }

    /// Whether the next step reads on, so that it may be done ahead.
    package var readsOn: Bool { state == .reading && emptyReads == 0 }

    package var next: ReadingStep {
        switch state {
        case .mustOpen: .open(ReadingRequest(begin: ledger.boundary.begin))
        case .mustClose: .close
        case .reading: .readNext(sizing.current)
        case .asking: .askNewest(entity: 0)
        case .latest: .readLatest
        case .backwards: .readPrevious(sizing.configured)
        case .waiting: .wait
        }
    }

    package mutating func opened() {
        ledger.beginAnew(expectsStretch: expectsStretch)
        rereading = Rereading(begin: ledger.boundary.begin, stretch: expectsStretch ? ledger.boundary.stretch : [])
        sizing.opened()
        hasNewsSinceOpened = false
        emptyReads = 0
        isUnexplained = false
        state = .reading
    }

    package mutating func closed() -> [Finding] {
        state = .mustOpen
        return []
    }

    package mutating func lost() {
        collected = []
        state = .mustOpen
    }

    package mutating func read(_ events: [VSphereEvent]) -> [Finding] {
        switch state {
        case .latest, .backwards: return readBackwards(events)
        default: return events.isEmpty ? readNothing() : readForward(events)
        }
    }

    package mutating func undecodable(reason: String) -> [Finding]? {
        let remedy = sizing.undecodable(reason: reason)
        switch remedy {
        case .readAnew, .tryLater:
            state = .mustClose
            return remedy == .tryLater ? nil : []
        case .giveUp(let place):
            hasNewsSinceOpened = true
            return ledger.giveUp(at: place, reason: reason)
        }
    }

    package mutating func told(_ event: VSphereEvent?) -> [Finding] {
        if let event, event.position == nil {
            if state == .waiting { (hunts, state) = (true, .reading) }
        } else if let event {
            newest = event
        }
        if state == .asking || state == .waiting { state = isCaughtUp ? .waiting : .reading }
        if isCaughtUp { (isUnexplained, doubted) = (false, nil) }
        emptyReads = 0
        return []
    }

    package mutating func paused() {
        state = .asking
    }

    package mutating func timedOut() {
        // A watch may be dead without an error: the newest event is asked for.
        state = hasNewsSinceOpened ? .mustClose : .asking
    }

    private var isCaughtUp: Bool {
        newest.map { !ledger.isUnread($0) } ?? true
    }

    private mutating func readForward(_ events: [VSphereEvent]) -> [Finding] {
        emptyReads = 0
        if mustReread(events) {
            state = .mustClose
            return []
        }
        let findings = ledger.admit(
            events, reason: "the server no longer has the events that were read last: its history was cut")
        if !findings.isEmpty { (hasNewsSinceOpened, expectsStretch, doubts) = (true, true, 0) }
        if ledger.isRereading { rereading?.took(events) } else { rereading = nil }
        sizing.read(newest: events.lazy.compactMap(\.position).max(), news: findings.count)
        // After a full page there may be more, whatever was the newest event before it.
        if newest != nil, isCaughtUp, !hunts, events.count < sizing.current {
            madeAnew = false
            state = .waiting
        }
        return findings
    }

    /// Whether the page is not to be believed before history was read anew.
    private mutating func mustReread(_ events: [VSphereEvent]) -> Bool {
        if sizing.doubts(events) { return true }
        if rereading?.isOutOfStep(events, after: ledger.boundary.last) ?? ledger.isOutOfStep(events) {
            doubts += 1
            return doubts <= Self.maximumDoubts
        }
        guard let first = ledger.firstUnread(in: events) else { return false }
        guard isUnexplained, doubted != first else {
            (isUnexplained, doubted) = (false, nil)
            return false
        }
        doubted = first
        return true
    }

    private mutating func readNothing() -> [Finding] {
        emptyReads += 1
        isUnexplained = true
        if isCaughtUp {
            madeAnew = false
            if hunts, emptyReads < sizing.maximumEmptyReads { return [] }
            state = hunts ? .waiting : .asking
            hunts = false
        } else if emptyReads >= sizing.maximumEmptyReads {
            state = madeAnew ? .latest : .mustClose
            madeAnew = true
        }
        return []
    }

    private mutating func readBackwards(_ events: [VSphereEvent]) -> [Finding] {
        if state == .latest { (collected, backwardPages, emptyReads) = ([], 0, 0) }
        state = .backwards
        collected += events
        if events.isEmpty { emptyReads += 1 } else { (emptyReads, backwardPages) = (0, backwardPages + 1) }
        let joins = events.contains { $0.position != nil && !ledger.isUnread($0) }
        guard joins || backwardPages >= Self.maximumBackwardPages || emptyReads >= Self.maximumEmptyReads else {
            return []
        }
        return rescue(joins: joins)
    }

    private mutating func rescue(joins: Bool) -> [Finding] {
        if let newest, !collected.contains(where: { $0.position == newest.position }) { collected.append(newest) }
        ledger.beginAnew(expectsStretch: expectsStretch)
        let findings = ledger.admit(
            collected, joins: joins,
            reason: "the server gives newer events, but not those that follow the last one read")
        (collected, newest, madeAnew) = ([], nil, false)
        rescues += 1
        hasNewsSinceOpened = true
        state = .mustClose
        return findings
    }
}
