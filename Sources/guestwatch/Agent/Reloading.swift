import EventModel
import Logging
import Pipeline
import WebAPI

/// Applies a changed `collectors.json` to the running agent: only what changed is made anew, and goes on from its
/// checkpoint or cursor. An invalid file, or one that changes what cannot change, changes nothing.
///
/// Told apart is what the file says: what a file it names holds - a secret, an authority - is read by the plugins when
/// they need it. The tokens and certificates of the API are read again by every reload.
actor Reloading {
    /// More lines of what is wrong tell nothing new.
    private static let mostProblems = 20

    private let path: String
    private let events: EventManager
    private let plugins: PluginMaker
    private let face: AgentFace
    private let log: Logger
    /// What the agent runs on now.
    private var applied: ConfigurationParts
    /// The reload that came last: the next one waits for it.
    private var last: Task<ReloadOutcome, Never>?

    /// What others see of it.
    private let present: AppliedConfiguration

    init(
        _ file: ConfigurationFile, _ present: AppliedConfiguration, events: EventManager, plugins: PluginMaker,
        face: AgentFace, log: Logger
    ) {
        (path, self.events, self.plugins, self.log) = (file.path, events, plugins, log)
        self.face = face
        self.present = present
        applied = ConfigurationParts(file.document.root.value)
    }

    /// Reads the file again and applies what changed. Says, in the log too, what was done, or why nothing was. One
    /// after the other, whoever asks.
    func reload() async -> ReloadOutcome {
        let before = last
        let next = Task {
            _ = await before?.value
            return await apply()
        }
        last = next
        return await next.value
    }

    private func apply() async -> ReloadOutcome {
        let file: ConfigurationFile
        do {
            file = try ConfigurationFile.load(path)
        } catch {
            return refuse(Array(error.lines.prefix(Self.mostProblems)))
        }
        let new = ConfigurationParts(file.document.root.value)
        let change = ConfigurationChange(from: applied, to: new)
        guard change.impossible.isEmpty else {
            return refuse([
                "\(change.impossible.joined(separator: ", ")): cannot change while the agent runs; restart it"
            ])
        }
        let collectors: [NamedCollector]
        let sinks: [NamedSink]
        let api: [String]
        do {
            let configuration = file.configuration
            collectors = try configuration.collectors.filter { change.collectors.made.contains($0.name) }
                .map { try plugins.collector($0) }
            sinks = try configuration.sinks.filter { change.sinks.made.contains($0.name) }.map { try plugins.sink($0) }
            api = try await face.change(to: configuration.api)
        } catch {
            return refuse(["\(error)"])
        }
        present.changed(to: file)
        var outcome = ReloadOutcome(
            collectors: change.collectors.outcome, sinks: change.sinks.outcome, retention: change.retention, api: api)
        if change.isEmpty, api.isEmpty {
            log.notice("configuration reloaded: nothing changed")
        } else {
            outcome.failures = await apply(change, new, file.configuration, collectors, sinks)
            tell(outcome)
        }
        return outcome
    }

    private func refuse(_ problems: [String]) -> ReloadOutcome {
        for problem in problems {
            log.error("configuration not reloaded, nothing changed", metadata: ["problem": "\(problem)"])
        }
        return ReloadOutcome(problems: problems)
    }

    /// What ends, ends first; sinks come before collectors, as at the start.
    private func apply(
        _ change: ConfigurationChange, _ new: ConfigurationParts, _ configuration: AgentConfiguration,
        _ collectors: [NamedCollector], _ sinks: [NamedSink]
    ) async -> [String] {
        var failures: [String] = []
        for name in change.collectors.removed {
            failures += await attempt("remove collector", name, \.collectors, nil) { try await $0.unregister(name) }
        }
        for name in change.sinks.removed {
            failures += await attempt("remove sink", name, \.sinks, nil) { try await $0.unregister(sink: name) }
        }
        if change.retention {
            do {
                _ = try await events.setRetention(configuration.journal.policy)
                applied.retention = new.retention
            } catch {
                failures.append("retention: \(error)")
                log.error("retention not changed", metadata: ["reason": "\(error)"])
            }
        }
        for sink in sinks {
            let isNew = change.sinks.added.contains(sink.name)
            failures += await attempt("set sink", sink.name, \.sinks, new.sinks[sink.name]) {
                if isNew { try await $0.register(sink) } else { try await $0.replace(sink) }
            }
        }
        for collector in collectors {
            let isNew = change.collectors.added.contains(collector.name)
            failures += await attempt("set collector", collector.name, \.collectors, new.collectors[collector.name]) {
                if isNew { try await $0.register(collector) } else { try await $0.replace(collector) }
            }
        }
        return failures
    }

    private func tell(_ outcome: ReloadOutcome) {
        let api = outcome.api.map { "~\($0)" }.joined(separator: " ")
        let metadata: Logger.Metadata = [
            "collectors": "\(outcome.collectors)", "sinks": "\(outcome.sinks)",
            "api": "\(api.isEmpty ? "unchanged" : api)", "failures": "\(outcome.failures.count)",
        ]
        log.notice("configuration reloaded", metadata: metadata)
    }

    /// Makes one change and notes it; what fails is tried again by the next reload. Why it failed.
    private func attempt(
        _ what: String, _ name: String, _ part: WritableKeyPath<ConfigurationParts, [String: JSONValue]>,
        _ value: JSONValue?, _ body: (EventManager) async throws -> Void
    ) async -> [String] {
        do {
            try await body(events)
            applied[keyPath: part][name] = value
            return []
        } catch {
            log.error(
                "part of the configuration not applied; reload again to try again",
                metadata: ["change": "\(what)", "name": "\(name)", "reason": "\(error)"])
            return ["\(what) \(name): \(error)"]
        }
    }
}

extension ConfigurationChange.Names {
    fileprivate var outcome: ReloadOutcome.Names {
        ReloadOutcome.Names(added: added, removed: removed, changed: changed)
    }
}
