import EventModel

extension IdentityResolver {
    /// What the cgroup's path said, with what the monitor or the machine's own arguments know better.
    func refined(_ identity: ContainerIdentity, of stat: ProcessStat, at place: CgroupPlace) -> ProcessIdentity {
        var identity = identity
        if identity.kind == .vm {
            if stat.name.isQEMU { identity.learn(MachineArguments(lookup.arguments(stat.pid))) }
            return ProcessIdentity(role: stat.name.isQEMU ? .vm : .helper, container: identity)
        }
        let isMonitor = learn(about: &identity, from: stat, at: place)
        return ProcessIdentity(role: isMonitor ? .helper : role(of: stat, at: place), container: identity)
    }

    /// Adds what the container's monitor knows. Whether the process itself is that. `isMain`: it is the process the
    /// monitor started.
    @discardableResult
    func learn(
        about identity: inout ContainerIdentity, from stat: ProcessStat, at place: CgroupPlace, isMain: Bool = false
    ) -> Bool {
        if let own = lookup.monitor(stat), own.runtime == identity.key.runtime,
            lookup.depth(stat.pid)?.isForeign != true
        {
            // It shares the cgroup of what it watches, as libvirt's controllers do.
            identity.learn(own)
            return true
        }
        if let (monitor, _) = monitor(of: stat, at: place, isMain: isMain) { identity.learn(monitor) }
        return false
    }

    /// The nearest ancestor that is a monitor, of a process that is not a part of the monitor itself: it lives in
    /// another cgroup or in another process namespace. Between it and the main process may only be the runtime, which
    /// is about to go.
    func monitor(
        of stat: ProcessStat, at place: CgroupPlace, isMain: Bool = false
    ) -> (monitor: Monitor, process: ProcessStat)? {
        let runtime = place.innermost?.key.runtime
        var below = stat
        for _ in 0..<Self.maximumAncestors {
            guard below.parent > 0, let process = lookup.stat(below.parent), process.startTicks <= below.startTicks
            else { return nil }
            // A child never is older: the parent went, and its number is another's.
            if let monitor = lookup.monitor(process, isLikely: runtime == "lxc" && below.pid == stat.pid) {
                return isOutside(process, of: stat) ? (monitor, process) : nil
            }
            if isMain, !process.name.isRuntime { return nil }
            below = process
        }
        return nil
    }

    private func isOutside(_ process: ProcessStat, of stat: ProcessStat) -> Bool {
        if let depth = lookup.depth(stat.pid), let above = lookup.depth(process.pid),
            depth.numbers.count > above.numbers.count
        {
            return true
        }
        guard let own = lookup.cgroups(stat.pid), let above = lookup.cgroups(process.pid) else { return false }
        return own != above
    }

    /// The state its runtime keeps of it or of the first ancestor that has one.
    func state(of stat: ProcessStat, at place: CgroupPlace, _ depth: ProcessDepth?) -> ContainerIdentity? {
        refreshStates()
        let path = String(decoding: place.path, as: UTF8.self)
        if let state = states.state(ofCgroup: path), isRunning(state) { return identity(of: state, cgroup: path) }
        var process: ProcessStat? = stat
        for _ in 0..<Self.maximumAncestors {
            guard let current = process else { return nil }
            if let state = states.state(of: current.key) { return identity(of: state, cgroup: nil) }
            if let machine = states.machine(ledBy: current.pid), lookup.depth(current.pid)?.isForeign == true {
                return identity(of: machine)
            }
            // Who is not in a namespace of its own has no container further up that a state could tell of.
            guard depth?.isForeign == true, current.parent > 1 else { return nil }
            process = lookup.stat(current.parent)
        }
        return nil
    }

    /// Whether a runtime keeps a state of this very process, or of its cgroup.
    func knowsState(of stat: ProcessStat, in cgroup: String) -> Bool {
        refreshStates()
        return states.state(of: stat.key) != nil || states.state(ofCgroup: cgroup).map(isRunning) == true
    }

    /// Whether its first process lives: a state may be left behind, and its cgroup's path used by others.
    private func isRunning(_ state: RuntimeState) -> Bool {
        state.process.map { lookup.stat($0.pid)?.startTicks == $0.startTicks } ?? false
    }

