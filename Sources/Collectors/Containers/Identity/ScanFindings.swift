package import EventModel

/// A container that was found running.
package struct FoundContainer: Sendable, Hashable {
    package var identity: ContainerIdentity
    /// Its main process: in the container, with a parent outside, the first of these; nil while there is none or it
    /// cannot be seen.
    package var main: ProcessKey?
    /// When that started.
    package var started: Timestamp?
    /// The runtime is still preparing it: the main process is not yet the payload (`runc init`).
    package var isPreparing: Bool
    /// Its cgroup below the root of the walked hierarchy; nil when it shares one with others.
    package var cgroup: String?
    /// The cgroup's number: with the same path and another number it is another cgroup.
    package var cgroupID: UInt64?
    /// All processes in it, in no order.
    package var processes: [Int32]

    package init(
        identity: ContainerIdentity, main: ProcessKey? = nil, started: Timestamp? = nil, isPreparing: Bool = false,
        cgroup: String? = nil, cgroupID: UInt64? = nil, processes: [Int32] = []
    ) {
        (self.identity, self.main, self.started, self.isPreparing) = (identity, main, started, isPreparing)
        (self.cgroup, self.cgroupID, self.processes) = (cgroup, cgroupID, processes)
    }

    /// The container's life, as `HostGuests` tells lives apart; nil while its main process is not known.
    package func incarnation(since boot: HostBoot) -> ContainerIncarnation? {
        main.map {
            ContainerIncarnation(
                bootID: boot.id, pid: $0.pid, startTicks: $0.startTicks, started: boot.time(ofTicks: $0.startTicks))
        }
    }
}

/// What one full look at the host found.
package struct ScanFindings: Sendable {
    /// In the order in which their cgroups were met, those without one of their own behind them.
    package var containers: [FoundContainer] = []
    /// Sentences for `status`: what could not be seen, and why. Empty when all could.
    package var limits: [String] = []
    /// Cgroups walked, for the statistics.
    package var cgroups = 0
    /// Files of procfs opened, for the statistics.
    package var reads = 0

    package init() {}
}
