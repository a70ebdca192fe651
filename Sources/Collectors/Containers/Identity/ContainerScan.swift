package import AgentCore
package import EventModel
package import Platform

/// A container that was found running.
package struct FoundContainer: Sendable, Hashable {
    package var identity: ContainerIdentity
    /// Its main process: in its cgroup, with a parent outside, the first of these; nil while there is none or it cannot
    /// be seen.
    package var main: ProcessKey?
    /// When that started.
    package var started: Timestamp?
    /// The runtime is still preparing it: the main process is not yet the payload (`runc init`).
    package var isPreparing: Bool
    /// Its cgroup below the root of the walked hierarchy; nil when it shares one with others.
    package var cgroup: String?
    /// The cgroup's number: of the same path another one is another cgroup.
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
}

/// What one full look at the host found.
package struct ScanFindings: Sendable {
    package var containers: [FoundContainer] = []
    /// Sentences for `status`: what could not be seen, and why. Empty when all could.
    package var limits: [String] = []
    /// Cgroups walked and processes read in this look, for the statistics.
    package var cgroups = 0
    package var processesRead = 0

    package init() {}
}

/// The full reconciliation: every container of the host, from one walk through one cgroup hierarchy and a look at those
/// processes whose cgroup is no container's.
///
/// It remembers what it saw: a process known by number and start time is not read again, so that the second look costs
/// what listing costs. Not `Sendable`: one owner, one thread at a time.
package final class ContainerScan {
    /// The hierarchy that is walked; nil when there is none, and processes are listed from procfs.
    package let tree: CgroupTree?
    package let boot: HostBoot
    private let reader: ProcReader

    /// Opens procfs and finds the hierarchy.
    package init(_ host: HostView) throws(SystemError) {
        reader = try ProcReader(host.proc)
        tree = CgroupTree.find(below: host.cgroups)
        boot = reader.boot()
    }

    /// Looks at everything.
    package func scan() -> ScanFindings {
        ScanFindings()
    }

    /// Looks at one cgroup and those below it only: what a notice about it asks for. Nil when no container is there.
    package func look(at cgroup: String) -> FoundContainer? {
        nil
    }

    /// Forgets what is known of the process: its owner saw it end.
    package func forget(_ pid: Int32) {}
}
