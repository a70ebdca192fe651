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
        let value = max(0, Double(seconds) + Double(attoseconds) / 1e18)
        if counts.isEmpty { counts = Array(repeating: 0, count: Self.bounds.count + 1) }
        counts[Self.bounds.firstIndex { value <= $0 } ?? Self.bounds.count] += 1
        sum += value
    }
}
