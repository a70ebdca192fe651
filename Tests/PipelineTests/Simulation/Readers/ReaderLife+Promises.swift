import AgentCore
import AgentTestKit
import Pipeline

/// A mistake made on purpose around the pure parts, to show that the simulation finds such mistakes.
enum ReaderBug: CaseIterable {
    case takenOutOfOrder
    /// A reader that fell behind the ring goes on with what the ring has.
    case behindTakenAsNext
    case newReaderSeesOld, resumesOneBefore
    case partCountsAsWhole, resumeForgetsQueue, discardsInsteadOfQueueing
    case oneHangsAll
    case queueWithoutLimit, ringWithoutLimit, streamNeverSlow

    /// The promise it breaks.
    var promise: Promise {
        switch self {
        case .takenOutOfOrder: .ordered
        case .behindTakenAsNext, .newReaderSeesOld, .resumesOneBefore: .resumable
        case .partCountsAsWhole, .resumeForgetsQueue, .discardsInsteadOfQueueing: .reliable
        case .oneHangsAll: .isolated
        case .queueWithoutLimit, .ringWithoutLimit, .streamNeverSlow: .bounded
        }
    }
}

/// Hardship that lives must have seen, or they show nothing.
enum ReaderHardship: CaseIterable {
    case outOfOrder, lostAnswer, repeats, behind, resize, crash, hang, halfWay, queueing, discarding, slowStream, gap
}

extension ReaderLife {
    /// Bounded: the ring, the queues, and how far a live stream is behind.
    mutating func checkBounds() throws {
        watchStreams()
        if log.count > limits.entries || log.bytes > limits.bytes {
            throw Violation(.bounded, "the ring holds \(log.count) entries, \(log.bytes) bytes")
        }
        for subscriber in subscribers where subscriber.window.queued > subscriber.limit {
            throw Violation(.bounded, "\(subscriber.window.queued) entries queued, the limit is \(subscriber.limit)")
        }
        for stream in streams where !stream.window.isEnding && log.head > stream.mark {
            throw Violation(.bounded, "a stream is watched too late")
        }
        for stream in streams where !stream.window.isEnding {
            // Twice, because whether history is read shows at the second look.
            if log.head > stream.headThen + 2 * (StreamLife.lag + largestStep + 1) {
                throw Violation(
                    .bounded,
                    "a slow stream lives on: it took \(stream.last) at \(stream.headThen), now \(log.head), looked at \(stream.mark)"
                )
            }
        }
    }

    /// After all have come to rest.
    func checkEnd() throws {
        for subscriber in subscribers { try check(subscriber) }
        for stream in streams { try check(stream) }
    }

    private func check(_ subscriber: SubscriberLife) throws {
        try checkOrder(subscriber.got)
        if let first = subscriber.got.first, first <= subscriber.start {
            throw Violation(.resumable, "\(first) was published before it subscribed after \(subscriber.start)")
        }
        let got = Set(subscriber.got)
        for sequence in got {
            let entry = history.archive[Int(sequence) - 1].entry
            if !subscriber.filter.matches(entry) { throw Violation(.reliable, "\(sequence) is not wanted") }
            if subscriber.suspension(at: sequence) == .discarding {
                throw Violation(.reliable, "\(sequence) came though it was to be discarded")
            }
        }
        if subscriber.isHanging { return }
        let counts = subscriber.window.counts
        let sum = counts.delivered + counts.filtered + counts.discarded + counts.dropped
        if sum != Int(log.head - min(subscriber.start, log.head)) || counts.delivered != got.count {
            throw Violation(.reliable, "\(counts) do not make \(log.head - subscriber.start)")
        }
        if !hasRetention { try checkMissing(subscriber, got: got) }
    }

    /// Where the journal forgets nothing, only a full queue drops, and only its oldest.
    private func checkMissing(_ subscriber: SubscriberLife, got: Set<UInt64>) throws {
        var dropped = 0
        var discarded = 0
        for stored in history.archive.dropFirst(Int(subscriber.start)) where subscriber.filter.matches(stored.entry) {
            let sequence = stored.entry.sequence
            if got.contains(sequence) { continue }
            if subscriber.suspension(at: sequence) == .discarding {
                discarded += 1
                continue
            }
            dropped += 1
            let wanted = history.archive.dropFirst(Int(sequence)).map(\.entry).filter {
                subscriber.filter.matches($0) && subscriber.suspension(at: $0.sequence) != .discarding
            }
            if wanted.count < subscriber.limit {
                throw Violation(.reliable, "\(sequence) is missing, though only \(wanted.count) came after it")
            }
            let wasSuspended = subscriber.modes.contains { $0.suspension != nil }
            if !wasSuspended { throw Violation(.reliable, "\(sequence) is missing, though it was never suspended") }
        }
        let counts = subscriber.window.counts
        if (counts.dropped, counts.discarded) != (dropped, discarded) {
            throw Violation(.reliable, "\(dropped) are missing, \(discarded) discarded: \(counts)")
        }
    }

    private func check(_ stream: StreamLife) throws {
        try checkOrder(stream.got)
        let got = Set(stream.got)
        for stored in history.archive where stored.entry.sequence <= log.head {
            let sequence = stored.entry.sequence
            let isWanted = stream.filter.matches(stored.entry)
            if got.contains(sequence), !isWanted { throw Violation(.resumable, "\(sequence) is not wanted") }
            if isWanted, !got.contains(sequence), !stream.missed.contains(sequence) {
                throw Violation(.resumable, "\(sequence) neither came nor was told as a gap")
            }
        }
    }

    private func checkOrder(_ got: [UInt64]) throws {
        for (earlier, later) in zip(got, got.dropFirst()) where earlier >= later {
            throw Violation(earlier == later ? .resumable : .ordered, "\(later) came after \(earlier)")
        }
    }
}
