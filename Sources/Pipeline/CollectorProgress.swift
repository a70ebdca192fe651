public import AgentCore
public import EventModel

/// What a collector does next: the pure part of `CollectorRunner`. No time passes in it and nothing is called from it.
///
/// The runner asks `next()`, performs the action and says how it went. A batch is kept until it is committed or the
/// process ends, and the next poll goes on from its checkpoint only then: with the journal's *Atomic* and *Unique* this
/// gives every event exactly once.
public struct CollectorProgress: Sendable {
    /// What the runner shall do.
    public enum Action: Sendable {
        case poll(after: Checkpoint?)
        case commit(EncodedBatch)
        /// Wait so long; cut short when the agent stops.
        case rest(Duration)
        /// Wait until the journal takes something again; cut short when the agent stops.
        case hold
        /// Wait until it is resumed; cut short when the agent stops.
        case pause
        case end
    }

    private enum Step: Sendable {
        case poll, commit, hold, end
        case rest(Duration)
    }

    private enum Stop: Sendable {
        case no, afterCommit, now
    }

    /// After an empty batch: a collector that returns at once with nothing, against its contract, then costs a hundred
    /// polls a second instead of a processor core.
    public static let restAfterEmptyBatch = Duration.milliseconds(10)

    /// The last one committed.
    public private(set) var checkpoint: Checkpoint?
    /// What the runner does now.
    public private(set) var state = CollectorStatus.State.idle
    /// Failed attempts in a row, of polls and commits.
    public private(set) var outage = Outage()
    /// Polls that brought a batch.
    public private(set) var polls = 0
    /// Events committed that were news.
    public private(set) var events = 0
    /// Events the journal held already.
    public private(set) var repeated = 0
    /// Events left out by the collector's limits.
    public private(set) var filtered = 0
    /// When the last batch was safe.
    public private(set) var lastCommit: Timestamp?
    private var batch: EncodedBatch?
    private var held: (reason: Hold, since: Timestamp)?
    private var step = Step.poll
    private var stop = Stop.no
    private var isSuspended = false

    /// Goes on from what the journal has.
    public init(checkpoint: Checkpoint?) {
        self.checkpoint = checkpoint
    }

    /// What to do now. Asked again only after the action is done.
    public mutating func next() -> Action {
        switch (stop, step) {
        case (.now, _): return end()
        case (.afterCommit, .commit): break
        case (.afterCommit, _): return end()
        case (.no, .poll) where isSuspended:
            state = .suspended
            return .pause
        case (.no, _): break
        }
        switch step {
        case .poll:
            state = .polling
            return .poll(after: checkpoint)
        case .commit:
            guard let batch else { return end() }
            state = .committing
            return .commit(batch)
        case .rest(let delay):
            state = .waiting
            step = batch == nil ? .poll : .commit
            return .rest(delay)
        case .hold:
            state = .held
            step = .commit
            return .hold
        case .end:
            return end()
        }
    }

    private mutating func end() -> Action {
        if state != .failed { state = .ended }
        return .end
    }

    /// A poll brought a batch, of which so many events were left out.
    public mutating func polled(_ batch: EncodedBatch, filtered: Int = 0, at now: Timestamp) -> Report? {
        polls += 1
        self.filtered += filtered
        let isNews = !batch.events.isEmpty || (batch.checkpoint != nil && batch.checkpoint != checkpoint)
        if isNews {
            self.batch = batch
            step = .commit
            return nil
        }
        step = batch.isLast ? .end : .rest(Self.restAfterEmptyBatch)
        return outage.ended(at: now)
    }

    /// A poll threw.
    public mutating func pollFailed(_ error: any Error, at now: Timestamp, random: RandomSource) -> Report? {
        if stop != .no {
            step = .end
            return nil
        }
        switch error as? CollectorError {
        case .refused(let reason):
            step = .rest(Backoff.afterRefusal)
            return outage.failed(reason, mustAct: true, at: now)
        case .unusableCheckpoint(let reason):
            return fail(reason, at: now)
        case nil:
            return retry("\(error)", at: now, random: random)
        }
    }

    /// The batch and its checkpoint are safe.
    public mutating func committed(_ commit: Commit, at now: Timestamp) -> [Report] {
        guard let batch else { return [] }
        checkpoint = batch.checkpoint ?? checkpoint
        events += commit.sequences?.count ?? 0
        repeated += commit.repeated
        lastCommit = now
        step = batch.isLast ? .end : .poll
        self.batch = nil
        let released = held.map { Report.released($0.reason, max(now.since($0.since), .zero)) }
        held = nil
        return [released, outage.ended(at: now)].compactMap(\.self)
    }

    /// The journal did not take the batch: nothing of it was stored.
    public mutating func commitFailed(_ error: JournalError, at now: Timestamp, random: RandomSource) -> Report? {
        switch error {
        case .unwritable(let reason):
            return retry(reason, at: now, random: random)
        case .unusable, .closed:
            return fail("\(error)", at: now)
        case .full:
            return hold(.full, at: now)
        case .notTracking:
            return hold(.notTracking, at: now)
        }
    }

    /// The agent stops: what was polled is committed, nothing more is polled. True when the runner waits and shall be
    /// woken.
    public mutating func finish() -> Bool {
        if stop == .no { stop = .afterCommit }
        return state == .waiting || state == .held || state == .suspended || state == .idle
    }

    /// Polls no more until it is resumed; a batch polled already is committed. False when it was suspended already.
    public mutating func suspend() -> Bool {
        defer { isSuspended = true }
        return !isSuspended
    }

    /// Goes on where it was suspended. False when it was not.
    public mutating func resume() -> Bool {
        defer { isSuspended = false }
        return isSuspended
    }

    /// The time is up: nothing more is done, whatever comes back from the last action.
    public mutating func abandon() {
        stop = .now
    }

    /// Told again when the reason is another.
    private mutating func hold(_ reason: Hold, at now: Timestamp) -> Report? {
        step = stop == .no ? .hold : .end
        guard stop == .no, held?.reason != reason else { return nil }
        held = (reason, held?.since ?? now)
        return .held(reason)
    }

    private mutating func retry(_ reason: String, at now: Timestamp, random: RandomSource) -> Report? {
        let report = outage.failed(reason, at: now)
        step = stop == .no ? .rest(Backoff.delay(attempt: outage.attempts, random: random)) : .end
        return report
    }

    private mutating func fail(_ reason: String, at now: Timestamp) -> Report? {
        step = .end
        state = .failed
        return outage.failed(reason, mustAct: true, at: now)
    }
}
