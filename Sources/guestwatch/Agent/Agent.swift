import AgentCore
import Glibc
import HTTPClient
import Logging
import Pipeline
import Platform
import ServiceLifecycle
import UnixSignals

/// The running agent: opens the journal, makes the plugins, and lives from ready to stopped as one service.
struct Agent: Service {
    private let events: EventManager
    private let reloading: Reloading
    private let log: Logger

    /// Opens the journal and makes every plugin; nothing runs yet. Throws `JournalError` and what plugins throw.
    init(_ file: ConfigurationFile, stopDeadline: Duration, log: Logger) async throws {
        let configuration = file.configuration
        let journal = try await configuration.journal.open(.system)
        let plugins = PluginMaker(journal: journal.instance)
        do {
            let collectors = try configuration.collectors.map { try plugins.collector($0) }
            let sinks = try configuration.sinks.map { try plugins.sink($0) }
            events = EventManager(
                journal: journal, collectors: collectors, sinks: sinks, clock: plugins.clock, log: log,
                settings: PipelineSettings(
                    host: plugins.host.name, retentionAge: configuration.journal.policy.age,
                    stopDeadline: stopDeadline))
        } catch {
            try? await journal.close()
            throw error
        }
        reloading = Reloading(file, events: events, plugins: plugins, log: log)
        self.log = log
        if configuration.api != nil {
            log.warning("the api of the configuration is not served by this version")
        }
    }

    func run() async throws {
        let notifier = ServiceNotifier()
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        try await events.start()
        notifier.notify("READY=1")
        log.notice("ready")
        // Not waited for: a pulse that is stuck must not hold up the stop.
        let feeding = Task { [events] in
            await Watchdog.own?.feed(notifier, clock: .system) { await events.pulse() }
        }
        await withTaskGroup { group in
            group.addTask { await settle() }
            group.addTask { await reload(at: hangups, notifier) }
            try? await gracefulShutdown()
            group.cancelAll()
        }
        notifier.notify("STOPPING=1")
        feeding.cancel()
        await events.stop()
        log.notice("stopped")
    }

    /// One reload for each signal; those that come during one are one more.
    private func reload(at hangups: UnixSignalsSequence, _ notifier: ServiceNotifier) async {
        for await _ in hangups {
            notifier.notify(ServiceNotifier.reloading)
            // A stop waits for it: a plugin is replaced or not.
            await Task { await reloading.reload() }.value
            notifier.notify("READY=1")
        }
    }

    /// Once the first connections stand, lets go of the code that only start-up needed.
    private func settle() async {
        guard (try? await AgentClock.system.sleep(Self.settlingTime)) != nil else { return }
        ProgramText.releaseUnused(maps: "/proc/self/maps")
    }

    /// Enough for a first TLS connection and login.
    private static let settlingTime = Duration.seconds(5)
}
