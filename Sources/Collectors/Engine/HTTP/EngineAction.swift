import EventModel

/// What an action of an engine is in our catalogue.
struct EngineAction: Sendable {
    var type: EventType
    var severity = Severity.info
    var change = Change.none
    /// What `collectors.json` must ask for; nil: always told.
    var detail: EngineDetail?

    /// The word by which the kernel's side tells the same, where it does.
    var word: String { String(type.rawValue.dropFirst("container.".count)) }

    /// What happened to a container.
    static func ofContainer(_ report: EngineReport) -> EngineAction {
        switch report.action {
        case "create": Self(type: "container.created", change: .add)
        case "start": Self(type: "container.started", severity: .notice, change: .set)
        case "die", "died":
            Self(
                type: "container.exited", severity: report.exitCode == 0 ? .info : .notice, change: .set)
        case "oom": Self(type: "container.oom-killed", severity: .warning)
        case "pause": Self(type: "container.paused", severity: .notice, change: .set)
        case "unpause": Self(type: "container.resumed", severity: .notice, change: .set)
        case "kill": Self(type: "container.killed", severity: .notice)
        case "stop": Self(type: "container.stopped", change: .set)
        case "restart": Self(type: "container.restarted", severity: .notice)
        case "rename": Self(type: "container.renamed", severity: .notice, change: .set)
        case "update": Self(type: "container.described", change: .set)
        case "destroy", "remove": Self(type: "container.removed", severity: .notice, change: .remove)
        case "health_status": health(report)
        case "exec_start", "exec": Self(type: "container.exec-started", detail: .execs)
        case "exec_die", "exec_died": Self(type: "container.exec-ended", detail: .execs)
        case let action where steps.contains(action): Self(type: "container.other", severity: .debug, detail: .steps)
        default: Self(type: "container.other")
        }
    }

    /// What happened to something else the engine keeps.
    static func ofObject(_ report: EngineReport) -> EngineAction {
        let detail = EngineDetail(object: report.object)
        return switch report.action {
        case "create", "pull", "load", "import", "build", "loadfromarchive":
            Self(type: "engine.object-created", change: .add, detail: detail)
        case "destroy", "remove", "delete":
            Self(type: "engine.object-removed", severity: .notice, change: .remove, detail: detail)
        default: Self(type: "engine.object-changed", change: .set, detail: detail)
        }
    }

    private static func health(_ report: EngineReport) -> EngineAction {
        Self(
            type: "container.health-changed", severity: report.health == "unhealthy" ? .warning : .info, change: .set)
    }

    /// What an engine does on the way to something that is told by itself, and what people do to look at a container.
    private static let steps: Set<String> = [
        "init", "attach", "detach", "resize", "top", "copy", "export", "commit", "archive-path", "extract-to-dir",
        "cleanup", "sync", "mount", "unmount", "prune", "exec_create", "exec_detach", "exec_resize",
    ]
}

/// What is told only when `collectors.json` asks for it with `include`.
package enum EngineDetail: String, Sendable, Hashable, CaseIterable {
    /// Programs run in a container besides its own; each health check is one.
    case execs
    case images
    case networks
    case volumes
    /// Steps between what happens: `attach`, `init`, `cleanup`, …
    case steps

    /// The one that objects of a type need; nil: none, as for pods and the engine itself.
    init?(object: String) {
        switch object {
        case "image": self = .images
        case "network": self = .networks
        case "volume": self = .volumes
        default: return nil
        }
    }
}

extension EngineReport {
    /// The exit code, where the action has one: Podman writes 0 on everything else too.
    var exitCode: Int32? {
        guard ["die", "died", "exec_die", "exec_died"].contains(action) else { return nil }
        return (attribute("exitCode") ?? attribute("containerExitCode")).flatMap { Int32($0) }
    }

    /// What the health check says: `healthy`, `unhealthy`, `starting`.
    var health: String? {
        guard action == "health_status" else { return nil }
        return detail ?? value["HealthStatus"]?.string ?? attribute("health_status")
    }

    /// The signal somebody sent, as a number where the engine gives one.
    var signal: String? { action == "kill" ? attribute("signal") : nil }
}
