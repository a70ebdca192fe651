package import EventModel

/// Makes events of what an engine says: the same report gives the same event.
package struct EngineTranslator: Sendable {
    /// `docker`, `podman`.
    var runtime: String
    /// The name of the host the engine runs on.
    var host: String
    /// What is told beyond what happens to containers and pods.
    var include: Set<EngineDetail> = []
    /// Whether the command lines of programs run in containers are told: they may hold secrets.
    var commands = false

    package init(runtime: String, host: String, include: Set<EngineDetail> = [], commands: Bool = false) {
        (self.runtime, self.host, self.include, self.commands) = (runtime, host, include, commands)
    }

    /// `docker://hv1`.
    var source: String { "\(runtime)://\(host)" }

    /// The event and what it is about; nil where nobody asked for it.
    package func translate(_ report: EngineReport) -> EngineHappening? {
        let action = report.object == "container" ? EngineAction.ofContainer(report) : .ofObject(report)
        if let detail = action.detail, !include.contains(detail) { return nil }
        var event = Event(
            id: id(of: report), source: source, type: action.type, time: report.time, severity: action.severity,
            change: action.change, data: data(of: report))
        guard report.object == "container" else {
            event.related = [RelatedObject(kind: report.object, id: report.id, name: report.name)]
            return EngineHappening(event: event)
        }
        event.guest = Guest(kind: .container, id: report.id, name: report.name, host: host)
        if let pod = report.attribute("podId"), !pod.isEmpty { event.related = [RelatedObject(kind: "pod", id: pod)] }
        var happening = EngineHappening(event: event)
        happening.happening = HostHappening(
            key: ContainerKey(runtime: runtime, id: report.id), word: action.word, incarnation: nil, time: report.time)
        happening.health = report.health
        return happening
    }

    /// The event for a line that is no report: what it said is kept, as far as `limit`.
    func refused(_ line: [UInt8], problem: String, collector: String, at time: Timestamp) -> Event {
        RefusedLine.event(line, problem: problem, source: source, collector: collector, at: time)
    }

    private func id(of report: EngineReport) -> String {
        // Two networks may be connected in the same nanosecond to one container: who was is in the attributes.
        let part = report.attribute("execID") ?? report.attribute("container") ?? report.name ?? ""
        let object = report.object == "container" ? runtime : "\(runtime)/\(report.object)"
        let id = report.id.isEmpty ? part : report.id
        let tail = ["exec_start", "exec_die", "connect", "disconnect"].contains(report.action) ? "/\(part)" : ""
        return "\(object)/\(id)/\(report.action)/\(report.time.nanoseconds)\(tail)"
    }

    private func data(of report: EngineReport) -> JSONText {
        var members: [JSONValue.Member] = [.init("message", .string(message(of: report)))]
        if let code = report.exitCode { members.append(.init("exitCode", .number("\(code)"))) }
        if let health = report.health { members.append(.init("health", .string(health))) }
        for member in report.value.members ?? [] {
            switch member.name {
            // `Action`, `Actor.ID` and the image once more, for programs of Docker's first years.
            case "status", "id", "from": continue
            case "Action": members.append(.init("Action", .string(report.action)))
            default: members.append(member)
            }
        }
        if commands, report.action.hasPrefix("exec"), let command = report.detail {
            members.append(.init("command", .string(command)))
        }
        return JSONText(.object(members))
    }

    private func message(of report: EngineReport) -> String {
        let name = report.name ?? String(report.id.prefix(12))
        guard report.object == "container" else {
            return "The \(report.object) \(name.isEmpty ? "of the engine" : name): \(report.action)."
        }
        return switch report.action {
        case "create": "\(name) was created\(report.image.map { " from \($0)" } ?? "")."
        case "start": "\(name) was started."
        case "die", "died": "\(name) exited\(report.exitCode.map { " with \($0)" } ?? "")."
        case "oom": "A process of \(name) was killed for want of memory."
        case "pause": "\(name) was paused."
        case "unpause": "\(name) goes on."
        case "kill": "\(name) was sent the signal \(report.signal ?? "KILL")."
        case "stop": "\(name) was stopped."
        case "restart": "\(name) was restarted."
        case "rename":
            "\(name) was called \(report.attribute("oldName").map { String($0.drop { $0 == "/" }) } ?? "otherwise") before."
        case "update": "The settings of \(name) were changed."
        case "destroy", "remove": "\(name) was removed."
        case "health_status": "\(name) is \(report.health ?? "checked")."
        case "exec_start", "exec": "A program is run in \(name)."
        case "exec_die", "exec_died": "A program run in \(name) ended\(report.exitCode.map { " with \($0)" } ?? "")."
        default: "\(name): \(report.action)."
        }
    }
}

/// A report as an event, and what it is about, for `EngineJoining`.
package struct EngineHappening: Sendable, Hashable {
    package var event: Event
    /// Nil for what is no container's.
    var happening: HostHappening?
    /// What a health check says; the engine may say the same again and again.
    var health: String?
}
