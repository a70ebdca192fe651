/// How long a transfer has been without a byte in either direction, a head counting by its lines. Exact to the
/// millisecond, where libcurl's own low-speed limit works on averages of whole seconds.
struct IdleClock {
    private let limit: Duration
    private var quietSince: ContinuousClock.Instant
    private var moved = 0

    /// The silence begins now.
    init(limit: Duration, now: ContinuousClock.Instant) {
        (self.limit, quietSince) = (limit, now)
    }

    /// When the limit is reached unless a byte moves.
    var deadline: ContinuousClock.Instant { quietSince.advanced(by: limit) }

    /// Takes the count of bytes moved so far; any change of it is a sign of life. While there is `connecting` nothing
    /// counts: that has a limit of its own.
    mutating func note(moved now: Int, connecting: Bool, at instant: ContinuousClock.Instant) {
        guard connecting || now != moved else { return }
        (moved, quietSince) = (now, instant)
    }
}
