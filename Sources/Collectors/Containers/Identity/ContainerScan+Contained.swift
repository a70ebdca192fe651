/// What is remembered of a container that has a cgroup of its own.
struct RememberedContainer {
    var main: ProcessKey?
    var identity: ContainerIdentity?
    var isPreparing = false
}

/// The processes that count as one container in the current look.
struct ContainerProcesses {
    var place: CgroupPlace
    var cgroup: String?
    var cgroupID: UInt64?
    var processes: [Int32] = []
}

extension ContainerScan {
    /// The containers that have cgroups of their own.
    func contained(isWhole: Bool) -> [FoundContainer] {
        var order: [UInt64] = []
        var groups: [UInt64: ContainerProcesses] = [:]
        for cgroup in memory.visited {
            guard let container = cgroup.container else { continue }
            if container == cgroup.inode || groups[container] == nil {
                order.append(container)
                groups[container] = ContainerProcesses(
                    place: cgroup.place, cgroup: cgroup.place.innermost?.cgroup,
                    cgroupID: tree == nil ? nil : container)
            }
            groups[container]?.processes.append(contentsOf: cgroup.processes)
        }
        if isWhole { containers = containers.filter { groups[$0.key] != nil } }
        return order.compactMap { number in
            guard let group = groups[number], !group.processes.isEmpty, group.place.innermost?.kind == .container else {
                return nil
            }
            return found(group, number, known: isWhole ? containers.count : 0)
        }
    }

    private func found(_ group: ContainerProcesses, _ number: UInt64, known count: Int) -> FoundContainer? {
        var known = containers[number] ?? RememberedContainer()
        if !isCurrent(known, in: group, of: count) {
            known = RememberedContainer()
            let main = main(of: group.processes, runtime: group.place.innermost?.key.runtime)
            if let main {
                known.main = main.key
                known.identity = resolver.container(of: main, at: group.place)
                known.isPreparing = main.name.isPreparing(below: resolver.lookup.stat(main.parent))
            }
            containers[number] = known
        }
        guard let identity = known.identity ?? group.place.identity else { return nil }
        return FoundContainer(
            identity: identity, main: known.main, started: known.main.map { boot.time(ofTicks: $0.startTicks) },
            isPreparing: known.isPreparing, cgroup: group.cgroup, cgroupID: group.cgroupID,
            processes: group.processes)
    }

    /// Whether what is known of the container still holds: its main process lives in it and is ready.
    private func isCurrent(_ known: RememberedContainer, in group: ContainerProcesses, of count: Int) -> Bool {
        guard let main = known.main, !known.isPreparing, group.processes.contains(main.pid) else { return false }
        return !isDue(main.pid, of: count) || resolver.lookup.stat(main.pid)?.startTicks == main.startTicks
    }

    /// The container's main process: its parent is outside, and none such began before it. A process that watches the
    /// container from within its cgroup counts as outside.
    func main(of processes: [Int32], runtime: String?) -> ProcessStat? {
        var stats: [Int32: ProcessStat] = [:]
        for pid in processes.prefix(Self.maximumCandidates) {
            guard let stat = resolver.lookup.stat(pid) else { continue }
            if let runtime, MonitorRules.isMonitor(stat.name),
                resolver.lookup.monitor(stat)?.runtime == runtime, resolver.lookup.depth(pid)?.isForeign != true
            {
                continue
            }
            stats[pid] = stat
        }
        let candidates = stats.values.filter { stats[$0.parent] == nil && !$0.isZombie }
        return (candidates.isEmpty ? Array(stats.values) : candidates).min {
            ($0.startTicks, $0.pid) < ($1.startTicks, $1.pid)
        }
    }
}

extension ProcessName {
    private static let runtimes: Set<ProcessName> = ["runc", "crun", "youki", "krun"]

    /// Whether this is a runtime, which prepares a container and then goes or becomes it.
    var isRuntime: Bool {
        Self.runtimes.contains(self) || hasPrefix("runc:[") || hasPrefix("youki:[")
    }

    /// Whether this is still the runtime, and not yet what the container was made for: the process was forked by its
    /// runtime, and has not yet become another program.
    func isPreparing(below parent: ProcessStat?) -> Bool {
        if isRuntime { return true }
        return MonitorRules.isMonitor(self) && parent?.name == self
    }
}
