import AgentCore
import EventModel
import Glibc
import Platform

/// Looks at containers: what the scan finds, made ready to be compared with what is known.
///
/// Not `Sendable`: one owner, one thread at a time.
final class ContainerSurvey {
    private let host: HostView
    private let scan: ContainerScan
    private let processes: ProcReader
    private let configuration: ContainersConfiguration

    /// Throws when procfs cannot be read at all.
    init(_ host: HostView, _ configuration: ContainersConfiguration) throws(SystemError) {
        (self.host, self.configuration) = (host, configuration)
        (scan, processes) = (try ContainerScan(host), try ProcReader(host.proc))
    }

    /// The hierarchy that is watched; nil when there is none.
    var tree: CgroupTree? { scan.tree }

    /// The host's boot.
    var boot: HostBoot { scan.boot }

    /// Begins a step: what was read of processes in the one before may have changed.
    func begin() { lastMembership = nil }

    /// Looks at everything: the containers, and what could not be seen.
    func all() -> (containers: [KnownContainer], limits: [String]) {
        let findings = scan.scan()
        return (findings.containers.compactMap { known($0) }, findings.limits)
    }

    /// Looks into one cgroup: the containers that run there. One that is still being made is not yet one.
    func look(at cgroup: String) -> [KnownContainer] {
        scan.look(at: cgroup).compactMap { known($0) }
    }

    /// What the path of a cgroup says.
    func place(of cgroup: String) -> CgroupPlace { scan.place(of: cgroup) }

    /// Forgets the first process of a container: it ended.
    func forget(_ container: KnownContainer) { scan.forget(container.life.pid, in: container.cgroupID) }

    /// Whether the number is still that process's.
    func isStill(_ life: ProcessKey) -> Bool { processes.isStill(life) }

    /// Whether the first process lived when it was looked at just now.
    func wasRunning(_ life: ProcessKey) -> Bool { life.startTicks == 0 || scan.wasRunning(life) }

    /// Whether the first process lives. One that ended stays in procfs until it is reaped, which may take as long as
    /// its parent likes.
    func isRunning(_ life: ProcessKey) -> Bool {
        guard life.startTicks != 0 else { return true }
        guard let stat = (try? processes.stat(life.pid)) ?? nil, stat.startTicks == life.startTicks else {
            return false
        }
        return stat.state != UInt8(ascii: "Z") && stat.state != UInt8(ascii: "X")
    }

    /// How a process ended that nobody has reaped yet; nil when it cannot be seen.
    func ending(of life: ProcessKey) -> ProcessDescriptor.Ending? {
        // Who may read this link may see the exit code too: the kernel asks the same of both.
        guard life.startTicks != 0, (try? processes.namespace(life.pid, .user)) != nil,
            let stat = try? File.read("\(host.proc)/\(life.pid)/stat", limit: 4096)
        else { return nil }
        return DeadProcess.ending(of: life, in: stat)
    }

    /// The cgroup of a process in the watched hierarchy.
    func cgroup(of life: ProcessKey) -> String? {
        guard let tree, let membership = try? processes.cgroups(life.pid), processes.isStill(life) else { return nil }
        return tree.cgroup(in: membership)
    }

    /// The folder of the hierarchy of version 1 that freezes the process's cgroup; nil where version 2 does.
    func freezer(of life: ProcessKey) -> String? {
        legacy("freezer", of: life)
    }

    /// How many processes the kernel killed in the container for want of memory; nil where it does not count.
    func oomKills(of life: ProcessKey, cgroup: String?) -> UInt64? {
        if let folder = legacy("memory", of: life) { return CgroupState.oomKills(inFolder: folder, isLegacy: true) }
        guard let tree, let cgroup else { return nil }
        return CgroupState.oomKills(inFolder: tree.folder(of: cgroup), isLegacy: false)
    }

