package import AgentCore
package import Platform

/// Says of one process which container it is in: asks the sources in their order, and reads of procfs only what is
/// needed for the next question.
///
/// 1. the path of its cgroup, 2. its monitor's arguments, 3. the state its runtime keeps, 4. the environment of the
/// first process of its namespace, 5. that it lives in a namespace of its own.
///
/// Not `Sendable`: one owner, one thread at a time.
package final class IdentityResolver {
    /// Ancestors that are looked at.
    static let maximumAncestors = 64

    /// The boot all starts count from.
    package let boot: HostBoot
    let lookup: ProcessLookup
    let states: RuntimeStates
    private var areStatesFresh = false

    /// - `host`: where procfs and the runtimes' state lie.
    package convenience init(_ host: HostView) throws(SystemError) {
        self.init(host, reader: try ProcReader(host.proc))
    }

    init(_ host: HostView, reader: ProcReader) {
        lookup = ProcessLookup(reader)
        states = RuntimeStates(host)
        boot = reader.boot()
    }

    /// Forgets what was read: call before each look at the world.
    func begin() {
        lookup.begin()
        areStatesFresh = false
    }

    /// Reads the runtimes' states, once for each look, and only when somebody asks.
    func refreshStates() {
        guard !areStatesFresh else { return }
        areStatesFresh = true
        states.refresh()
    }

    /// What the process is now; throws when it is gone, or its number was given to another while it was looked at.
    package func identity(of pid: Int32) throws(SystemCode) -> ProcessIdentity {
        begin()
        guard let stat = try lookup.reader.stat(pid) else { throw SystemCode.gone }
        let place = Self.place(try lookup.reader.cgroups(pid))
        let identity = identity(of: stat, at: place)
        guard lookup.reader.isStill(stat.key) else { throw SystemCode.gone }
        return identity
    }

    /// What the cgroups of a process say together: the first hierarchy that knows its container, version 2 before
    /// `name=systemd` before the others, in which libvirt without systemd puts its guests.
    package static func place(_ membership: CgroupMembership) -> CgroupPlace {
        let places = membership.lines.lazy.map { CgroupPlace(path: $0.path) }
        var first: CgroupPlace?
        for place in places {
            if place.innermost != nil { return place }
            if first == nil || place.isHelper && first?.isHelper == false { first = place }
        }
        return first ?? CgroupPlace()
    }

    /// The container of its main process: as `identity`, but what the process is in it is not asked where the path says
    /// whose it is.
    func container(of stat: ProcessStat, at place: CgroupPlace) -> ContainerIdentity? {
        guard var identity = place.identity, identity.kind == .container else {
            return self.identity(of: stat, at: place).container
        }
        learn(about: &identity, from: stat, at: place, isMain: true)
        return identity
    }

    /// The same of a process and a place that are known already.
    func identity(of stat: ProcessStat, at place: CgroupPlace) -> ProcessIdentity {
        if let identity = place.identity { return refined(identity, of: stat, at: place) }
        let depth = lookup.depth(stat.pid)
        if let (monitor, process) = monitor(of: stat, at: place) {
            let identity = ContainerIdentity(
                key: ContainerKey(runtime: monitor.runtime, id: monitor.id), name: monitor.name, pod: monitor.pod,
                sources: .monitor, bundle: monitor.bundle)
            return ProcessIdentity(
                role: depth?.isFirst == true && process.pid == stat.parent ? .initial : .process, container: identity)
        }
        if let identity = state(of: stat, at: place, depth) {
            return ProcessIdentity(role: role(of: stat, at: place), container: identity)
        }
        if let depth, depth.isForeign { return unknown(stat, depth) }
        return ProcessIdentity(role: place.isHelper ? .helper : .host)
    }

    func role(of stat: ProcessStat, at place: CgroupPlace) -> ProcessIdentity.Role {
        guard lookup.depth(stat.pid)?.isFirst == true else { return .process }
        guard let key = place.innermost?.key, let parent = lookup.stat(stat.parent),
            !MonitorRules.isMonitor(parent.name),
            let above = lookup.cgroups(parent.pid)
        else { return .initial }
        // The first process of a namespace that a process of the same container made is not the container's.
        return Self.place(above).innermost?.key == key ? .process : .initial
    }
}

extension SystemCode {
    /// `ESRCH`: there is no such process.
    static let gone = SystemCode(3)
}
