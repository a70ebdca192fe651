/// How long a transfer has been without a byte in either direction. Exact, where libcurl's own low-speed limit works on averages
/// of whole seconds.
struct IdleClock {
    private let limit: Duration
    private var quietSince: ContinuousClock.Instant
    private var moved: Int64 = 0

    init(limit: Duration, now: ContinuousClock.Instant) {
        (self.limit, quietSince) = (limit, now)
    }

    /// When the limit is reached unless a byte moves.
    var deadline: ContinuousClock.Instant { quietSince.advanced(by: limit) }

    /// Takes the count of bytes moved so far; any change of it is a sign of life. While there is `connecting` nothing counts:
    /// that has a limit of its own.
    mutating func note(moved now: Int64, connecting: Bool, at instant: ContinuousClock.Instant) {
        guard connecting || now != moved else { return }
        (moved, quietSince) = (now, instant)
    }

    /// Takes the kernel's word for when the last byte came, which knows also of bytes libcurl has not reported yet: half a header.
    mutating func note(lastByte age: Duration, at instant: ContinuousClock.Instant) {
        quietSince = max(quietSince, instant.advanced(by: .zero - age))
    }
}
