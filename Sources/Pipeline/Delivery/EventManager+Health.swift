public import EventModel
import Platform

extension EventManager {
    /// Whether everything the agent depends on answers, since when, and what does not. Retries probe what does not;
    /// with the first success health turns back, by itself.
    public func health() -> Health {
        let collectors = collectorRunners.map { (PluginRole.collector, $0.named.name, $0.outage) }
        let sinks = sinkRunners.map { (PluginRole.sink, $0.named.name, $0.progress.withLock(\.outage)) }
        return Health(of: collectors + sinks, startedAt: startedAt)
    }
}

/// Whether everything the agent depends on answers.
public struct Health: Sendable, Hashable {
    /// The word for it all.
    public enum State: String, Sendable, Hashable {
        case ok
        case degraded
    }

    /// A plugin whose outside does not answer.
    public struct Trouble: Sendable, Hashable {
        public var role: PluginRole
        public var name: String
        /// What the last attempt came to.
        public var reason: String
        /// Failed attempts so far.
        public var attempts: Int
        public var since: Timestamp
    }

    /// Collectors first, each in the order of the configuration.
    public var troubles: [Trouble]
    /// Since when the state is what it is; the start, where nothing ever failed.
    public var since: Timestamp

    public var state: State { troubles.isEmpty ? .ok : .degraded }

    init(of plugins: [(role: PluginRole, name: String, outage: Outage)], startedAt: Timestamp) {
        troubles = plugins.compactMap { plugin in
            plugin.outage.since.map {
                Trouble(
                    role: plugin.role, name: plugin.name, reason: plugin.outage.lastError ?? "",
                    attempts: plugin.outage.attempts, since: $0)
            }
        }
        let lastEnd = plugins.compactMap(\.outage.lastEnd).max() ?? startedAt
        since = troubles.map(\.since).min() ?? max(lastEnd, startedAt)
    }
}
