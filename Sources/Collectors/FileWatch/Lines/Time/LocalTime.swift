import Glibc

/// The machine's time zone.
enum LocalTime {
    // SAFETY: localtime_r fills the struct it is given, and both live until it returns.

    /// Seconds east of UTC at a moment, in seconds since 1970.
    static func offset(at time: Int) -> Int {
        var seconds = time_t(time)
        var local = tm()
        return localtime_r(&seconds, &local) == nil ? 0 : local.tm_gmtoff
    }
}
