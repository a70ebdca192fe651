import AgentCore
import EventModel
import Platform

/// What becomes of what the kernel says.
extension ContainerWatcher {
    /// The kernel's log: processes it killed for want of memory.
    func hearLog() {
        guard let log = kernel.log else { return }
        while true {
            guard let read = try? log.next() else { return }
            switch read {
            case .nothing: return
            case .overrun:
                for container in known.containers.values { countKills(container) }
            case .line(let line):
                if let kill = OutOfMemoryLine.read(line), let key = owner(of: kill) {
                    tell(known.killed(key, kill, at: clock.now()))
                }
            }
        }
    }

    private func owner(of kill: OutOfMemoryKill) -> ContainerKey? {
        if let container = known.containers.values.first(where: { $0.life.pid == kill.pid }) { return container.key }
        if let key = survey.place(of: kill.cgroup).innermost?.key, known.containers[key] != nil { return key }
        return owner(of: kill.cgroup)
    }

    private func countKills(_ container: KnownContainer) {
        guard let count = survey.oomKills(of: container.life, cgroup: container.cgroup) else { return }
        tell(known.counted(container.key, oomKills: count, at: clock.now()))
    }

    /// The container a cgroup is of or lies in.
    func owner(of cgroup: String) -> ContainerKey? {
        CgroupPaths.ancestry(of: cgroup).lazy.compactMap { self.owners[$0] }.first
    }

    /// The cgroups: come, gone, joined, changed.
    func hearCgroups() throws {
        guard let cgroups = kernel.cgroups else { return }
        let notices = try cgroups.read()
        let instant = ContinuousClock.now
        for notice in notices {
            switch notice {
            case .created(let cgroup): came(cgroup, isNew: true, instant)
            case .joined(let cgroup): stirred(cgroup, instant)
            case .changed(let cgroup):
                if let key = owners[cgroup] { check(key) } else { stirred(cgroup, instant) }
            case .outOfMemory(let cgroup):
                // The log says more of the same, and said it before.
                hearLog()
                if let key = owners[cgroup], let container = known.containers[key] { countKills(container) }
            case .deleted(let cgroup): went(cgroup)
            case .lost: lookSoon()
            }
        }
    }

    private func came(_ cgroup: String, isNew: Bool, _ instant: ContinuousClock.Instant) {
        let place = survey.place(of: cgroup)
        let isNamed = place.innermost?.cgroup == cgroup
        // Inside of a container only another container is of interest.
        if !isNamed, place.innermost != nil || owner(of: cgroup) != nil || place.isHelper { return }
        if isNamed, place.innermost?.kind != .container { return }
        let key = isNamed ? place.innermost?.key : nil
        if let key, !configuration.wants(key.runtime) { return }
        // One that is not new may be what is left of a container that was told of to its end.
        arrivals.came(cgroup, key: isNew ? key : nil, at: clock.now(), instant)
        if key != nil { kernel.cgroups?.follow(cgroup, freezer: nil) }
    }

    private func stirred(_ cgroup: String, _ instant: ContinuousClock.Instant) {
        if arrivals.stirred(cgroup, instant) { return }
        guard owner(of: cgroup) == nil else { return }
        came(cgroup, isNew: false, instant)
    }

    private func went(_ cgroup: String) {
        let now = clock.now()
        let arrival = arrivals.went(cgroup, at: now)
        if let candidate = arrival?.candidate {
            accept(candidate)
        } else if let arrival, let key = arrival.key, known.containers[key] == nil {
            let container = KnownContainer(
                key: key, life: ProcessKey(pid: 0, startTicks: 0), started: arrival.came,
                name: survey.place(of: cgroup).identity?.name, cgroup: cgroup)
            tell(known.vanished(container, from: arrival.came, to: now))
        }
        if let key = owners[cgroup] { check(key) }
    }

    /// The network links.
    func hearLinks() throws {
        guard let links = kernel.links else { return }
        let now = clock.now()
        guard let changes = try links.read() else {
            for container in known.containers.values { findInterfaces(of: container, at: now) }
            return
        }
        for change in changes { tell(known.interface(change.key, change.index, change.interface, at: now)) }
        guard links.hasStranger else { return }
        for container in known.containers.values where !links.knows(container.key) {
            if usesHostNetwork(container, at: now) { continue }
            findInterfaces(of: container, at: now)
        }
    }

    /// Its runtime has given it a namespace by then, if it ever does.
    private static let namespaceDelay: Duration = .seconds(10)

    /// Whether it has no network of its own; asked once between two looks at everything.
    private func usesHostNetwork(_ container: KnownContainer, at now: Timestamp) -> Bool {
        if hostNetworked.contains(container.key) { return true }
        guard now.since(container.started) > Self.namespaceDelay, !survey.hasOwnNetwork(container.life) else {
            return false
        }
        hostNetworked.insert(container.key)
        return true
    }

    private func findInterfaces(of container: KnownContainer, at now: Timestamp) {
        guard let interfaces = interfaces(of: container) else { return }
        tell(known.saw(container.key, interfaces, at: now))
    }

    /// The interfaces of a container's own network namespace; nil when it has none or they cannot be seen.
    func interfaces(of container: KnownContainer) -> [Int32: ContainerInterface]? {
        guard let links = kernel.links, container.life.startTicks != 0, survey.hasOwnNetwork(container.life) else {
            return nil
        }
        return links.interfaces(of: container.key, process: container.life.pid)
    }

    /// Programs that start in a second at the most, before they are not listened to until the next look at everything.
    private static let stormLimit = 2000

    /// The starts of programs: of one that is the first of its process namespace more is asked.
    func hearPrograms() throws {
        var heard = 0
        while let socket = kernel.programs {
            switch try socket.receive() {
            case .nothing: return
            case .overrun: return kernel.suspendPrograms()
            case .datagram(let datagram):
                heard += 1
                if heard > Self.stormLimit { return kernel.suspendPrograms() }
                for case .executed(let pid) in ProcessNotice.notices(in: datagram.bytes) {
                    if let container = survey.container(firstIn: pid), known.containers[container.key] == nil {
                        accept(container)
                    }
                }
            }
        }
    }
}
