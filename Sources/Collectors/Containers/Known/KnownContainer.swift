package import EventModel

/// What is known of one running container.
package struct KnownContainer: Sendable, Hashable {
    package var key: ContainerKey
    /// Its first process: this life of it.
    package var life: ProcessKey
    /// When that started.
    package var started: Timestamp
    /// Where the life is not told by its start time, as for who may not see the process, by the cgroup's number.
    package var cgroupID: UInt64?
    package var name: String?
    package var pod: PodIdentity?
    package var parents: [ContainerKey]
    package var cgroup: String?
    /// The process outside that starts it again when it reboots: LXC's monitor.
    package var monitor: ProcessKey?
    /// Since when it is frozen; nil: it runs.
    package var pausedAt: Timestamp?
    /// What the kernel has counted of processes killed for want of memory, as far as it was told; nil: nobody looked.
    package var oomKills: UInt64?
    /// By their number in its network namespace; the loopback is left out.
    package var interfaces: [Int32: ContainerInterface]
    /// The resources it waits for longer than its limit.
    package var pressed: Set<String>

    package init(
        key: ContainerKey, life: ProcessKey, started: Timestamp, cgroupID: UInt64? = nil, name: String? = nil,
        pod: PodIdentity? = nil, parents: [ContainerKey] = [], cgroup: String? = nil, monitor: ProcessKey? = nil
    ) {
        (self.key, self.life, self.started, self.cgroupID) = (key, life, started, cgroupID)
        (self.name, self.pod, self.parents, self.cgroup, self.monitor) = (name, pod, parents, cgroup, monitor)
        (interfaces, pressed) = ([:], [])
    }

    /// Whether the other is seen in the same life.
    func isSameLife(as other: KnownContainer) -> Bool {
        guard life == other.life else { return false }
        return life.startTicks != 0 || cgroupID == other.cgroupID
    }

    /// As collectors agree on it.
    package func incarnation(in bootID: String) -> ContainerIncarnation {
        ContainerIncarnation(bootID: bootID, pid: life.pid, startTicks: life.startTicks, started: started)
    }
}

/// A network interface of a container.
package struct ContainerInterface: Sendable, Hashable {
    package var name: String
    package var isUp: Bool
    /// Its other end on the host, where there is one.
    package var peer: String?

    package init(name: String, isUp: Bool, peer: String? = nil) {
        (self.name, self.isUp, self.peer) = (name, isUp, peer)
    }
}

/// A container as one look found it. What is nil was not looked at.
package struct ContainerSight: Sendable, Hashable {
    package var container: KnownContainer
    package var isPaused: Bool?
    package var oomKills: UInt64?
    package var interfaces: [Int32: ContainerInterface]?

    package init(
        _ container: KnownContainer, isPaused: Bool? = nil, oomKills: UInt64? = nil,
        interfaces: [Int32: ContainerInterface]? = nil
    ) {
        (self.container, self.isPaused, self.oomKills) = (container, isPaused, oomKills)
        self.interfaces = interfaces
    }
}
