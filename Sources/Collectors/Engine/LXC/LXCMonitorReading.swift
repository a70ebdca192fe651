package import EventModel

/// What the lines of lxc-monitor mean, one after the other.
///
/// LXC says some things twice and some of them late: FROZEN comes twice, a second after FREEZING; THAWED is followed by
/// a RUNNING that is no start; at a reboot STOPPED may come after the next STARTING.
package struct LXCMonitorReading: Sendable {
    /// Containers whose last line is known; with more the oldest are forgotten.
    static let maximumContainers = 16_384

    private let happenings: RuntimeHappenings
    private var last: [String: LXCMonitorLine.Report] = [:]

    package init(host: String) {
        happenings = RuntimeHappenings(runtime: "lxc", host: host)
    }

    /// `lxc://hv1`.
    var source: String { happenings.source }

    /// What a line tells; nil where it is said already, or only a step on the way.
    package mutating func take(_ line: LXCMonitorLine, at time: Timestamp) -> EngineHappening? {
        let before = last[line.container]
        if before == line.report { return nil }
        if last.count >= Self.maximumContainers, before == nil { last = [:] }
        last[line.container] = line.report
        switch line.report {
        case .exited(let code):
            return happenings.happening(
                "exited", of: line.container, at: time, said: [.init("exitCode", .number("\(code)"))])
        case .state(let state):
            guard let word = Self.word(of: state, after: before) else { return nil }
            return happenings.happening(word, of: line.container, at: time, said: [.init("state", .string(state))])
        }
    }

    /// The word of what a state means after what was said before; nil for a step.
    static func word(of state: String, after before: LXCMonitorLine.Report?) -> String? {
        switch state {
        case "RUNNING":
            switch before {
            case .state("THAWED"), .state("FREEZING"): return nil
            case .state("FROZEN"): return "resumed"
            default: return "started"
            }
        case "STOPPED": return "stopped"
        case "FROZEN": return "paused"
        case "THAWED": return "resumed"
        case "ABORTING": return "failed"
        // Steps: STARTING, STOPPING, FREEZING, and whatever a newer LXC adds.
        case "STARTING", "STOPPING", "FREEZING": return nil
        default: return "other"
        }
    }
}
