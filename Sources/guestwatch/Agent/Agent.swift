import AgentCore
import Glibc
import HTTPClient
import Logging
import Pipeline
import Platform
import ServiceLifecycle

/// The running agent: opens the journal, makes the plugins, and lives from ready to stopped as one service.
struct Agent: Service {
    private let events: EventManager
    private let log: Logger

    /// Opens the journal and makes every plugin; nothing runs yet. Throws `JournalError` and what plugins throw.
    init(_ configuration: AgentConfiguration, stopDeadline: Duration, log: Logger) async throws {
        let clock = AgentClock.system
        let journal = try await configuration.journal.open(clock)
        let host = HostView.system
        let shared = SharedValues()
        do {
            let collectors = try configuration.collectors.map { entry in
                let context = CollectorContext(
                    name: entry.name, clock: clock, host: host, transport: { CurlTransport($0) }, secrets: .system,
                    shared: shared)
                return NamedCollector(name: entry.name, limits: entry.limits, collector: try entry.make(context))
            }
            let sinks = try configuration.sinks.map { entry in
                try entry.make(
                    SinkContext(
                        name: entry.name, journal: journal.instance, clock: clock, host: host,
                        transport: { CurlTransport($0) }, secrets: .system, expires: entry.delivery.policy.expires))
            }
            events = EventManager(
                journal: journal, collectors: collectors, sinks: sinks, clock: clock, log: log,
                settings: PipelineSettings(
                    host: host.name, retentionAge: configuration.journal.policy.age, stopDeadline: stopDeadline))
        } catch {
            try? await journal.close()
            throw error
        }
        self.log = log
        if configuration.api != nil {
            log.warning("the api of the configuration is not served by this version")
        }
    }

    func run() async throws {
        let notifier = ServiceNotifier()
        try await events.start()
        notifier.notify("READY=1")
        log.notice("ready")
        async let _ = settle()
        try? await gracefulShutdown()
        notifier.notify("STOPPING=1")
        await events.stop()
        log.notice("stopped")
    }

    /// Once the first connections stand, lets go of the code that only start-up needed.
    private func settle() async {
        guard (try? await AgentClock.system.sleep(Self.settlingTime)) != nil else { return }
        ProgramText.releaseUnused(maps: "/proc/self/maps")
    }

    /// Enough for a first TLS connection and login.
    private static let settlingTime = Duration.seconds(5)
}
