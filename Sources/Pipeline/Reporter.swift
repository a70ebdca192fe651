import Logging

/// Says what a progress value wants to be said, for one plugin: in the log, and as an event where it is one.
struct Reporter: Sendable {
    let role: PluginRole
    let name: String
    let context: PipelineContext

    /// Logs, and announces where that is due.
    func tell(_ report: Report?) async {
        guard let report else { return }
        write(report)
        if let event = AgentEvent(report, of: role, named: name) { await context.announce(event) }
    }

    /// Logs only.
    func write(_ report: Report) {
        switch report {
        case .failing(let trouble) where trouble.isLogged:
            let metadata: Logger.Metadata = ["attempt": "\(trouble.attempt)", "reason": "\(trouble.reason)"]
            log(trouble.mustAct ? .error : .warning, "\(role.rawValue) failed", metadata)
        case .failing:
            break
        case .recovered(let recovery):
            let metadata: Logger.Metadata = ["attempts": "\(recovery.attempts)", "seconds": seconds(recovery.lasted)]
            log(.notice, "\(role.rawValue) recovered", metadata)
        case .held(.full):
            log(.warning, "collector held: the journal is full until its sinks have delivered")
        case .held(.notTracking):
            log(.notice, "collector held: event tracking is off")
        case .released(.full, let duration):
            log(.notice, "collector goes on: the journal has room", ["seconds": seconds(duration)])
        case .released(.notTracking, let duration):
            log(.notice, "collector goes on: event tracking is on", ["seconds": seconds(duration)])
        case .dropped(let gap):
            var metadata: Logger.Metadata = [
                "from": "\(gap.from)", "through": "\(gap.through)", "dropped": "\(gap.dropped)",
            ]
            guard let reason = gap.reason else {
                return log(.warning, "entries dropped by retention before the sink had them", metadata)
            }
            metadata["reason"] = "\(reason)"
            log(.warning, "entries dropped while the destination was unavailable", metadata)
        case .refused(let refusal):
            let metadata: Logger.Metadata = [
                "sequence": "\(refusal.first)", "reason": "\(refusal.reason)", "deadLetters": "\(refusal.total)",
            ]
            log(.warning, "destination refused entries for good: kept as dead letters", metadata)
        }
    }

    /// Says that the agent goes without waiting for this plugin any longer.
    func abandoned() {
        log(.warning, "\(role.rawValue) did not stop in time")
    }

    private func log(_ level: Logger.Level, _ message: Logger.Message, _ metadata: Logger.Metadata = [:]) {
        context.log.log(level: level, message, metadata: metadata.merging([role.rawValue: "\(name)"]) { own, _ in own })
    }

    /// To a tenth.
    private func seconds(_ duration: Duration) -> Logger.MetadataValue {
        let tenths = duration / .milliseconds(100)
        return "\(tenths.rounded() / 10)"
    }
}
