import AgentCore
import EventModel
import Platform

/// The agent's eyes on the machines of a host: /proc, monitors, libvirt's files. What they see goes to `machines`.
///
/// Lives on the collector's thread, which blocks in `turn`.
final class QEMUSight {
    /// An ending process is asked for this often, until it is gone or `suspicion` is over.
    static let haste: Duration = .milliseconds(20)
    static let suspicion: Duration = .seconds(5)
    /// libvirt's folder is read whole this often: an inotify notice is a hint, never the truth.
    private static let libvirtInterval: Duration = .seconds(30)

    /// What a descriptor in the epoll set is; connections count on from here.
    enum Token {
        static let listener: UInt64 = 1
        static let libvirt: UInt64 = 2
        static let firstConnection: UInt64 = 16
    }

    let configuration: QEMUConfiguration
    let host: HostView
    let clock: AgentClock
    let readiness: Readiness
    var machines: QEMUMachines
    var processes: QEMUProcesses
    var connections: [UInt64: QMPConnection] = [:]
    var nextToken = Token.firstConnection
    /// When a life's monitor sockets are looked at next.
    var nextAttempt: [QEMULife: ContinuousClock.Instant] = [:]
    private var descriptors: [QEMULife: ProcessDescriptor] = [:]
    /// Lives whose monitor hung up: their end is near, or not.
    var suspects: [QEMULife: ContinuousClock.Instant] = [:]
    let listener: UnixSocket?
    private var folder: LibvirtFolder?
    private var nextLook = ContinuousClock.now
    private var nextLibvirt = ContinuousClock.now
    var nextYield = ContinuousClock.now
    /// Until then, by the wall clock, nothing was missed.
    private(set) var lookedAt: Timestamp

    /// Opens the listener and looks for the first time. Throws `.unusableCheckpoint`, or why it cannot listen.
    init(
        _ configuration: QEMUConfiguration, _ context: CollectorContext, _ readiness: Readiness,
        after checkpoint: Checkpoint?
    ) throws {
        let now = context.clock.now()
        (self.configuration, host, clock, self.readiness) = (configuration, context.host, context.clock, readiness)
        machines = QEMUMachines(host: context.host.name)
        processes = QEMUProcesses(context.host, now: now)
        folder = configuration.libvirt ? LibvirtFolder("\(context.host.run)/libvirt/qemu") : nil
        listener = try configuration.listen.map { try UnixSocket.listen(at: $0, mode: 0o660) }
        lookedAt = now
        if let listener { try readiness.add(listener.raw, for: .readable, token: Token.listener) }
        if let raw = folder?.raw { try readiness.add(raw, for: .readable, token: Token.libvirt) }
        let log = context.host.log
        try machines.begin(
            after: checkpoint, processes.look(), (processes.bootID, processes.booted), at: now,
            ending: { Self.libvirtEnding(of: $0, startedAt: $1, log) })
        look(at: now)
    }

    /// What is to be remembered now.
    func checkpoint() -> Checkpoint {
        machines.checkpoint(bootID: processes.bootID, at: lookedAt)
    }

    /// Waits until something comes or is due, at the most for `limit`, and deals with it.
    func turn(upTo limit: Duration) throws {
        let ready = try readiness.wait(upTo: min(limit, untilDue()))
        let now = clock.now()
        for one in ready {
            switch one.token {
            case Token.listener: accept(at: now)
            case Token.libvirt: readLibvirt(at: now)
            default: exchange(one.token, at: now)
            }
        }
        if ContinuousClock.now >= nextLook { look(at: now) }
        askForSuspects(at: now)
        expireConnections(at: now)
        for (life, name, started) in machines.awaitingLibvirt {
            let ending = Self.libvirtEnding(of: name, startedAt: started, host.log)
            if let ending { machines.libvirtTold(ending, of: life, at: now) }
        }
        machines.passed(now)
    }

    /// Closes all, and takes it out of the epoll set.
    func close() {
        for token in connections.keys { hangUp(token) }
        if let raw = folder?.raw { readiness.remove(raw) }
        guard let listener else { return }
        readiness.remove(listener.raw)
        listener.remove()
    }

    private func untilDue() -> Duration {
        let hastes = !suspects.isEmpty || machines.isWaiting
        let due = min(nextLook, connections.values.compactMap(\.answerDue).min() ?? nextLook)
        return max(.zero, min(due - .now, hastes ? Self.haste : .seconds(60)))
    }

    /// Looks at /proc, and tries the monitors that were found.
    private func look(at now: Timestamp) {
        nextLook = .now + configuration.interval
        let found = processes.look()
        for process in found {
            machines.appeared(process, at: now)
            hold(process.life)
        }
        let lives = Set(found.map(\.life))
        for life in machines.lives where !lives.contains(life) { vanish(life, at: now) }
        lookedAt = now
        tryMonitors(of: found, at: now)
        let isNew = folder?.open() ?? false
        if isNew || .now >= nextLibvirt { readAllOfLibvirt(at: now) }
    }

    /// Holds a process by a descriptor, which tells how it ended, on kernels that do.
    private func hold(_ life: QEMULife) {
        guard processes.isOwn, descriptors[life] == nil, let descriptor = try? ProcessDescriptor(pid: life.pid),
            processes.isAlive(life)
        else { return }
        descriptors[life] = descriptor
    }

    /// A process is gone: its monitors are read to their end, then that is told.
    private func vanish(_ life: QEMULife, at now: Timestamp) {
        for token in connections.filter({ $0.value.life == life }).keys {
            exchange(token, at: now)
            hangUp(token)
        }
        (suspects[life], nextAttempt[life]) = (nil, nil)
        let ending = descriptors.removeValue(forKey: life)?.ending() ?? processes.ending(of: life)
        let isKilled = if case .signaled? = ending { true } else { false }
        machines.vanished(life, at: now, isKilled: isKilled)
    }

    private func askForSuspects(at now: Timestamp) {
        for (life, until) in suspects {
            if !processes.isAlive(life) {
                vanish(life, at: now)
            } else if until <= .now {
                suspects[life] = nil
            }
        }
    }

    private func readAllOfLibvirt(at now: Timestamp) {
        nextLibvirt = .now + Self.libvirtInterval
        for status in folder?.statuses() ?? [] { libvirtTold(status, at: now) }
    }

    private func readLibvirt(at now: Timestamp) {
        guard let changes = folder?.changes() else { return readAllOfLibvirt(at: now) }
        for status in changes { libvirtTold(status, at: now) }
    }

    /// A file whose process is gone is stale, or tells of an end that /proc shows.
    private func libvirtTold(_ status: LibvirtStatus, at now: Timestamp) {
        guard let process = processes.look(at: status.pid) else { return }
        machines.appeared(process, at: now)
        machines.libvirtTold(status, of: process.life, at: now)
    }

    /// How libvirt's log says that a machine ended, which was started at that time.
    private static func libvirtEnding(of name: String, startedAt started: Timestamp, _ log: String) -> LibvirtEnding? {
        guard !name.contains("/"),
            let bytes = try? File.tail(of: "\(log)/libvirt/qemu/\(name).log", limit: logTail),
            let ending = LibvirtEnding.last(in: bytes), ending.time >= started
        else { return nil }
        return ending
    }

    /// Behind the line that matters QEMU may write some more. In bytes.
    private static let logTail = 64 << 10
}
