import Platform

extension ContainerScan {
    /// The containers that have no cgroup of their own, or one whose path says nothing: found by their processes.
    func outside(isWhole: Bool) -> [FoundContainer] {
        loose.begin()
        var order: [ContainerKey] = []
        var groups: [ContainerKey: LooseGroup] = [:]
        var hostCgroups: Set<UInt64> = []
        let count = isWhole ? loose.known.count : 0
        for cgroup in memory.visited where cgroup.container == nil && !cgroup.place.isHelper {
            for pid in cgroup.processes {
                guard let identity = identity(of: pid, in: cgroup, known: count, isWhole: isWhole) else {
                    hostCgroups.insert(cgroup.inode)
                    continue
                }
                if groups[identity.key] == nil { order.append(identity.key) }
                groups[identity.key, default: LooseGroup(identity: identity)].add(pid, cgroup)
            }
        }
        if isWhole { loose.forgetUnseen() }
        return order.compactMap { key in groups[key].flatMap { found($0, hostCgroups) } }
    }

    private func found(_ group: LooseGroup, _ hostCgroups: Set<UInt64>) -> FoundContainer? {
        guard group.identity.kind == .container else { return nil }
        guard let main = main(of: group.processes.map(\.pid), runtime: group.identity.key.runtime) else { return nil }
        // The cgroup is the container's when nobody else is in it.
        let cgroup = group.processes.first { $0.pid == main.pid }?.cgroup
        let own = cgroup.flatMap { owned($0, hostCgroups) }
        var identity = group.identity
        identity.cgroup = own?.path
        return FoundContainer(
            identity: identity, main: main.key, started: boot.time(ofTicks: main.startTicks),
            isPreparing: main.name.isPreparing(below: resolver.lookup.stat(main.parent)), cgroup: own?.path,
            cgroupID: tree == nil ? nil : own?.inode, processes: group.processes.map(\.pid))
    }

    /// The container's own cgroup, from the one its main process is in: that above `init.scope`, where systemd puts
    /// itself in a container as on a host; nil when others are in it.
    private func owned(_ cgroup: KnownCgroup, _ hostCgroups: Set<UInt64>) -> KnownCgroup? {
        var own = cgroup
        if own.name == Array("init.scope".utf8), let above = memory.known[own.parent] { own = above }
        return hostCgroups.contains(own.inode) || own.place.path.isEmpty ? nil : own
    }

    /// The container a process is in whose cgroup is no container's; nil for one of the host's.
    private func identity(
        of pid: Int32, in cgroup: KnownCgroup, known count: Int, isWhole: Bool
    ) -> ContainerIdentity? {
        if let known = loose.recall(pid, in: cgroup.inode),
            !isDue(pid, of: count) || resolver.lookup.stat(pid)?.startTicks == known.startTicks
        {
            return known.identity
        }
        guard let stat = resolver.lookup.stat(pid) else { return nil }
        let identity = newcomer(stat, in: cgroup)
        let isUnknown = identity.container?.key.runtime == ContainerIdentity.unknownRuntime
        // What its runtime still prepares has no state yet, and becomes something else: it is asked again.
        if !stat.name.isPreparing(below: resolver.lookup.stat(stat.parent)),
            !isUnknown || loose.isSettled(stat.key, isWhole: isWhole)
        {
            loose.learn(stat, in: cgroup.inode, identity)
        }
        return identity.role == .initial || identity.role == .process ? identity.container : nil
    }

    /// Asks only as much as may make a container of it: most processes are the host's, and are told by two files.
    private func newcomer(_ stat: ProcessStat, in cgroup: KnownCgroup) -> ProcessIdentity {
        // The kernel's own threads: the children of number 2.
        if stat.pid == 2 || stat.parent == 2 { return ProcessIdentity(role: .host) }
        var place = cgroup.place
        if tree?.layout != .unified, let membership = resolver.lookup.cgroups(stat.pid) {
            // Another hierarchy may know what this one does not.
            place = IdentityResolver.place(membership)
        }
        let parent = resolver.lookup.stat(stat.parent)
        let mayBeContained =
            place.innermost != nil || isForeign(stat) || parent.map { MonitorRules.isMonitor($0.name) } == true
            || resolver.knowsState(of: stat, in: cgroup.path)
        return mayBeContained ? resolver.identity(of: stat, at: place) : ProcessIdentity(role: .host)
    }

    /// Whether it lives in a process namespace below that of this procfs: by one link where that may be read, else by
    /// its status.
    private func isForeign(_ stat: ProcessStat) -> Bool {
        let inode = resolver.lookup.namespace(stat.pid)
        if let inode, let own = loose.hostNamespace { return inode != own }
        let depth = resolver.lookup.depth(stat.pid)
        if let inode, let depth, !depth.isForeign { loose.hostNamespace = inode }
        return depth?.isForeign == true
    }
}

/// The processes of one container that share cgroups with others, or whose cgroups' paths say nothing.
private struct LooseGroup {
    var identity: ContainerIdentity
    var processes: [(pid: Int32, cgroup: KnownCgroup)] = []

    init(identity: ContainerIdentity) {
        self.identity = identity
    }

    mutating func add(_ pid: Int32, _ cgroup: KnownCgroup) {
        processes.append((pid, cgroup))
    }
}
