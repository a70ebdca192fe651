import AgentCore
import EventModel

/// What a retention policy says about a journal at one moment: the pure half of trimming, the same for every journal.
///
/// An entry is *due* when the policy wants it gone: it is too old, or with it the journal holds too many entries or
/// bytes. It is *free* to go when every attached sink has acknowledged it; under `dropOldest` all are.
struct Retention {
    let policy: RetentionPolicy
    /// Entries stored before this moment are too old; nil without an age.
    let oldest: Timestamp?
    /// The slowest cursor of the attached sinks; nil when none is attached: nothing is held back then.
    let slowest: UInt64?

    /// What holds now, with the cursors of the attached sinks.
    init(policy: RetentionPolicy, now: Timestamp, cursors: some Sequence<UInt64>) {
        self.policy = policy
        oldest = policy.age.map { now.advanced(by: .zero - $0) }
        slowest = cursors.min()
    }

    /// Whether so many entries and bytes are more than the policy allows.
    func isExceeded(count: Int, bytes: Int) -> Bool {
        count > policy.count ?? .max || bytes > policy.bytes ?? .max
    }

    /// The last sequence that may go: `limit`, or less where a sink holds back entries and may not lose any.
    func ceiling(upTo limit: UInt64, dropping: Bool = true) -> UInt64 {
        if dropping, policy.whenFull == .dropOldest { return limit }
        return min(limit, slowest ?? limit)
    }

    /// Whether an entry is due, when `count` entries and `bytes` bytes are held from it on.
    func isDue(storedAt: Timestamp, count: Int, bytes: Int) -> Bool {
        isExceeded(count: count, bytes: bytes) || oldest.map { storedAt < $0 } ?? false
    }

    /// Sorts entries removed into those acknowledged by all and those dropped.
    func account(removing range: Range<UInt64>) -> Trim {
        guard !range.isEmpty, let slowest else { return Trim(removed: range.count) }
        let acknowledged = Int(min(max(slowest + 1, range.lowerBound), range.upperBound) - range.lowerBound)
        return Trim(removed: acknowledged, dropped: range.count - acknowledged)
    }
}

extension Trim {
    /// Adds up what several trims removed.
    static func += (left: inout Trim, right: Trim) {
        left.removed += right.removed
        left.dropped += right.dropped
    }
}
