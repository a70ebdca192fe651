import AgentCore
package import EventModel

/// Makes events of news: pure.
package struct ContainerTranslator: Sendable {
    /// The host's name.
    package var host: String
    package var bootID: String

    package init(host: String, bootID: String) {
        (self.host, self.bootID) = (host, bootID)
    }

    /// What collectors of one host agree on.
    package func happening(of news: ContainerNews) -> HostHappening {
        HostHappening(
            key: news.container.key, word: news.fact.word,
            incarnation: news.hasLife ? news.container.incarnation(in: bootID) : nil, time: news.time,
            earliest: news.since)
    }

    /// The event.
    package func event(of news: ContainerNews) -> Event {
        let container = news.container
        let guest = Guest(kind: .container, id: container.key.id, name: container.name, host: host)
        return Event(
            id: happening(of: news).id + news.fact.suffix, source: "\(container.key.runtime)://\(host)",
            type: EventType(rawValue: "container.\(news.fact.word)"), time: news.time, severity: news.fact.severity,
            change: news.fact.change, guest: guest, data: data(of: news))
    }

    private func data(of news: ContainerNews) -> JSONText {
        let container = news.container
        let name = container.name ?? String(container.key.id.prefix(12))
        var members: [JSONValue.Member] = [
            .init("message", .string(news.fact.message(of: name))), .init("runtime", .string(container.key.runtime)),
        ]
        if news.hasLife {
            members.append(.init("pid", .number("\(container.life.pid)")))
            members.append(.init("started", .string(container.started.rfc3339)))
        }
        if let cgroup = container.cgroup { members.append(.init("cgroup", .string(cgroup))) }
        if let pod = container.pod { members.append(.init("pod", pod.value)) }
        if !container.parents.isEmpty {
            members.append(.init("parents", .array(container.parents.map(\.value))))
        }
        members += news.fact.members
        if case .discovered = news.fact { members += Self.state(of: container) }
        if let since = news.since {
            members.append(.init("between", .array([.string(since.rfc3339), .string(news.until.rfc3339)])))
        }
        return JSONText(.object(members))
    }

    /// What one that was running already has: all else of it is told as it changes.
    private static func state(of container: KnownContainer) -> [JSONValue.Member] {
        var members: [JSONValue.Member] = []
        if container.pausedAt != nil { members.append(.init("paused", .bool(true))) }
        if !container.interfaces.isEmpty {
            let names = container.interfaces.sorted { $0.key < $1.key }.map { JSONValue.string($0.value.name) }
            members.append(.init("interfaces", .array(names)))
        }
        return members
    }
}

extension ContainerFact {
    /// Tells apart what may happen twice at one time.
    fileprivate var suffix: String {
        switch self {
        case .oomKilled(let kill?, _): "/\(kill.line)"
        case .oomKilled(nil, let count): "/\(count)"
        case .interfaceAdded(_, let index), .interfaceRemoved(_, let index), .interfaceRenamed(_, _, let index),
            .interfaceUp(_, let index), .interfaceDown(_, let index):
            "/\(index)"
        case .pressureExceeded(let resource), .pressureEased(let resource): "/\(resource)"
        default: ""
        }
    }

    fileprivate var severity: Severity {
        switch self {
        case .exited(.code(0)): .info
        case .exited, .halted, .rebooted: .notice
        case .oomKilled, .pressureExceeded: .warning
        default: .info
        }
    }

    fileprivate var change: Change {
        switch self {
        case .discovered, .started: .add
        case .exited, .halted: .remove
        case .rebooted, .oomKilled: .none
        default: .set
        }
    }

    fileprivate func message(of name: String) -> String {
        switch self {
        case .discovered: "\(name) is running."
        case .started: "\(name) was started."
        case .initPidFound: "The first process of \(name) is known."
        case .exited(.code(let code)): "\(name) ended with exit code \(code)."
        case .exited(.signal(let signal)): "\(name) was ended by signal \(signal)."
        case .exited(.unknown): "\(name) ended; how is not known."
        case .exited(.boot): "\(name) ended because the host was started anew."
        case .halted: "\(name) was shut down from inside."
        case .rebooted: "\(name) was restarted from inside."
        case .paused: "\(name) was paused."
        case .resumed: "\(name) goes on."
        case .oomKilled(let kill, _):
            "The kernel killed \(kill.map { "\($0.process) (\($0.pid))" } ?? "a process") in \(name) for want of memory."
        case .moved(let from, let to): "\(name) was moved from the cgroup \(from ?? "?") to \(to ?? "?")."
        case .described: "More is known of \(name)."
        case .interfaceAdded(let interface, _): "\(name) got the interface \(interface.name)."
        case .interfaceRemoved(let interface, _): "\(name) lost the interface \(interface.name)."
        case .interfaceRenamed(let old, let interface, _):
            "The interface \(old) of \(name) is called \(interface.name)."
        case .interfaceUp(let interface, _): "The interface \(interface.name) of \(name) is up."
        case .interfaceDown(let interface, _): "The interface \(interface.name) of \(name) is down."
        case .pressureExceeded(let resource): "\(name) waits more than its limit for \(resource)."
        case .pressureEased(let resource): "\(name) waits less than its limit for \(resource) again."
        }
    }

    fileprivate var members: [JSONValue.Member] {
        switch self {
        case .exited(.code(let code)): [.init("exitCode", .number("\(code)"))]
        case .exited(.signal(let signal)): [.init("signal", .number("\(signal)"))]
        case .exited(.unknown): [.init("reason", "unknown")]
        case .exited(.boot): [.init("reason", "boot")]
        case .oomKilled(let kill?, _):
            [
                .init("process", .string(kill.process)), .init("killedPid", .number("\(kill.pid)")),
                .init("constraint", .string(kill.constraint)), .init("memoryCgroup", .string(kill.cgroup)),
            ]
        case .moved(let from, let to):
            [.init("from", from.map { .string($0) } ?? .null), .init("to", to.map { .string($0) } ?? .null)]
        case .interfaceAdded(let interface, _), .interfaceRemoved(let interface, _), .interfaceUp(let interface, _),
            .interfaceDown(let interface, _):
            [.init("interface", .string(interface.name))] + Self.peer(of: interface)
        case .interfaceRenamed(let old, let interface, _):
            [.init("interface", .string(old)), .init("newName", .string(interface.name))] + Self.peer(of: interface)
        case .pressureExceeded(let resource), .pressureEased(let resource): [.init("resource", .string(resource))]
        default: []
        }
    }

    private static func peer(of interface: ContainerInterface) -> [JSONValue.Member] {
        interface.peer.map { [.init("peer", .string($0))] } ?? []
    }
}
