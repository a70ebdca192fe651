package import AgentCore
package import EventModel
import Platform

/// What the collectors of one host know together of its containers, so that one happening is one event.
///
/// The kernel tells of a container first and of all of them; its engine tells more: names, images, exit codes. Both are
/// read by collectors of their own, each with its own checkpoint. They agree here, by guest, kind and start time:
///
/// - Both make the event's id of the same parts (`HostHappening.id`): should both tell after all, as after a crash
///   between two commits, the journal holds the first and knows the second again.
/// - While an engine's stream is attached, the kernel's side holds what the engine will tell too back for `joinWindow`,
///   and lets it go when the engine told it meanwhile (`isTold`). Without an engine, or with a silent one, the kernel's
///   event goes out: at once, or after that window.
/// - An engine that comes later than that finds `tell` false, and tells what it knows more as `container.described`.
///
/// Memory only: what a restart forgets, the ids repair.
package final class HostGuests: Sendable {
    /// How long the kernel's side waits for an attached engine's richer event.
    package static let joinWindow: Duration = .milliseconds(300)
    /// Two reports of one kind about one guest are the same happening when no more time lies between them.
    package static let sameTime: Duration = .seconds(3)
    /// Happenings remembered; the oldest are forgotten first.
    package static let maximumHappenings = 16_384

    private struct Known {
        var guests: [ContainerKey: ContainerIncarnation] = [:]
        var attached: [String: Int] = [:]
        var told: [HostHappening] = []
    }

    private let known = Locked(Known())

    package init() {}

    /// The agent's own.
    package static func shared(in context: CollectorContext) -> HostGuests {
        context.shared.value { HostGuests() }
    }

    /// The kernel's side: the container runs, and with which first process.
    package func appeared(_ key: ContainerKey, as incarnation: ContainerIncarnation) {
        known.withLock { $0.guests[key] = incarnation }
    }

    /// The kernel's side: its end was told, and the engine had its time to tell it too.
    package func forget(_ key: ContainerKey) {
        known.withLock { _ = $0.guests.removeValue(forKey: key) }
    }

    /// The incarnation the kernel's side saw last; nil when it never did.
    package func incarnation(of key: ContainerKey) -> ContainerIncarnation? {
        known.withLock { $0.guests[key] }
    }

    /// An engine's stream of this runtime is read from now on.
    package func attach(_ runtime: String) {
        known.withLock { $0.attached[runtime, default: 0] += 1 }
    }

    /// It is read no more.
    package func detach(_ runtime: String) {
        known.withLock { $0.attached[runtime] = max(0, ($0.attached[runtime] ?? 0) - 1) }
    }

    /// Whether an engine's stream of this runtime is read.
    package func isAttached(_ runtime: String) -> Bool {
        known.withLock { ($0.attached[runtime] ?? 0) > 0 }
    }

    /// Says that the caller is about to tell of a happening. False when it was told already: leave it out, or tell only
    /// what you know more.
    package func tell(_ happening: HostHappening) -> Bool {
        known.withLock { known in
            if known.told.contains(where: { $0.isSame(as: happening) }) { return false }
            if known.told.count >= Self.maximumHappenings { known.told.removeFirst(Self.maximumHappenings / 2) }
            known.told.append(happening)
            return true
        }
    }

    /// Whether somebody told of it.
    package func isTold(_ happening: HostHappening) -> Bool {
        known.withLock { $0.told.contains { $0.isSame(as: happening) } }
    }
}

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
    package var time: Timestamp

    package init(key: ContainerKey, word: String, incarnation: ContainerIncarnation?, time: Timestamp) {
        (self.key, self.word, self.incarnation, self.time) = (key, word, incarnation, time)
    }

    /// Once in a life: told apart by the life alone.
    private static let onceInALife: Set<String> = ["started", "exited", "halted", "rebooted", "init-pid-found"]

    /// The event's id: `docker/945a…/6f0c9d12-90847/started`; what may happen again in a life has its time as well.
    package var id: String {
        let life = incarnation.map { "\($0.bootID.prefix(8))-\($0.startTicks)" }
        guard let life, Self.onceInALife.contains(word) else {
            return "\(key.runtime)/\(key.id)/\(life ?? "-")/\(word)/\(time.rfc3339)"
        }
        return "\(key.runtime)/\(key.id)/\(life)/\(word)"
    }

    /// Whether two reports are of one happening.
    func isSame(as other: HostHappening) -> Bool {
        guard key == other.key, word == other.word else { return false }
        if let incarnation, let life = other.incarnation, Self.onceInALife.contains(word) { return incarnation == life }
        let apart = time.since(other.time)
        return max(apart, .zero - apart) <= HostGuests.sameTime
    }
}
