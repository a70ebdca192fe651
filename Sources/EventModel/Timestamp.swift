/// A moment in UTC, to the nanosecond: nanoseconds since 1970-01-01T00:00:00Z.
///
/// Covers 1677-09-21 to 2262-04-11. Reads and writes RFC 3339 (`Timestamp+RFC3339.swift`).
public struct Timestamp: Sendable, Hashable, Comparable {
    /// Nanoseconds since the Unix epoch; negative before it.
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    // Written out: other modules call the derived one through its witness table, for each event.
    public static func == (left: Self, right: Self) -> Bool {
        left.nanoseconds == right.nanoseconds
    }

    public static func < (left: Self, right: Self) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// This moment moved by `duration`, held at the ends of the range instead of overflowing.
    public func advanced(by duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (moved, overflowMoved) = nanoseconds.addingReportingOverflow(whole)
        let (result, overflowResult) = moved.addingReportingOverflow(attoseconds / 1_000_000_000)
        if overflow || overflowMoved || overflowResult {
            return Timestamp(nanoseconds: duration < .zero ? .min : .max)
        }
        return Timestamp(nanoseconds: result)
    }

    /// The time from `earlier` to this moment.
    public func since(_ earlier: Timestamp) -> Duration {
        .nanoseconds(nanoseconds) - .nanoseconds(earlier.nanoseconds)
    }
}
