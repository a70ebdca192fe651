public import EventModel

/// The agent's events about itself.
public enum AgentEvent: Sendable, Hashable {
    case started
    case stopped
    case collectorFailed(String, Trouble)
    case collectorRecovered(String, Recovery)
    case sinkFailed(String, Trouble)
    case sinkRecovered(String, Recovery)
    case entriesDropped(sink: String, Gap)

    /// The types that a sink's trouble makes. Delivering these may fail too, and must not make more of them.
    public static let aboutSinks: Set<EventType> = [
        "agent.sink-failed", "agent.sink-recovered", "agent.entries-dropped",
    ]

    /// What a plugin's report says to the world; nil when it is for the log only.
    public init?(_ report: Report, of role: PluginRole, named name: String) {
        switch (report, role) {
        case (.failing(let trouble), .collector) where trouble.isAnnounced: self = .collectorFailed(name, trouble)
        case (.failing(let trouble), .sink) where trouble.isAnnounced: self = .sinkFailed(name, trouble)
        case (.recovered(let recovery), .collector) where recovery.isAnnounced:
            self = .collectorRecovered(name, recovery)
        case (.recovered(let recovery), .sink) where recovery.isAnnounced: self = .sinkRecovered(name, recovery)
        case (.dropped(let gap), _): self = .entriesDropped(sink: name, gap)
        default: return nil
        }
    }

    /// The event. Its id is made of type, name and time: an agent says the same about the same plugin once in a
    /// nanosecond. Two gaps of a sink may be told at once; they begin at different entries.
    public func event(source: String, at now: Timestamp) -> Event {
        var subject = name.map { "\($0)/" } ?? ""
        if case .entriesDropped(_, let gap) = self { subject += "\(gap.from)/" }
        return Event(
            id: "\(type)/\(subject)\(now.nanoseconds)", source: source, type: type, time: now, severity: severity,
            data: data)
    }

    public var type: EventType {
        switch self {
        case .started: "agent.started"
        case .stopped: "agent.stopped"
        case .collectorFailed: "agent.collector-failed"
        case .collectorRecovered: "agent.collector-recovered"
        case .sinkFailed: "agent.sink-failed"
        case .sinkRecovered: "agent.sink-recovered"
        case .entriesDropped: "agent.entries-dropped"
        }
    }

    private var name: String? {
        switch self {
        case .started, .stopped: nil
        case .collectorFailed(let name, _), .collectorRecovered(let name, _): name
        case .sinkFailed(let name, _), .sinkRecovered(let name, _): name
        case .entriesDropped(let name, _): name
        }
    }

    private var severity: Severity {
        switch self {
        case .started, .stopped, .collectorRecovered, .sinkRecovered: .notice
        case .collectorFailed, .sinkFailed: .error
        case .entriesDropped: .warning
        }
    }

    private var data: JSONText {
        var writer = JSONWriter()
        writer.beginObject()
        switch self {
        case .started: writer.member("message", "The agent has started.")
        case .stopped: writer.member("message", "The agent stops.")
        case .collectorFailed(let name, let trouble): writer.failure("collector", name, trouble)
        case .sinkFailed(let name, let trouble): writer.failure("sink", name, trouble)
        case .collectorRecovered(let name, let recovery): writer.recovery("collector", name, recovery)
        case .sinkRecovered(let name, let recovery): writer.recovery("sink", name, recovery)
        case .entriesDropped(let name, let gap): writer.gap(name, gap)
        }
        writer.endObject()
        return JSONText(trusted: writer.bytes[...])
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: String, _ text: String) {
        self.name(name)
        string(text)
    }

    fileprivate mutating func member(_ name: String, _ number: some BinaryInteger) {
        self.name(name)
        integer(number)
    }

    fileprivate mutating func failure(_ role: String, _ name: String, _ trouble: Trouble) {
        member("message", "The \(role) \"\(name)\" fails: \(trouble.reason)")
        member(role, name)
        member("reason", trouble.reason)
        member("attempts", trouble.attempt)
    }

    fileprivate mutating func recovery(_ role: String, _ name: String, _ recovery: Recovery) {
        let seconds = recovery.lasted.components.seconds
        member("message", "The \(role) \"\(name)\" recovered after \(recovery.attempts) failed attempts, \(seconds) s.")
        member(role, name)
        member("attempts", recovery.attempts)
        member("seconds", seconds)
    }

    fileprivate mutating func gap(_ name: String, _ gap: Gap) {
        let range = "between \(gap.from) and \(gap.through)"
        let entries = "\(gap.dropped) entries \(range)"
        member(
            "message",
            gap.reason.map { "The sink \"\(name)\" dropped \(entries): \($0)" }
                ?? "The journal let \(entries) go before the sink \"\(name)\" had them.")
        member("sink", name)
        member("from", gap.from)
        member("through", gap.through)
        member("dropped", gap.dropped)
        if let reason = gap.reason { member("reason", reason) }
    }
}
