import Glibc

/// A pause of a thread that plays a slow server: real time, because a real client waits for it.
enum HostilePause {
    /// Returns after so many milliseconds.
    static func milliseconds(_ count: UInt32) {
        usleep(count * 1000)
    }
}
