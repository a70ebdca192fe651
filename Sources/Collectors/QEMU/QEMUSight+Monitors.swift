import AgentCore
import EventModel
import Platform

extension QEMUSight {
    /// A monitor that serves another client does not greet: it is left alone after so long.
    private static let greetingWait: Duration = .seconds(2)
    /// And tried again after so long.
    private static let refusedRest: Duration = .seconds(60)
    /// How often is looked whether a monitor that another client holds is free again. Nothing is opened for that.
    private static let heldRest: Duration = .seconds(5)
    /// How often is looked whether somebody waits for a monitor that we hold: then we leave.
    private static let yieldInterval: Duration = .seconds(2)
    /// An answer about a job comes within a millisecond.
    private static let answerWait: Duration = .milliseconds(300)
    /// Connections accepted at once.
    private static let acceptLimit = 256
    /// Folders of tools that talk to monitors by themselves, some only now and then: Incus, LXD, libvirt, Proxmox VE
    /// and Ganeti. What lies below is never opened.
    private static let reserved: Set<Substring> = ["ganeti", "incus", "libvirt", "lxd", "qemu-server"]

    /// Takes the QEMUs that came to us.
    func accept(at now: Timestamp) {
        for _ in 0..<Self.acceptLimit {
            guard let socket = try? acceptOne() else { return }
            guard let peer = try? socket.peer(), let process = processes.look(at: peer.pid) else {
                socket.close()
                continue
            }
            machines.appeared(process, at: now)
            add(QMPConnection(socket, life: process.life, path: nil, greetingDue: .now + Self.greetingWait))
        }
    }

    /// Reads what a monitor wrote.
    func exchange(_ token: UInt64, at now: Timestamp) {
        guard var connection = connections[token] else { return }
        tell(connection.exchange(at: now), of: connection.life, at: now)
        if !connection.isHolding {
            connection.answerDue = nil
        } else if connection.answerDue == nil {
            connection.answerDue = .now + Self.answerWait
        }
        let isNews = connection.isAttached && connections[token]?.isAttached == false
        connections[token] = connection
        if connection.isEnded {
            suspects[connection.life] = .now + Self.suspicion
            nextAttempt[connection.life] = .now + Self.heldRest
            leave(token, at: now)
        } else if isNews, connection.path == nil {
            leaveFoundMonitors(of: connection.life)
        }
    }

    /// Leaves monitors that do not greet, and goes on without answers that do not come.
    func expireConnections(at now: Timestamp) {
        for (token, connection) in connections {
            if !connection.isGreeted, connection.greetingDue <= .now {
                nextAttempt[connection.life] = .now + Self.refusedRest
                hangUp(token)
            } else if let due = connection.answerDue, due <= .now {
                connections[token]?.answerDue = nil
                tell(connections[token]?.letGo() ?? [], of: connection.life, at: now)
            }
        }
    }

    /// Connects to the monitors that no one else holds, and leaves those that somebody waits for.
    func tryMonitors(of found: [QEMUProcess], at now: Timestamp) {
        var attempts: [(life: QEMULife, paths: [String])] = []
        for process in found where (nextAttempt[process.life] ?? .now) <= .now {
            let paths = monitors(of: process)
            if !paths.isEmpty { attempts.append((process.life, paths)) }
        }
        let held = nextYield <= .now ? connections.filter { $0.value.path != nil } : [:]
        if !held.isEmpty { nextYield = .now + Self.yieldInterval }
        guard !attempts.isEmpty || !held.isEmpty else { return }
        let paths = Set(attempts.flatMap(\.paths) + held.values.compactMap(\.path))
        let table = socketTable(of: paths, "\(host.proc)/net/unix")
        for (token, connection) in held where isAwaited(connection, table) {
            nextAttempt[connection.life] = .now + Self.heldRest
            leave(token, at: now, isLeft: true)
        }
        for attempt in attempts { connect(to: attempt.paths, of: attempt.life, table) }
    }

