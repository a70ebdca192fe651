package import AgentCore
import EventModel
package import Platform

/// The full reconciliation: every container of the host, from one walk through one cgroup hierarchy and a look at those
/// processes whose cgroup is no container's.
///
/// It remembers what it saw: a cgroup's path is read once in its life, and of a process that is known by number and
/// start time only the start time is looked at again, of `recheckedProcesses` in each look. So the second look costs
/// what listing costs.
///
/// Nothing it meets is an error: what is gone is left out, what is refused is told in `limits`.
///
/// Not `Sendable`: one owner, one thread at a time.
package final class ContainerScan {
    /// Cgroups deeper than this are not walked; as many descriptors are open at once.
    package static let maximumDepth = 64
    /// Known processes whose start time is read again in each look, in turns: a number may have been used again. Main
    /// processes and those outside containers; the others are their container's by their cgroup, whoever they are.
    package static let recheckedProcesses = 256
    /// Processes of one container of which the main one is sought; no more are read.
    package static let maximumCandidates = 16_384

    /// Paths remembered with what they say.
    private static let maximumPlaces = 256

    /// The hierarchy that is walked; nil when there is none, and processes are listed from procfs.
    package let tree: CgroupTree?
    package let boot: HostBoot
    let resolver: IdentityResolver
    let reader: ProcReader
    var memory = CgroupMemory()
    var containers: [UInt64: RememberedContainer] = [:]
    var loose = LooseProcesses()
    private var look = 0
    private var places: [String: CgroupPlace] = [:]
    /// Questions refused in any look: what was asked once is not asked again, and is still not known.
    private var refused = 0

    /// Opens procfs and finds the hierarchy.
    package init(_ host: HostView) throws(SystemError) {
        reader = try ProcReader(host.proc)
        resolver = IdentityResolver(host, reader: reader)
        tree = CgroupTree.find(below: host.cgroups)
        boot = resolver.boot
    }

    /// Looks at everything.
    package func scan() -> ScanFindings {
        look += 1
        resolver.begin()
        var findings = ScanFindings()
        if !walk("/", at: CgroupPlace()) { listProcesses() }
        findings.containers = contained(isWhole: true) + outside(isWhole: true)
        findings.cgroups = memory.visited.count
        findings.reads = resolver.lookup.reads
        findings.limits = limits()
        memory.forgetUnseen()
        return findings
    }

    /// Looks at one cgroup and those below it only, as a notice about it asks for: the containers in there; none while
    /// no process is.
    package func look(at cgroup: String) -> [FoundContainer] {
        resolver.begin()
        // From the container's own cgroup on, if it is one below that.
        let own = place(of: cgroup).innermost?.cgroup ?? cgroup
        guard walk(own, at: place(of: own)) else { return [] }
        return contained(isWhole: false) + outside(isWhole: false)
    }

    /// Whether the first process of a container lived when the last look read it.
    func wasRunning(_ life: ProcessKey) -> Bool {
        guard let stat = resolver.lookup.stat(life.pid), stat.startTicks == life.startTicks else { return false }
        return !stat.isZombie
    }

    /// What the path of a cgroup says. Asked several times of one that comes.
    func place(of cgroup: String) -> CgroupPlace {
        if let known = places[cgroup] { return known }
        if places.count >= Self.maximumPlaces { places.removeAll(keepingCapacity: true) }
        let place = CgroupPlace(path: cgroup)
        places[cgroup] = place
        return place
    }

    /// Forgets what is known of the process: its owner saw it end. `cgroup` is the number of its container's.
    package func forget(_ pid: Int32, in cgroup: UInt64?) {
        loose.forget(pid)
        if let cgroup, containers[cgroup]?.main?.pid == pid {
            containers[cgroup] = nil
            return
        }
        for (number, container) in containers where container.main?.pid == pid { containers[number] = nil }
    }

    /// What the process is now, with what is known of its relatives; throws when it is gone.
    package func identity(of pid: Int32) throws(SystemCode) -> ProcessIdentity {
        try resolver.identity(of: pid)
    }

    private func walk(_ cgroup: String, at place: CgroupPlace) -> Bool {
        guard let tree, let folder = try? FolderTree(tree.folder(of: cgroup)), let inode = folder.inode else {
            return false
        }
        memory.begin(at: place, inode: inode)
        do throws(SystemCode) {
            try folder.walk(reading: "cgroup.procs", maximumDepth: Self.maximumDepth, &memory)
        } catch {
            return false
        }
        return true
    }

    /// Without a hierarchy to walk: every process is asked for its cgroup, each time.
    private func listProcesses() {
        var pids: [Int32] = []
        try? reader.processes(into: &pids)
        memory.replace(
            by: pids.compactMap { pid in
                guard let membership = resolver.lookup.cgroups(pid) else { return nil }
                let place = IdentityResolver.place(membership)
                return (place.path.isEmpty ? "/" : String(decoding: place.path, as: UTF8.self), pid)
            })
        containers.removeAll()
    }

    /// Whether the start time of a known process is due to be read again; the turns go by its number.
    func isDue(_ pid: Int32, of known: Int) -> Bool {
        let turns = (known + Self.recheckedProcesses - 1) / Self.recheckedProcesses
        return turns <= 1 || Int(pid) % turns == look % turns
    }

    private func limits() -> [String] {
        var limits: [String] = []
        if tree == nil {
            limits.append("no cgroup hierarchy is mounted: processes are listed instead, which costs more")
        }
        if reader.isHiding {
            limits.append("procfs hides the processes of other users (hidepid): run the agent as root or in its group")
        }
        refused = max(refused, resolver.lookup.refused)
        if refused > 0 {
            limits.append(
                "\(refused) namespaces and environments of processes were refused: of a container without a cgroup or a "
                    + "monitor of its own less is known; run the agent as root or with CAP_SYS_PTRACE")
        }
        for (reason, count) in memory.failures.sorted(by: { $0.key.code < $1.key.code }) {
            limits.append("\(count) cgroups could not be read: \(SystemError("read", "cgroup", code: reason.code))")
        }
        return limits
    }
}
