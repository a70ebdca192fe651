import EventModel

/// Which lease an event is put with: one for all events of a slice of time, so that leases stay few.
///
/// A slice is a 24th of the time to live, an hour at the most; its lease lives as long as events shall, and the slice,
/// so that its last event is held long enough too.
struct EtcdLeases {
    /// As long as events are held where nothing is said.
    static let usualTimeToLive = Duration.seconds(86_400)
    private static let longestSlice = Duration.seconds(3600)
    private static let slicesOfLife = 24

    private let timeToLive: Duration
    private var current: (lease: Int64, began: Timestamp)?

    init(timeToLive: Duration?) {
        self.timeToLive = timeToLive ?? Self.usualTimeToLive
    }

    private var slice: Duration { min(timeToLive / Self.slicesOfLife, Self.longestSlice) }

    /// How long a new lease has to live.
    var leaseTime: Duration { timeToLive + slice + .seconds(1) }

    /// The lease of this slice; nil when a new one has to be granted.
    func lease(at now: Timestamp) -> Int64? {
        guard let current, now >= current.began, now.since(current.began) < slice else { return nil }
        return current.lease
    }

    /// A new slice begins with this lease.
    mutating func granted(_ lease: Int64, at now: Timestamp) {
        current = (lease, now)
    }

    /// That lease is there no more.
    mutating func lost(_ lease: Int64) {
        if current?.lease == lease { current = nil }
    }
}
