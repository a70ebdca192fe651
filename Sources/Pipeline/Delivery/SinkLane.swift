import AgentCore
import EventModel

/// The entries of one of a sink's workers, in their order: those read and waiting, and the batch under delivery.
struct SinkLane: Sendable {
    /// What an attempt is given; nil: nothing is under delivery.
    private(set) var attempt: [Entry]?
    /// Attempts at this batch that failed.
    private(set) var attempts = 0
    /// Failed attempts since the destination last answered.
    private(set) var failures = 0
    /// Bytes of bodies, waiting and under delivery.
    private(set) var bytes = 0
    /// Until when it rests after a failure, and the longest that can be from now, whatever the clock does.
    private var rest: (until: Timestamp, atMost: Duration)?
    private var failedSince: Timestamp?
    private var waiting: [Entry] = []
    private var waitingBytes = 0
    private var waitingSince: Timestamp?
    /// The parts of a batch, the last one first: more than one where the destination wanted it smaller.
    private var parts: [[Entry]] = []

    /// Entries waiting and under delivery.
    var count: Int { waiting.count + parts.reduce(0) { $0 + $1.count } }

    /// The first entry that is not done.
    var first: UInt64? { parts.last?.first?.sequence ?? waiting.first?.sequence }

    /// How long a failed attempt's rest still lasts.
    func remainingRest(at now: Timestamp) -> Duration? {
        rest.map { min($0.until.since(now), $0.atMost) }.flatMap { $0 > .zero ? $0 : nil }
    }

    /// Takes over entries just read.
    mutating func append(_ entries: [Entry], at now: Timestamp) {
        guard !entries.isEmpty else { return }
        let size = entries.bodyBytes
        // A page for an empty lane is taken over as it is.
        if waiting.isEmpty { (waiting, waitingSince) = (entries, now) } else { waiting += entries }
        waitingBytes += size
        bytes += size
    }

    /// How long what waits may still wait for more; nil when nothing waits, zero when a batch is due.
    func remainingLinger(_ linger: Duration, limit: ReadLimit, at now: Timestamp) -> Duration? {
        if !parts.isEmpty { return .zero }
        guard let waitingSince else { return nil }
        if waiting.count >= limit.entries || waitingBytes >= limit.bytes { return .zero }
        return min(max(linger - now.since(waitingSince), .zero), linger)
    }

    /// Whether entries wait that belong to no batch yet.
    var isWaiting: Bool { !waiting.isEmpty }

    /// What waits, if it is a full batch.
    func nextBatch(limit: ReadLimit) -> [Entry]? {
        guard waiting.count >= limit.entries || waitingBytes >= limit.bytes else { return nil }
        let end = waiting.end(within: limit)
        return end < waiting.count ? Array(waiting[..<end]) : waiting
    }

    /// Begins an attempt: at the part that is next, or at a new batch.
    mutating func begin(limit: ReadLimit) -> [Entry] {
        if parts.isEmpty { formBatch(limit) }
        attempt = parts.last ?? []
        return attempt ?? []
    }

    private mutating func formBatch(_ limit: ReadLimit) {
        (attempts, failedSince) = (0, nil)
        let end = waiting.end(within: limit)
        guard end < waiting.count else {
            parts = [waiting]
            (waiting, waitingBytes, waitingSince) = ([], 0, nil)
            return
        }
        parts = [Array(waiting[..<end])]
        waiting.removeFirst(end)
        waitingBytes -= parts[0].bodyBytes
    }

    /// Takes from the next attempt what must not be delivered any more. The number taken.
    mutating func remove(where isUnwanted: (Entry) -> Bool) -> Int {
        guard let part = parts.last else { return 0 }
        let kept = part.filter { !isUnwanted($0) }
        guard kept.count < part.count else { return 0 }
        bytes -= part.bodyBytes - kept.bodyBytes
        parts.removeLast()
        if !kept.isEmpty { parts.append(kept) }
        attempt = kept.isEmpty ? nil : kept
        return part.count - kept.count
    }

    /// The part under delivery is done with: taken or refused.
    mutating func finishPart() {
        guard !parts.isEmpty else { return }
        bytes -= parts.removeLast().bodyBytes
        (attempt, rest, failures) = (nil, nil, 0)
    }

    /// The attempt failed. One that does not count brings the batch no nearer to being given up.
    mutating func fail(at now: Timestamp, counts: Bool = true) {
        attempt = nil
        failures += 1
        guard counts else { return }
        attempts += 1
        failedSince = failedSince ?? now
    }

    /// How long the batch has failed.
    func failing(at now: Timestamp) -> Duration {
        max(failedSince.map { now.since($0) } ?? .zero, .zero)
    }

    /// Nothing is attempted before that time.
    mutating func rest(_ duration: Duration, at now: Timestamp) {
        rest = (now.advanced(by: duration), duration)
    }

    /// Halves the part under delivery. False when it is a single entry.
    mutating func split() -> Bool {
        guard let part = parts.last, part.count > 1 else { return false }
        let half = part.count / 2
        parts[parts.count - 1] = Array(part[half...])
        parts.append(Array(part[..<half]))
        attempt = nil
        return true
    }

    /// Gives up the whole batch: its entries in order.
    mutating func giveUpBatch() -> [Entry] {
        defer { (parts, attempt, attempts, failedSince) = ([], nil, 0, nil) }
        let entries = parts.reversed().flatMap(\.self)
        bytes -= entries.bodyBytes
        return entries
    }

    /// Gives up everything it has, in order.
    mutating func giveUpAll() -> [Entry] {
        let entries = giveUpBatch() + waiting
        (waiting, waitingBytes, waitingSince, bytes) = ([], 0, nil, 0)
        return entries
    }
}

extension [Entry] {
    /// Bytes of all bodies.
    fileprivate var bodyBytes: Int { reduce(0) { $0 + $1.body.count } }

    /// How many of the first are within the limit; one at least.
    fileprivate func end(within limit: ReadLimit) -> Int {
        var bytes = 0
        for index in indices.prefix(Swift.max(1, limit.entries)) {
            bytes += self[index].body.count
            if bytes > limit.bytes { return Swift.max(1, index) }
        }
        return Swift.min(count, Swift.max(1, limit.entries))
    }
}
