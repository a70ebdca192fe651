public import AgentCore
public import EventModel

/// What an attempt came to.
extension SinkProgress {
    /// The destination has all of the attempt.
    public mutating func deliverySucceeded(worker: Int) {
        counters.delivered += lanes[worker].attempt?.count ?? 0
        answered(worker)
    }

    /// The destination has not, or not all.
    public mutating func deliveryFailed(
        _ error: DeliveryError, worker: Int, at now: Timestamp, random: RandomSource
    ) -> [Report] {
        let attempt = lanes[worker].attempt ?? []
        switch error {
        case .retryable(let reason, let after):
            return retry(worker, reason, after: after, at: now, random: random)
        case .held(let reason, let after):
            return retry(worker, reason, after: after, isHeld: true, at: now, random: random)
        case .tooLarge(let reason), .refused(let reason):
            if lanes[worker].split() {
                counters.splits += 1
                return []
            }
            return refuse(attempt.map { DeadLetter(sequence: $0.sequence, reason: reason) }, worker)
        case .permanent(let reason):
            return refuse(attempt.map { DeadLetter(sequence: $0.sequence, reason: reason) }, worker)
        case .partial(let rejected):
            let letters = attempt.compactMap { entry in
                rejected[entry.sequence].map { DeadLetter(sequence: entry.sequence, reason: $0) }
            }
            counters.delivered += attempt.count - letters.count
            return refuse(letters, worker)
        }
    }

    private mutating func answered(_ worker: Int) {
        lanes[worker].finishPart()
        hasFinished = true
        (isUnavailable, probe) = (false, nil)
    }

    private mutating func refuse(_ letters: [DeadLetter], _ worker: Int) -> [Report] {
        answered(worker)
        return [keep(letters)].compactMap(\.self)
    }

    /// Notes dead letters. Tells of the first, and of every doubling of their number.
    private mutating func keep(_ letters: [DeadLetter]) -> Report? {
        refused += letters
        counters.deadLetters += letters.count
        guard let first = letters.first, counters.deadLetters >= nextRefusalTold else { return nil }
        nextRefusalTold = counters.deadLetters * 2
        return .refused(Refusal(first: first.sequence, reason: first.reason, total: counters.deadLetters))
    }

    private mutating func retry(
        _ worker: Int, _ reason: String, after: Duration?, isHeld: Bool = false, at now: Timestamp,
        random: RandomSource
    ) -> [Report] {
        // An event about this failure would, by itself, be the next thing to fail: only other events make it news.
        let isNews = lanes[worker].attempt?.contains { !AgentEvent.aboutSinks.contains($0.type) } ?? false
        lanes[worker].fail(at: now, counts: !isHeld || policy.whenUnavailable == .discard)
        let failing = outage.failed(reason, mayAnnounce: isNews, at: now)
        let backoff = Backoff.delay(attempt: max(lanes[worker].failures, 1), random: random)
        let delay = backoff + min(max(after ?? .zero, .zero), Backoff.mostObeyed)
        let gaveUp = policy.givesUp(after: lanes[worker].attempts, lasting: lanes[worker].failing(at: now))
        guard gaveUp && !isHeld || policy.whenUnavailable == .discard && (gaveUp || isUnavailable) else {
            lanes[worker].rest(delay, at: now)
            return [failing].compactMap(\.self)
        }
        hasFinished = true
        if policy.whenUnavailable == .discard {
            isUnavailable = true
            probe = (now.advanced(by: delay), delay)
            discard(lanes[worker].giveUpBatch(), reason)
            return [failing].compactMap(\.self)
        }
        let attempts = lanes[worker].attempts
        lanes[worker].rest(delay, at: now)
        let letters = lanes[worker].giveUpBatch().map {
            DeadLetter(sequence: $0.sequence, reason: "given up after \(attempts) attempts: \(reason)")
        }
        return [failing, keep(letters)].compactMap(\.self)
    }

    /// While the destination is unavailable and not yet to be probed, what a lane has is let go.
    mutating func letGo(lane: Int, at now: Timestamp) {
        guard isUnavailable, let probe, stop == .no, !isSuspended else { return }
        guard min(probe.at.since(now), probe.atMost) > .zero, lanes[lane].first != nil else { return }
        discard(lanes[lane].giveUpAll(), outage.lastError ?? "unavailable")
        hasFinished = true
    }

    private mutating func discard(_ entries: [Entry], _ reason: String) {
        counters.discarded += entries.count
        counters.dropped += UInt64(entries.count)
        // The events about a gap that are lost in the gap would be the next gap, for ever.
        guard let first = entries.first, let last = entries.last,
            entries.contains(where: { !AgentEvent.aboutSinks.contains($0.type) })
        else { return }
        discards.add(
            from: first.sequence, through: last.sequence, dropped: UInt64(entries.count),
            reason: "its destination was unavailable: \(reason)")
    }
}
