package import AgentCore
package import EventModel

/// What a sink does next: the pure part of `SinkRunner`. No time passes in it and nothing is called from it.
///
/// The cursor moves only after acknowledgement, and what is acknowledged was delivered, filtered, refused for good, or
/// gone from the journal before: *Reliable*.
package struct SinkProgress: Sendable {
    /// What the runner shall do.
    package enum Action: Sendable {
        /// Wait until the head passes the cursor; at the most so long, if there is something to tell then.
        case wait(past: UInt64, atMost: Duration?)
        case read(after: UInt64)
        case deliver([Entry])
        case acknowledge(through: UInt64, refused: [DeadLetter])
        case rest(Duration)
        case end
    }

    private enum Step: Sendable {
        case read, deliver, acknowledge, end
    }

    private enum Stop: Sendable, Equatable {
        case no
        case at(head: UInt64)
        case afterAcknowledgement
    }

    /// The last sequence acknowledged.
    package private(set) var cursor: UInt64
    /// What the runner does now.
    package private(set) var state = SinkStatus.State.idle
    /// Failed attempts in a row, of deliveries, reads and acknowledgements.
    package private(set) var outage = Outage()
    /// Entries the destination took.
    package private(set) var delivered = 0
    /// Entries left out on purpose.
    package private(set) var filtered = 0
    /// Entries the journal had let go.
    package private(set) var dropped: UInt64 = 0
    /// Entries the destination refused for good.
    package private(set) var deadLetters = 0
    private let filter: EventFilter
    private var wanted: [Entry] = []
    private var through: UInt64
    private var refused: [DeadLetter] = []
    private var gaps = GapReport()
    private var nextRefusalTold = 1
    private var step = Step.read
    private var delay: Duration?
    private var stop = Stop.no

    /// Goes on from what the journal has.
    package init(cursor: UInt64, filter: EventFilter) {
        (self.cursor, through, self.filter) = (cursor, cursor, filter)
    }

    /// What to do now, while the journal's newest entry is `head`. Asked again only after the action is done.
    package mutating func next(head: UInt64, at now: Timestamp) -> Action {
        if stop == .afterAcknowledgement, step != .acknowledge || delay != nil { return end() }
        if let delay {
            self.delay = nil
            state = .waiting
            return .rest(delay)
        }
        switch step {
        case .read:
            return read(head: head, at: now)
        case .deliver:
            state = .delivering
            return .deliver(wanted)
        case .acknowledge:
            state = .acknowledging
            return .acknowledge(through: through, refused: refused)
        case .end:
            return end()
        }
    }

    private mutating func read(head: UInt64, at now: Timestamp) -> Action {
        if case .at(let last) = stop, cursor >= last { return end() }
        guard head > cursor else {
            state = .idle
            return .wait(past: cursor, atMost: gaps.delay(at: now))
        }
        state = .reading
        return .read(after: cursor)
    }

    private mutating func end() -> Action {
        if state != .failed { state = .ended }
        return .end
    }

    /// A read brought a page.
    package mutating func received(_ page: Page, at now: Timestamp, random: RandomSource) -> Report? {
        if page.lowest > cursor + 1 {
            dropped += page.lowest - cursor - 1
            gaps.add(from: cursor + 1, through: page.lowest - 1)
        }
        through = page.entries.last?.sequence ?? max(cursor, page.lowest - 1)
        guard through > cursor else {
            let reason = "the journal gave nothing after \(cursor), though its head is \(page.head)"
            return retry(reason, mayAnnounce: false, at: now, random: random)
        }
        // Most sinks want all: then nothing is copied.
        wanted = filter.isEmpty ? page.entries : page.entries.filter(isWanted)
        filtered += page.entries.count - wanted.count
        step = wanted.isEmpty ? .acknowledge : .deliver
        return nil
    }

    private func isWanted(_ entry: Entry) -> Bool {
        filter.matches(entry)
    }

    /// The destination has all of the batch.
    package mutating func deliverySucceeded() {
        delivered += wanted.count
        accept(refusals: [])
    }

    /// The destination has not, or not all.
    package mutating func deliveryFailed(_ error: DeliveryError, at now: Timestamp, random: RandomSource) -> Report? {
        switch error {
        case .retryable(let reason, let after):
            // An event about this failure would, by itself, be the next thing to fail: only other events make it news.
            let isNews = wanted.contains { !AgentEvent.aboutSinks.contains($0.type) }
            let report = retry(reason, mayAnnounce: isNews, at: now, random: random)
            if let after { delay = (delay ?? .zero) + min(max(after, .zero), Backoff.mostObeyed) }
            return report
        case .permanent(let reason):
            accept(refusals: wanted.map { DeadLetter(sequence: $0.sequence, reason: reason) })
        case .partial(let rejected):
            accept(
                refusals: wanted.compactMap { entry in
                    rejected[entry.sequence].map { DeadLetter(sequence: entry.sequence, reason: $0) }
                })
            delivered += wanted.count - refused.count
        }
        return tellOfRefusal()
    }

    private mutating func accept(refusals: [DeadLetter]) {
        refused = refusals
        deadLetters += refusals.count
        step = .acknowledge
    }

    /// The first refusal, and every doubling of their number.
    private mutating func tellOfRefusal() -> Report? {
        guard let first = refused.first, deadLetters >= nextRefusalTold else { return nil }
        nextRefusalTold = deadLetters * 2
        return .refused(Refusal(first: first.sequence, reason: first.reason, total: deadLetters))
    }

    /// The journal has the cursor, in memory at least.
    package mutating func acknowledged(at now: Timestamp) -> [Report] {
        cursor = through
        (wanted, refused, step) = ([], [], .read)
        return [outage.ended(at: now), gaps.due(at: now)].compactMap(\.self)
    }

    /// The gap nobody was told of yet, when the sink ends.
    package mutating func lastWords() -> Report? {
        gaps.rest()
    }

    /// What may be told after a wait.
    package mutating func woken(at now: Timestamp) -> Report? {
        gaps.due(at: now)
    }

    /// The journal could not be read, or did not take the acknowledgement.
    package mutating func journalFailed(_ error: JournalError, at now: Timestamp, random: RandomSource) -> Report? {
        switch error {
        case .closed:
            step = .end
            return nil
        case .unusable(let reason):
            step = .end
            state = .failed
            return outage.failed(reason, mustAct: true, at: now)
        case .full, .unwritable:
            return retry("\(error)", mayAnnounce: false, at: now, random: random)
        }
    }

    private mutating func retry(
        _ reason: String, mayAnnounce: Bool, at now: Timestamp, random: RandomSource
    ) -> Report? {
        let report = outage.failed(reason, mayAnnounce: mayAnnounce, at: now)
        delay = Backoff.delay(attempt: outage.attempts, random: random)
        return report
    }

    /// The agent stops: the sink ends once it has everything up to `head`. True when it has, and shall be woken to end.
    package mutating func drain(to head: UInt64) -> Bool {
        if stop == .no { stop = .at(head: head) }
        return cursor >= head && state == .idle
    }

    /// The time is up: what was delivered is acknowledged, nothing more is delivered.
    package mutating func abandon() {
        stop = .afterAcknowledgement
    }
}
