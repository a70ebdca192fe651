package import EventModel

/// What happened to a container, as the kernel's side tells it.
package enum ContainerFact: Sendable, Hashable {
    case discovered
    case started
    case initPidFound
    case exited(ContainerEnding)
    case halted
    /// Restarted from inside; the container it is told of lives its next life already.
    case rebooted
    case paused
    case resumed
    /// With what the kernel's log said of it, if it did; `count` tells kills apart that are told at once.
    case oomKilled(OutOfMemoryKill?, count: UInt64)
    case moved(from: String?, to: String?)
    /// Its name or its pod is known now, or is another.
    case described
    case interfaceAdded(ContainerInterface, index: Int32)
    case interfaceRemoved(ContainerInterface, index: Int32)
    case interfaceRenamed(from: String, ContainerInterface, index: Int32)
    case interfaceUp(ContainerInterface, index: Int32)
    case interfaceDown(ContainerInterface, index: Int32)
    case pressureExceeded(String)
    case pressureEased(String)

    /// The second word of the type.
    package var word: String {
        switch self {
        case .discovered: "discovered"
        case .started: "started"
        case .initPidFound: "init-pid-found"
        case .exited: "exited"
        case .halted: "halted"
        case .rebooted: "rebooted"
        case .paused: "paused"
        case .resumed: "resumed"
        case .oomKilled: "oom-killed"
        case .moved: "moved"
        case .described: "described"
        case .interfaceAdded: "interface-added"
        case .interfaceRemoved: "interface-removed"
        case .interfaceRenamed: "interface-renamed"
        case .interfaceUp: "interface-up"
        case .interfaceDown: "interface-down"
        case .pressureExceeded: "pressure-exceeded"
        case .pressureEased: "pressure-eased"
        }
    }
}

/// How a container's first process ended.
package enum ContainerEnding: Sendable, Hashable {
    case code(Int32)
    case signal(Int32)
    /// The kernel did not tell, or nobody was there to hear it.
    case unknown
    /// The host was started anew.
    case boot
}

/// What the kernel's log says about a process it killed for want of memory.
package struct OutOfMemoryKill: Sendable, Hashable {
    /// `CONSTRAINT_MEMCG`, or `CONSTRAINT_NONE` when the host had no memory left.
    package var constraint: String
    /// The cgroup of the killed process in the memory hierarchy.
    package var cgroup: String
    package var process: String
    package var pid: Int32
    /// The number of the line in the kernel's log.
    package var line: UInt64

    package init(constraint: String, cgroup: String, process: String, pid: Int32, line: UInt64) {
        (self.constraint, self.cgroup, self.process) = (constraint, cgroup, process)
        (self.pid, self.line) = (pid, line)
    }
}

/// A fact, about whom, and when.
package struct ContainerNews: Sendable, Hashable {
    package var fact: ContainerFact
    /// As it is known now; for an end, as it was.
    package var container: KnownContainer
    /// False for one that came and went before anybody could look: all that is known is its name.
    package var hasLife: Bool
    /// When it happened, or was seen to have happened.
    package var time: Timestamp
    /// Not before this: where it was found by looking and not told by the kernel.
    package var since: Timestamp?
    /// And not after this.
    package var until: Timestamp

    package init(
        _ fact: ContainerFact, of container: KnownContainer, hasLife: Bool = true, at time: Timestamp,
        since: Timestamp? = nil, until: Timestamp? = nil
    ) {
        (self.fact, self.container, self.hasLife) = (fact, container, hasLife)
        (self.time, self.since, self.until) = (time, since, until ?? time)
    }
}
