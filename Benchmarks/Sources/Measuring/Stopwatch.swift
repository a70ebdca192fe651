import Glibc

/// Clocks, in seconds.
package enum Stopwatch {
    /// Wall time; only differences mean anything.
    package static var wall: Double { read(CLOCK_MONOTONIC) }
    /// Processor time of this process, in the kernel too: what others do on the machine hardly shows.
    package static var processor: Double { read(CLOCK_PROCESS_CPUTIME_ID) }
    /// Time since 1970, as files carry it.
    package static var date: Double { read(CLOCK_REALTIME) }

    private static func read(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return time.seconds
    }
}

extension timespec {
    /// The same in seconds.
    package var seconds: Double { Double(tv_sec) + Double(tv_nsec) / 1e9 }
}