    private func identity(of state: RuntimeState, cgroup: String?) -> ContainerIdentity {
        ContainerIdentity(
            key: ContainerKey(runtime: state.runtime, id: state.id), name: state.id, sources: .stateFolder,
            cgroup: state.cgroup ?? cgroup, bundle: state.bundle)
    }

    private func identity(of machine: MachineState) -> ContainerIdentity {
        let runtime = machine.service.map { $0 == "systemd-nspawn" ? "nspawn" : $0 } ?? "nspawn"
        return ContainerIdentity(
            key: ContainerKey(runtime: runtime, id: machine.name), kind: machine.kind, name: machine.name,
            sources: .stateFolder)
    }

    /// A process in a namespace nobody knows of: the namespace is the identity, and what its first process claims.
    func unknown(_ stat: ProcessStat, _ depth: ProcessDepth) -> ProcessIdentity {
        let first = first(of: stat, depth)
        let claim = first.map { EnvironmentClaim(lookup.environment($0.pid)) }
        let inode = lookup.namespace(stat.pid)
        // Without the right to read the link the first process stands for its namespace.
        let number = inode.map { "\($0)" } ?? "\((first ?? stat).pid)-\((first ?? stat).startTicks)"
        let identity = ContainerIdentity(
            key: ContainerKey(
                runtime: claim?.runtime ?? ContainerIdentity.unknownRuntime,
                id: claim?.runtime == nil ? "\(boot.id):\(number)" : claim?.id ?? claim?.uuid ?? "\(boot.id):\(number)"),
            name: claim?.runtime == nil ? nil : claim?.id,
            sources: claim?.runtime == nil ? .namespace : [.namespace, .environment])
        return ProcessIdentity(role: first?.pid == stat.pid ? .initial : .process, container: identity)
    }

    /// The first process of the namespace, going up from one of it.
    private func first(of stat: ProcessStat, _ depth: ProcessDepth) -> ProcessStat? {
        var current = (stat, depth)
        for _ in 0..<Self.maximumAncestors {
            if current.1.isFirst { return current.0 }
            guard let parent = lookup.stat(current.0.parent), let above = lookup.depth(parent.pid), above.isForeign
            else { return nil }
            current = (parent, above)
        }
        return nil
    }
}

extension ContainerIdentity {
    /// Takes over what the container's monitor knows, if it speaks of the same container.
    mutating func learn(_ monitor: Monitor) {
        switch (key.runtime, monitor.runtime) {
        case ("lxc", "lxc"), ("libvirt-lxc", "libvirt-lxc"), ("nspawn", "nspawn"):
            // The name in a path is made unique, shortened or escaped; the monitor has the true one.
            (key.id, name) = (monitor.id, monitor.name ?? monitor.id)
        case ("oci", _):
            guard monitor.runtime != "lxc" else { return }
            key.runtime = monitor.runtime
            name = monitor.name
        case ("containerd", "docker") where monitor.id == key.id:
            key.runtime = monitor.runtime
        case ("containerd", "containerd"), ("docker", "docker"):
            // One shim may serve a whole pod, and is called after its sandbox then.
            if monitor.id != key.id, MonitorRules.isDigest(monitor.id) { break }
            name = monitor.name
        case ("podman", "podman"), ("cri-o", "cri-o"), ("podman", "cri-o"):
            guard monitor.id == key.id else { return }
            key.runtime = monitor.runtime
            name = monitor.name
            bundle = monitor.bundle
            pod?.name = monitor.pod?.name
            pod?.namespace = monitor.pod?.namespace
            pod = pod ?? monitor.pod
        default: return
        }
        sources.insert(.monitor)
    }

    /// Takes over what the arguments of the machine's own process tell.
    mutating func learn(_ arguments: MachineArguments) {
        if let uuid = arguments.uuid { key.id = uuid }
        if let given = arguments.name { name = given }
        if arguments.uuid != nil || arguments.name != nil { sources.insert(.arguments) }
    }
}

extension ProcessName {
    /// `qemu-system-x86_64`, `qemu-kvm`, `kvm`: the processes that carry a machine.
    var isQEMU: Bool {
        hasPrefix("qemu-system") || self == "kvm" || self == "qemu-kvm"
    }
}
