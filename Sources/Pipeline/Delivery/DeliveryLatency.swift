/// How long after they happened entries reached a destination: from the event's own time to the destination's answer.
///
/// A clock of a source that is ahead of ours counts as no time at all.
public struct DeliveryLatency: Sendable, Hashable {
    /// The upper ends of the buckets, in seconds; a last one takes what is longer.
    public static let bounds: [Double] = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600]

    /// How many entries each bucket has, by itself; the last one is without end. Empty before the first.
    public private(set) var counts: [UInt64] = []
    /// Seconds of all of them.
    public private(set) var sum = 0.0

    public init() {}

    /// How many entries there are in all.
    public var count: UInt64 { counts.reduce(0, +) }

    /// Takes one entry.
    public mutating func observe(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        observe(
            nanoseconds: seconds >= Self.longestSeconds
                ? .max : max(seconds, 0) * 1_000_000_000 + max(attoseconds, 0) / 1_000_000_000)
    }

    /// Takes one entry.
    mutating func observe(nanoseconds: Int64) {
        let nanoseconds = max(nanoseconds, 0)
        if counts.isEmpty { counts = Array(repeating: 0, count: Self.bounds.count + 1) }
        var bucket = 0
        while bucket < Self.limits.count, nanoseconds > Self.limits[bucket] { bucket += 1 }
        counts[bucket] += 1
        sum += Double(nanoseconds) / 1e9
    }

    /// Takes those of another.
    mutating func add(_ other: Self) {
        if other.counts.isEmpty { return }
        counts = counts.isEmpty ? other.counts : zip(counts, other.counts).map(+)
        sum += other.sum
    }

    /// More are no number of nanoseconds.
    private static let longestSeconds: Int64 = 9_000_000_000

    /// The bounds in nanoseconds.
    private static let limits = bounds.map { Int64($0 * 1e9) }
}
