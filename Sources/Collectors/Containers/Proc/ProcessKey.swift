/// One process of this boot: a number is used again, the number and the start together are not.
package struct ProcessKey: Sendable, Hashable {
    /// As the host counts it.
    package var pid: Int32
    /// Field 22 of `/proc/PID/stat`: clock ticks since boot.
    package var startTicks: UInt64

    package init(pid: Int32, startTicks: UInt64) {
        (self.pid, self.startTicks) = (pid, startTicks)
    }
}
