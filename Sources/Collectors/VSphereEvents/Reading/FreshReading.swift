import EventModel
package import VSphere

/// Reads with a new server-side collector in each round, and forgets it: what servers are read with whose collectors
/// lose their place (simulators), that have none (some ESXi hosts: each read is a query), or of which several entities
/// are wanted.
///
/// A round reads, for each entity, from the boundary to the newest event, `maximumForwardPages` with news at most. A
/// server may give only the newest events of what was asked for: where a full answer does not reach back to the
/// boundary, older slices are read by their end time, `maximumSlices` at most; what is missing then is told as a gap.
/// The events of all entities are put in order, each once, as far as all of them were read. Pure, as `KeptReading` is.
package struct FreshReading: HistoryReading {
    package static let maximumForwardPages = 4
    package static let maximumSlices = 16
    /// The most such a server gives for one collector or query, whatever it is asked for.
    package static let answerLimit = 1000

    private enum State: Equatable {
        case asking, mustOpen, reading, mustClose, waiting
    }

    package private(set) var ledger: ReadingLedger
    private let entities: Int
    private let asksNewest: Bool
    private let answerLimit: Int
    private var expectsStretch: Bool
    private var sizing: PageSizing
    private var state: State
    private var entity = 0
    private var slice: EntitySlice
    private var round = Round()

    /// - Parameters:
    ///   - entities: how many there are; 1 also when none is configured.
    ///   - asksNewest: the server can be trusted about its newest event: an empty page is checked against it.
    ///   - answerLimit: other than `FreshReading.answerLimit` in tests.
    package init(
        boundary: ReadingBoundary, pageSize: Int, entities: Int = 1, asksNewest: Bool = false,
        expectsStretch: Bool = true, answerLimit: Int = FreshReading.answerLimit
    ) {
        self.answerLimit = answerLimit
        ledger = ReadingLedger(boundary: boundary)
        (self.entities, self.asksNewest, self.expectsStretch) = (max(1, entities), asksNewest, expectsStretch)
        sizing = PageSizing(pageSize)
        state = asksNewest ? .asking : .mustOpen
        slice = EntitySlice(answerLimit: answerLimit, isPatient: asksNewest)
    }

    private var newSlice: EntitySlice { EntitySlice(answerLimit: answerLimit, isPatient: asksNewest) }

    package var next: ReadingStep {
        switch state {
        case .asking: .askNewest(entity: entity)
        case .mustOpen: .open(ReadingRequest(entity: entity, begin: ledger.boundary.begin, end: slice.end))
        case .reading: .readNext(sizing.current)
        case .mustClose: .close
        case .waiting: .wait
        }
    }

    package mutating func opened() {
        sizing.opened()
        slice.opened()
        state = .reading
    }

    package mutating func lost() {
        slice = newSlice
        state = asksNewest ? .asking : .mustOpen
    }

    package mutating func told(_ event: VSphereEvent?) -> [Finding] {
        switch state {
        case .asking:
            guard let event, ledger.isUnread(event) || event.position == nil else { return nextEntity() }
            slice.newest = event
            state = .mustOpen
        case .waiting: beginRound()
        default: break
        }
        return []
    }

    package mutating func paused() { beginRound() }

    package mutating func timedOut() { beginRound() }

    package mutating func read(_ events: [VSphereEvent]) -> [Finding] {
        if sizing.doubts(events) {
            slice.breakOff()
            state = .mustClose
            return []
        }
        slice.add(events, ledger: ledger, maximumEmptyReads: sizing.maximumEmptyReads)
        sizing.read(newest: events.lazy.compactMap(\.position).max(), news: 0)
        if slice.isAtEnd { state = .mustClose }
        return []
    }

    package mutating func undecodable(reason: String) -> [Finding]? {
        let remedy = sizing.undecodable(reason: reason)
        switch remedy {
        case .readAnew, .tryLater:
            state = .mustClose
            slice.breakOff()
            return remedy == .tryLater ? nil : []
        case .giveUp(let place): return ledger.giveUp(at: place, reason: reason)
        }
    }

    /// The collector of the slice is gone: reads an older slice, the next entity, or ends the round.
    package mutating func closed() -> [Finding] {
        if slice.mustRepeat {
            slice = newSlice
            state = asksNewest ? .asking : .mustOpen
            return []
        }
        if slice.continues(before: ledger.boundary) {
            state = .mustOpen
            return []
        }
        return nextEntity()
    }
}

extension FreshReading {
    /// What was read for all entities so far.
    private struct Round: Sendable {
        var events: [VSphereEvent] = []
        var joins = false
        /// Events after this were not read for every entity.
        var end: Timestamp?
        var isCut = false
        /// Some entity was not read to its newest event.
        var hasMore: Bool { end != nil }
    }

    private mutating func beginRound() {
        (entity, slice, round) = (0, newSlice, Round())
        state = asksNewest ? .asking : .mustOpen
    }

    private mutating func nextEntity() -> [Finding] {
        round.events += slice.events
        round.joins = round.joins || slice.joins
        round.isCut = round.isCut || slice.isCut
        if let last = slice.cutAt { round.end = min(round.end ?? last, last) }
        entity += 1
        slice = newSlice
        guard entity == entities else {
            state = asksNewest ? .asking : .mustOpen
            return []
        }
        return endRound()
    }

    private mutating func endRound() -> [Finding] {
        let read = round
        let end = read.end
        ledger.beginAnew(expectsStretch: expectsStretch)
        let findings = ledger.admit(
            read.events.filter { event in end.map { (event.createdTime ?? $0) <= $0 } ?? true },
            joins: read.isCut ? false : read.joins ? true : nil,
            reason: "the server gave only the newest events of the stretch that follows the last one read")
        if !findings.isEmpty { expectsStretch = true }
        // Only what was delivered counts as read: an undecodable answer makes the round begin anew.
        sizing.read(newest: nil, news: findings.count)
        if read.hasMore, !findings.isEmpty { beginRound() } else { (state, entity, round) = (.waiting, 0, Round()) }
        return findings
    }
}
