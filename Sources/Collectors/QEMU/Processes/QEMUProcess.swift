package import EventModel

/// A process that carries a machine, as /proc shows it.
package struct QEMUProcess: Sendable, Hashable {
    package var life: QEMULife
    package var started: Timestamp
    package var commandLine: QEMUCommandLine

    package init(life: QEMULife, started: Timestamp, commandLine: QEMUCommandLine) {
        (self.life, self.started, self.commandLine) = (life, started, commandLine)
    }
}

/// One life of a machine, from the start of its process to its end: outlives the reuse of process ids, and reboots.
package struct QEMULife: Sendable, Hashable {
    /// The host's boot.
    package var bootID: String
    package var pid: Int32
    /// When the process started: clock ticks since that boot.
    package var startTicks: UInt64

    package init(bootID: String, pid: Int32, startTicks: UInt64) {
        (self.bootID, self.pid, self.startTicks) = (bootID, pid, startTicks)
    }

    /// What the ids of its events begin with: `6f0c9d12-4711-90847`.
    package var text: String { "\(bootID.prefix(8))-\(pid)-\(startTicks)" }
}