    /// Ends a connection, and tells that the machine is without a monitor, if it is.
    private func leave(_ token: UInt64, at now: Timestamp, isLeft: Bool = false) {
        guard let connection = connections[token] else { return }
        hangUp(token)
        guard connection.isAttached else { return }
        let hasOther = connections.values.contains { $0.life == connection.life && $0.isAttached }
        if !hasOther { machines.detached(connection.life, at: now, isLeft: isLeft) }
    }

    /// Ends a connection without a word.
    func hangUp(_ token: UInt64) {
        guard let connection = connections.removeValue(forKey: token) else { return }
        readiness.remove(connection.socket.raw)
        connection.socket.close()
    }

    private func acceptOne() throws(SystemError) -> UnixSocket? {
        try listener?.accept()
    }

    private func add(_ connection: QMPConnection) {
        do throws(SystemError) {
            try readiness.add(connection.socket.raw, for: .readable, token: nextToken)
        } catch {
            return connection.socket.close()
        }
        connections[nextToken] = connection
        nextToken += 1
    }

    private func tell(_ outputs: [QMPSession.Output], of life: QEMULife, at now: Timestamp) {
        for output in outputs {
            switch output {
            case .attached(let identity): machines.attached(life, as: identity, at: now)
            case .event(let event): machines.told(event, of: life, at: now)
            case .unreadable(let text): machines.toldUnreadably(text, of: life, at: now)
            case .send, .refused: break
            }
        }
    }

    /// The machine came to us: the monitor we had found is free for others.
    private func leaveFoundMonitors(of life: QEMULife) {
        for (token, connection) in connections where connection.life == life && connection.path != nil {
            hangUp(token)
        }
    }

    /// The monitor sockets of a machine that may be tried: none while one is attached, or where it calls us itself.
    private func monitors(of process: QEMUProcess) -> [String] {
        guard !connections.values.contains(where: { $0.life == process.life }) else { return [] }
        if let listen = configuration.listen, process.commandLine.calledMonitors.contains(listen) { return [] }
        return process.commandLine.monitors.filter { path in
            configuration.sockets.contains { $0.matches(path) }
                && path.split(separator: "/").allSatisfy { !Self.reserved.contains($0) }
        }
    }

    private func connect(to paths: [String], of life: QEMULife, _ table: SocketTable?) {
        nextAttempt[life] = .now + Self.heldRest
        for path in paths {
            let clients = table.flatMap { $0[path].isListening ? $0[path] : nil } ?? ownTable(of: path, life)?[path]
            if let clients, clients.accepted + clients.waiting > 0 { continue }
            let absolute = path.hasPrefix("/") ? path : "\(host.proc)/\(life.pid)/cwd/\(path)"
            guard let socket = try? UnixSocket.connect(to: absolute) else { continue }
            guard let peer = try? socket.peer(), isCarrier(peer.pid, of: life) else {
                socket.close()
                continue
            }
            return add(QMPConnection(socket, life: life, path: path, greetingDue: .now + Self.greetingWait))
        }
    }

    /// Who listens is the machine's process, or with `-daemonize` the one it came from, which is gone.
    private func isCarrier(_ pid: Int32, of life: QEMULife) -> Bool {
        if pid == life.pid { return true }
        return processes.look(at: life.pid)?.commandLine.daemonizes == true && processes.look(at: pid) == nil
    }

    private func isAwaited(_ connection: QMPConnection, _ table: SocketTable?) -> Bool {
        guard let path = connection.path else { return false }
        let clients = table?[path] ?? .init()
        return (clients.isListening ? clients : ownTable(of: path, connection.life)?[path] ?? clients).waiting > 0
    }

    /// The sockets of the machine's own network namespace, where it is not ours.
    private func ownTable(of path: String, _ life: QEMULife) -> SocketTable? {
        socketTable(of: [path], "\(host.proc)/\(life.pid)/net/unix")
    }

    private func socketTable(of paths: Set<String>, _ file: String) -> SocketTable? {
        (try? File.read(file, limit: SocketTable.maximumBytes)).map { SocketTable($0, of: paths) }
    }
}
