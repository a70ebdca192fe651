import EventModel
import Logging
import Pipeline

/// Applies a changed `collectors.json` to the running agent: only what changed is made anew, and goes on from its
/// checkpoint or cursor. An invalid file, or one that changes what cannot change, changes nothing.
///
/// Told apart is what the file says: what a file it names holds - a secret, an authority - is read by the plugins when
/// they need it.
actor Reloading {
    /// More lines of what is wrong tell nothing new.
    private static let mostProblems = 20

    private let path: String
    private let events: EventManager
    private let plugins: PluginMaker
    private let log: Logger
    /// What the agent runs on now.
    private var applied: ConfigurationParts

    /// What others see of it.
    private let present: AppliedConfiguration

    init(
        _ file: ConfigurationFile, _ present: AppliedConfiguration, events: EventManager, plugins: PluginMaker,
        log: Logger
    ) {
        (path, self.events, self.plugins, self.log) = (file.path, events, plugins, log)
        self.present = present
        applied = ConfigurationParts(file.document.root.value)
    }

    /// Reads the file again and applies what changed. Says in the log what was done, or why nothing was.
    func reload() async {
        let file: ConfigurationFile
        do {
            file = try ConfigurationFile.load(path)
        } catch {
            for line in error.lines.prefix(Self.mostProblems) { refuse(line) }
            return
        }
        let new = ConfigurationParts(file.document.root.value)
        let change = ConfigurationChange(from: applied, to: new)
        guard change.impossible.isEmpty else {
            return refuse(
                "\(change.impossible.joined(separator: ", ")): cannot change while the agent runs; restart it")
        }
        guard !change.isEmpty else { return log.notice("configuration reloaded: nothing changed") }
        let collectors: [NamedCollector]
        let sinks: [NamedSink]
        do {
            let configuration = file.configuration
            collectors = try configuration.collectors.filter { change.collectors.made.contains($0.name) }
                .map { try plugins.collector($0) }
            sinks = try configuration.sinks.filter { change.sinks.made.contains($0.name) }.map { try plugins.sink($0) }
        } catch {
            return refuse("\(error)")
        }
        present.changed(to: file)
        await apply(change, new, file.configuration, collectors, sinks)
    }

    private func refuse(_ problem: String) {
        log.error("configuration not reloaded, nothing changed", metadata: ["problem": "\(problem)"])
    }

    /// What ends, ends first; sinks come before collectors, as at the start.
    private func apply(
        _ change: ConfigurationChange, _ new: ConfigurationParts, _ configuration: AgentConfiguration,
        _ collectors: [NamedCollector], _ sinks: [NamedSink]
    ) async {
        var failures = 0
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
                failures += 1
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
        let metadata: Logger.Metadata = [
            "collectors": "\(Self.text(of: change.collectors))", "sinks": "\(Self.text(of: change.sinks))",
            "failures": "\(failures)",
        ]
        log.notice("configuration reloaded", metadata: metadata)
    }

    /// Makes one change and notes it; what fails is tried again by the next reload. 1 when it failed.
    private func attempt(
        _ what: String, _ name: String, _ part: WritableKeyPath<ConfigurationParts, [String: JSONValue]>,
        _ value: JSONValue?, _ body: (EventManager) async throws -> Void
    ) async -> Int {
        do {
            try await body(events)
            applied[keyPath: part][name] = value
            return 0
        } catch {
            log.error(
                "part of the configuration not applied; reload again to try again",
                metadata: ["change": "\(what)", "name": "\(name)", "reason": "\(error)"])
            return 1
        }
    }

    private static func text(of names: ConfigurationChange.Names) -> String {
        let words = names.added.map { "+\($0)" } + names.removed.map { "-\($0)" } + names.changed.map { "~\($0)" }
        return words.isEmpty ? "unchanged" : words.joined(separator: " ")
    }
}
