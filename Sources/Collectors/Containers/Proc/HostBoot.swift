package import EventModel
import Platform

/// The host's current boot: what its process start times count from.
package struct HostBoot: Sendable, Hashable {
    /// `sys/kernel/random/boot_id`; empty when procfs does not tell.
    package var id: String
    /// When it booted, to the second: `btime` of `/proc/stat`. Of the same boot always the same, unless somebody sets
    /// the clock, so that a start time is the same whenever it is worked out.
    package var time: Timestamp
    /// Clock ticks in a second; 100 wherever Linux runs today.
    package var ticksPerSecond: UInt64

    package init(id: String, time: Timestamp, ticksPerSecond: UInt64 = 100) {
        (self.id, self.time, self.ticksPerSecond) = (id, time, ticksPerSecond)
    }

    /// The moment that is so many ticks after the boot; within a second of what a clock said then.
    package func time(ofTicks ticks: UInt64) -> Timestamp {
        let seconds = Int64(clamping: ticks / ticksPerSecond)
        let rest = Int64(clamping: (ticks % ticksPerSecond) * (1_000_000_000 / ticksPerSecond))
        return time.advanced(by: .seconds(min(seconds, 1 << 40))).advanced(by: .nanoseconds(rest))
    }

    /// Finds `btime` in `/proc/stat`.
    package static func bootTime(in stat: Span<UInt8>) -> Timestamp? {
        guard var index = stat.indexBehind("btime "), let seconds = Decimal.next(in: stat, at: &index),
            let nanoseconds = Int64(exactly: seconds)?.multipliedReportingOverflow(by: 1_000_000_000),
            !nanoseconds.overflow
        else { return nil }
        return Timestamp(nanoseconds: nanoseconds.partialValue)
    }
}
