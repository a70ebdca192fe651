import AgentCore
import EventModel
import Glibc
import HTTPClient
import Logging
import Pipeline
import Platform
import ServiceLifecycle
import WebAPI

/// The running agent: opens the journal, makes the plugins, and lives from ready to stopped as one service.
struct Agent: Service {
    private let events: EventManager
    private let server: APIServer?
    private let log: Logger

    /// Opens the journal and makes every plugin; nothing runs yet. Throws `JournalError` and what plugins throw.
    /// `document` is the file the configuration was read from, as it is shown to who asks.
    init(
        _ configuration: AgentConfiguration, document: JSONValue, stopDeadline: Duration, log: Logger
    ) async throws {
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
            let (entries, instance) = (configuration.sinks, journal.instance)
            let makeSink: @Sendable (SinkEntry) throws -> NamedSink = { entry in
                try entry.make(
                    SinkContext(
                        name: entry.name, journal: instance, clock: clock, host: host,
                        transport: { CurlTransport($0) }, secrets: .system, expires: entry.delivery.policy.expires))
            }
            var settings = PipelineSettings(
                host: host.name, retentionAge: configuration.journal.policy.age, stopDeadline: stopDeadline)
            if let api = configuration.api { settings.serve(api) }
            events = EventManager(
                journal: journal, collectors: collectors, sinks: try entries.map(makeSink), clock: clock, log: log,
                settings: settings)
            let context = APIContext(
                events: events, version: VersionCommand.version,
                configuration: BlankedConfiguration.blanked(document), clock: clock, log: log,
                makeSink: { name in
                    guard let entry = entries.first(where: { $0.name == name }) else {
                        throw DeliveryCommandError.unknownSink(name, known: entries.map(\.name))
                    }
                    return try makeSink(entry)
                })
            server = try configuration.api.map { try APIServer($0, context) }
        } catch {
            try? await journal.close()
            throw error
        }
        self.log = log
    }

    func run() async throws {
        let notifier = ServiceNotifier()
        do {
            try await server?.open()
            try await events.start()
        } catch {
            await events.stop()
            throw error
        }
        async let _ = settle()
        await withTaskGroup { group in
            if let server { group.addTask { await server.run() } }
            notifier.notify("READY=1")
            log.notice("ready")
            try? await gracefulShutdown()
            notifier.notify("STOPPING=1")
            await events.stop()
            server?.close()
        }
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

extension PipelineSettings {
    /// What the API needs of the pipeline. The view of the guests is a stream too.
    fileprivate mutating func serve(_ api: APIConfiguration) {
        streams = StreamLimits(
            streams: api.limits.streams + 1, streamsPerClient: api.limits.streamsPerClient,
            lag: UInt64(api.limits.streamLag))
        measuresLatency = true
    }
}