    /// The container's network namespace is not the agent's own.
    func hasOwnNetwork(_ life: ProcessKey) -> Bool {
        guard let own = ownNetwork, let network = (try? processes.namespace(life.pid, .network)) ?? nil else {
            return false
        }
        return network != own
    }

    /// The container the process is the first of; nil when it is none, or one with a cgroup of its own, which is told
    /// of by that.
    func container(firstIn pid: Int32) -> KnownContainer? {
        guard let depth = (try? processes.depth(pid)) ?? nil, depth.isFirst,
            let identity = try? scan.identity(of: pid), identity.role == .initial,
            let container = identity.container, isWanted(container), container.cgroup == nil,
            let stat = (try? processes.stat(pid)) ?? nil
        else { return nil }
        return known(
            FoundContainer(
                identity: container, main: stat.key, started: boot.time(ofTicks: stat.startTicks), processes: [pid]))
    }

    /// What LXC's log says of the end of a container's first process.
    func logged(_ container: KnownContainer) -> LXCLog.Ending? {
        let path = "\(host.log)/lxc/\(container.key.id).log"
        guard let bytes = try? File.readEnd(path, limit: LXCLog.tailBytes) else { return nil }
        return LXCLog.ending(of: container.life.pid, in: bytes)
    }

    /// Whether LXC's monitor runs the hooks of an end that is none of a reboot: it tells them which, before it ends itself.
    func isEnding(_ monitor: ProcessKey) -> Bool {
        processes.children(monitor.pid).contains { hook in
            ((try? processes.environment(hook)) ?? []).contains("LXC_TARGET=stop")
        }
    }

    /// Files say whether it is frozen.
    func state(of cgroup: String?, freezer: String?) -> CgroupState {
        let unified = cgroup.flatMap { tree?.hierarchy == "" ? tree?.folder(of: $0) : nil }
        return CgroupState.read(unified: unified, freezer: freezer)
    }

    private lazy var ownNetwork: UInt64? = (try? processes.namespace(getpid(), .network)) ?? nil

    private func legacy(_ controller: String, of life: ProcessKey) -> String? {
        guard let tree, tree.layout != .unified, let membership = membership(of: life),
            let path = membership.path(in: controller), path != "/"
        else { return nil }
        let folder = "\(host.cgroups)/\(controller)\(path)"
        return File.exists(folder) ? folder : nil
    }

    /// Asked for several hierarchies in one step.
    private var lastMembership: (life: ProcessKey, membership: CgroupMembership)?

    private func membership(of life: ProcessKey) -> CgroupMembership? {
        if let lastMembership, lastMembership.life == life { return lastMembership.membership }
        guard let membership = try? processes.cgroups(life.pid) else { return nil }
        lastMembership = (life, membership)
        return membership
    }

    private func isWanted(_ identity: ContainerIdentity) -> Bool {
        identity.kind == .container && configuration.wants(identity.key.runtime)
    }

    private func known(_ found: FoundContainer) -> KnownContainer? {
        guard isWanted(found.identity), !found.isPreparing, !found.processes.isEmpty || found.main != nil else {
            return nil
        }
        // Who may not see its processes knows that there are some, and its cgroup.
        let life = found.main ?? ProcessKey(pid: found.processes.min() ?? 0, startTicks: 0)
        return KnownContainer(
            key: found.identity.key, life: life, started: found.started ?? boot.time, cgroupID: found.cgroupID,
            name: found.identity.name, pod: found.identity.pod, parents: found.identity.parents, cgroup: found.cgroup,
            monitor: monitor(of: found))
    }

    /// The parent of an LXC container's first process starts it again when it reboots.
    private func monitor(of found: FoundContainer) -> ProcessKey? {
        guard ["lxc", "osctl", "lxd", "incus"].contains(found.identity.key.runtime), let main = found.main,
            let stat = (try? processes.stat(main.pid)) ?? nil, stat.parent > 1,
            let parent = (try? processes.stat(stat.parent)) ?? nil
        else { return nil }
        return parent.key
    }
}
