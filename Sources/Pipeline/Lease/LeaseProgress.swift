import AgentCore

/// Who is active: the pure part of `LeasedCollector`. Times are the agent's own, by a clock that only goes on; no two
/// agents' clocks are ever compared.
///
/// The holder changes the record at least every third of the time to live. Who stands by looks at it, and takes it when
/// it has not changed for a whole time to live of its own watching. The holder counts its own time from *before* it
/// sent the last change that succeeded, and takes itself for inactive after two thirds: so one is inactive before
/// another is active, as long as their clocks run equally fast within a third. Each change names the revision it
/// replaces: of two who take it at once one fails.
struct LeaseProgress: Sendable {
    /// What to do next.
    enum Action: Sendable, Equatable {
        /// Look at the record.
        case read
        /// Put this in place of that revision.
        case write(LeaseRecord, replacing: UInt64?)
        /// Nothing for so long.
        case rest(Duration)
    }

    let holder: String
    let timeToLive: Duration
    /// As last seen, and since when it has been unchanged.
    private var seen: (value: LeaseValue?, record: LeaseRecord?, since: Duration)?
    /// When the last change of ours that succeeded was sent.
    private var heldSince: Duration?
    /// What is being written, and when it was sent.
    private var writing: (record: LeaseRecord, sent: Duration)?
    private var nextLook = Duration.zero

    init(holder: String, timeToLive: Duration) {
        (self.holder, self.timeToLive) = (holder, timeToLive)
    }

    private var pace: Duration { timeToLive / 3 }

    /// Whether this agent is active at `now`.
    func isActive(at now: Duration) -> Bool {
        heldSince.map { now - $0 < timeToLive * 2 / 3 } ?? false
    }

    /// How long it is active without another change.
    func activeTime(at now: Duration) -> Duration {
        heldSince.map { max(.zero, $0 + timeToLive * 2 / 3 - now) } ?? .zero
    }

    /// The checkpoint the record has.
    var checkpoint: Checkpoint? { seen?.record?.checkpoint }

    /// Whether the record was ever read.
    var hasSeen: Bool { seen != nil }

    /// Who is active by the record.
    var activeHolder: String? { seen?.record?.holder }

    /// What to do at `now`. `checkpoint`: what this agent's journal has, told to the others while it is active.
    mutating func next(at now: Duration, checkpoint: Checkpoint? = nil) -> Action {
        if heldSince != nil, !isActive(at: now) { lose() }
        guard let seen else { return now < nextLook ? .rest(nextLook - now) : .read }
        if let heldSince {
            let isNews = checkpoint != nil && checkpoint != seen.record?.checkpoint
            let due = heldSince + pace
            return isNews || now >= due ? write(checkpoint ?? seen.record?.checkpoint, at: now) : .rest(due - now)
        }
        if isFree(at: now) { return write(seen.record?.checkpoint, at: now) }
        return now < nextLook ? .rest(nextLook - now) : .read
    }

    /// The record as it is.
    mutating func found(_ value: LeaseValue?, at now: Duration) {
        nextLook = now + pace
        if let seen, seen.value == value { return }
        seen = (value, value.flatMap { LeaseRecord($0.bytes) }, now)
    }

    /// What became of the change that was to be written: its revision, or nil when another was quicker.
    mutating func wrote(_ revision: UInt64?, at now: Duration) {
        guard let writing else { return }
        self.writing = nil
        guard let revision else {
            lose()
            seen = nil
            return
        }
        seen = (LeaseValue(bytes: writing.record.encoded, revision: revision), writing.record, now)
        heldSince = writing.sent
    }

    /// The store did not answer: a change may or may not have happened.
    mutating func failed(at now: Duration) {
        let wasWriting = writing != nil
        writing = nil
        nextLook = now + pace
        // What is there now must be seen before it is changed again; what was held is held for as long as it lasts.
        if wasWriting, heldSince == nil { seen = nil }
        if wasWriting, heldSince != nil { isUncertain = true }
    }

    /// A change may have happened without our knowing: the record must be read before the next.
    private(set) var isUncertain = false

    /// The record was read to find out whether an uncertain change happened: true when it is ours.
    mutating func foundAgain(_ value: LeaseValue?, at now: Duration) -> Bool {
        isUncertain = false
        let record = value.flatMap { LeaseRecord($0.bytes) }
        guard let value, let record, record.holder == holder else {
            lose()
            found(value, at: now)
            return false
        }
        // Nobody else writes in our name: what is there is our last change or the one before it.
        seen = (value, record, now)
        return true
    }

    /// Gives it up: it is taken by the first who looks.
    mutating func release(checkpoint: Checkpoint?) -> Action? {
        guard heldSince != nil, let seen else { return nil }
        lose()
        let record = LeaseRecord(
            holder: "", renewals: (seen.record?.renewals ?? 0) &+ 1, checkpoint: checkpoint ?? seen.record?.checkpoint)
        return .write(record, replacing: seen.value?.revision)
    }

    private mutating func lose() {
        heldSince = nil
    }

    private func isFree(at now: Duration) -> Bool {
        guard let seen else { return false }
        // Its own record of a life before this one says nothing: that life may not have ended.
        return seen.record.map(\.holder.isEmpty) ?? true || now - seen.since >= timeToLive
    }

    private mutating func write(_ checkpoint: Checkpoint?, at now: Duration) -> Action {
        let record = LeaseRecord(
            holder: holder, renewals: (seen?.record?.renewals ?? 0) &+ 1, checkpoint: checkpoint)
        writing = (record, now)
        return .write(record, replacing: seen?.value?.revision)
    }
}
