import EventModel
import Glibc

/// The machine's time zone.
enum LocalTimeZone {
    // SAFETY: localtime_r fills the struct it is given.

    /// Seconds east of UTC at a moment.
    static func offset(at time: Timestamp) -> Int {
        var seconds = time_t(time.nanoseconds / 1_000_000_000)
        var local = tm()
        return localtime_r(&seconds, &local) == nil ? 0 : local.tm_gmtoff
    }
}
