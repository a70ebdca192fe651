package import EventModel

/// A container of this host, whoever tells of it.
package struct ContainerKey: Sendable, Hashable {
    /// `docker`, `podman`, `containerd`, `lxc`, `nspawn`, `runc`, …
    package var runtime: String
    /// The runtime's own: 64 hex digits, or a name where names are the identity.
    package var id: String

    package init(runtime: String, id: String) {
        (self.runtime, self.id) = (runtime, id)
    }
}

/// One life of a container, from its start to its end: told apart by its first process.
package struct ContainerIncarnation: Sendable, Hashable {
    /// `/proc/sys/kernel/random/boot_id`.
    package var bootID: String
    /// The first process, as the host counts it.
    package var pid: Int32
    /// When that started: field 22 of `/proc/PID/stat`, clock ticks since boot. With the boot it outlives pid reuse.
    package var startTicks: UInt64
    /// The same as a time.
    package var started: Timestamp

    package init(bootID: String, pid: Int32, startTicks: UInt64, started: Timestamp) {
        (self.bootID, self.pid, self.startTicks, self.started) = (bootID, pid, startTicks, started)
    }
}

/// Something that happened to a container, told apart from all else that happened to it.
package struct HostHappening: Sendable, Hashable {
    package var key: ContainerKey
    /// The second word of the type: `started`, `exited`, `paused`, …
    package var word: String
    /// The life it happened in; nil when who tells does not know.
    package var incarnation: ContainerIncarnation?
    /// When it happened, or when it was seen to have happened.
    package var time: Timestamp
    /// Not before this: set where only a window is known, as for what happened while the agent was down.
    package var earliest: Timestamp?

    package init(
        key: ContainerKey, word: String, incarnation: ContainerIncarnation?, time: Timestamp,
        earliest: Timestamp? = nil
    ) {
        (self.key, self.word, self.incarnation) = (key, word, incarnation)
        (self.time, self.earliest) = (time, earliest)
    }

    /// Once in a life: told apart by the life alone.
    private static let onceInALife: Set<String> = ["started", "exited", "halted", "rebooted", "init-pid-found"]
    /// What an engine tells as well as the kernel.
    private static let joined: Set<String> = [
        "started", "exited", "paused", "resumed", "oom-killed", "halted", "rebooted",
    ]

    /// Whether the kernel and an engine both tell of such a happening: what the kernel's side holds back.
    package var isJoined: Bool { Self.joined.contains(word) }

    /// Whether it happens once in a life, so that both sides give it the same id when both know the life.
    package var isOnceInALife: Bool { Self.onceInALife.contains(word) }

    /// The event's id: `docker/945a…/6f0c9d12-90847/started`; what may happen again in a life has its time as well.
    package var id: String {
        let life = incarnation.map { "\($0.bootID.prefix(8))-\($0.startTicks)" }
        guard let life, isOnceInALife else {
            return "\(key.runtime)/\(key.id)/\(life ?? "-")/\(word)/\(time.rfc3339)"
        }
        return "\(key.runtime)/\(key.id)/\(life)/\(word)"
    }

    /// Whether two reports are of one happening.
    func isSame(as other: HostHappening) -> Bool {
        guard key == other.key, word == other.word else { return false }
        if let incarnation, let life = other.incarnation {
            guard incarnation == life else { return false }
            if isOnceInALife { return true }
        } else if let life = incarnation ?? other.incarnation {
            // What happened before a life began did not happen in it.
            let unknown = incarnation == nil ? self : other
            guard unknown.time >= life.started.advanced(by: .zero - HostGuests.clockSlack) else { return false }
        }
        return apart(from: other) <= HostGuests.sameTime
    }

    /// The time between two reports; zero where their windows meet.
    func apart(from other: HostHappening) -> Duration {
        let first = min(time, earliest ?? time)
        let second = min(other.time, other.earliest ?? other.time)
        if time < second { return second.since(time) }
        return other.time < first ? first.since(other.time) : .zero
    }
}
