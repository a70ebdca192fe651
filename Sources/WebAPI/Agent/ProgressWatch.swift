import EventModel
import Pipeline

/// A plugin of the pipeline, by role and name.
enum WatchedPlugin: Sendable, Hashable {
    case collector(String)
    case sink(String)

    /// As a sentence begins: `sink "bus"`.
    var words: String {
        switch self {
        case .collector(let name): "collector \"\(name)\""
        case .sink(let name): "sink \"\(name)\""
        }
    }
}

/// Tells who makes no progress though it should: a value that is shown the pipeline again and again.
///
/// A sink should, while entries wait for it and nobody holds it. A collector should, while it polls, commits, or tries
/// again after a failure; a poll may wait inside, but not for ever.
struct ProgressWatch: Sendable {
    /// How long without progress is too long.
    var patience: Duration
    /// A poll that waits inside is given more: collectors return from one within a minute or two.
    static let pollPatience = 5

    /// What changes with every step.
    private struct Mark: Sendable, Hashable {
        var numbers: [UInt64]
    }

    private struct Stand: Sendable {
        var mark: Mark
        var since: Timestamp
        var patience: Duration
    }

    private var stands: [WatchedPlugin: Stand] = [:]

    init(patience: Duration) {
        self.patience = patience
    }

    /// Takes what the pipeline is like now.
    mutating func observe(_ status: PipelineStatus, isTracking: Bool, at now: Timestamp) {
        var stands: [WatchedPlugin: Stand] = [:]
        for collector in status.collectors {
            guard let patience = patience(with: collector, isTracking: isTracking) else { continue }
            let mark = Mark(numbers: [UInt64(clamping: collector.polls), UInt64(clamping: collector.events)])
            stands[.collector(collector.name)] = Stand(mark: mark, since: now, patience: patience)
        }
        for sink in status.sinks where sink.waiting > 0 && ![.suspended, .failed, .ended].contains(sink.state) {
            let done = sink.delivered + sink.filtered + sink.expired + sink.deadLetters
            let mark = Mark(numbers: [sink.cursor, UInt64(clamping: done), sink.dropped])
            stands[.sink(sink.name)] = Stand(mark: mark, since: now, patience: patience)
        }
        for (plugin, stand) in stands {
            guard let before = self.stands[plugin], before.mark == stand.mark else { continue }
            stands[plugin]?.since = min(before.since, now)
        }
        self.stands = stands
    }

    /// How long it may take; nil where nothing is expected.
    private func patience(with collector: CollectorStatus, isTracking: Bool) -> Duration? {
        switch collector.state {
        case .polling: patience * Self.pollPatience
        case .committing: patience
        case .held where isTracking: patience
        case .waiting where collector.attempts > 0: patience
        case .held, .waiting, .idle, .suspended, .failed, .ended: nil
        }
    }

    /// Since when it makes no progress; nil where it does, or not for long enough to say so.
    func stuckSince(_ plugin: WatchedPlugin, at now: Timestamp) -> Timestamp? {
        guard let stand = stands[plugin], now.since(stand.since) >= stand.patience else { return nil }
        return stand.since
    }
}

/// The pipeline at a moment, with what the watch says of it.
struct AgentSight: Sendable {
    var status: PipelineStatus
    var now: Timestamp
    var watch: ProgressWatch

    func stuckSince(_ plugin: WatchedPlugin) -> Timestamp? {
        watch.stuckSince(plugin, at: now)
    }

    /// Why the agent is not ready; empty when it is.
    var reasons: [String] {
        guard status.phase == .running else { return [status.phase.rawValue] }
        var reasons = status.journal == nil ? ["the journal does not answer"] : []
        for collector in status.collectors {
            let plugin = WatchedPlugin.collector(collector.name)
            if collector.state == .failed { reasons.append("\(plugin.words) has failed") }
            if stuckSince(plugin) != nil { reasons.append("\(plugin.words) is stuck") }
        }
        for sink in status.sinks {
            let plugin = WatchedPlugin.sink(sink.name)
            if sink.state == .failed { reasons.append("\(plugin.words) has failed") }
            if stuckSince(plugin) != nil { reasons.append("\(plugin.words) is stuck") }
            if !sink.isConserved { reasons.append("\(plugin.words) has entries unaccounted for") }
        }
        return reasons
    }
}
