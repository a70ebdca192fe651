import AgentCore
import HTTPClient
import Pipeline

/// Makes the plugins of one agent from their configuration; none of them runs yet, or touches its outside.
struct PluginMaker: Sendable {
    /// The instance of the agent's journal.
    let journal: String
    let host = HostView.system
    let clock = AgentClock.system
    private let shared = SharedValues()

    init(journal: String) {
        self.journal = journal
    }

    func collector(_ entry: CollectorEntry) throws -> NamedCollector {
        let context = CollectorContext(
            name: entry.name, clock: clock, host: host, transport: { CurlTransport($0) }, secrets: .system,
            shared: shared)
        return NamedCollector(name: entry.name, limits: entry.limits, collector: try entry.make(context))
    }

    func sink(_ entry: SinkEntry) throws -> NamedSink {
        try entry.make(
            SinkContext(
                name: entry.name, journal: journal, clock: clock, host: host, transport: { CurlTransport($0) },
                secrets: .system, expires: entry.delivery.policy.expires))
    }
}
