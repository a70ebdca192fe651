import AgentCore
import EventModel
import Glibc
import HTTPClient
import Logging
import Pipeline
import Platform
import ServiceLifecycle
import UnixSignals
import WebAPI

/// The running agent: opens the journal, makes the plugins, and lives from ready to stopped as one service.
struct Agent: Service {
    private let events: EventManager
    private let reloading: Reloading
    private let face: AgentFace
    private let log: Logger
    /// One reload, told to systemd; there once everything is made.
    private let reloader: Locked<(@Sendable () async -> ReloadOutcome)?> = Locked(nil)

    /// Opens the journal and makes every plugin; nothing runs yet. Throws `JournalError` and what plugins throw.
    init(_ file: ConfigurationFile, stopDeadline: Duration, log: Logger) async throws {
        let configuration = file.configuration
        let journal = try await configuration.journal.open(.system)
        let plugins = PluginMaker(journal: journal.instance)
        let applied = AppliedConfiguration(file)
        do {
            let collectors = try configuration.collectors.map { try plugins.collector($0) }
            let sinks = try configuration.sinks.map { try plugins.sink($0) }
            var settings = PipelineSettings(
                host: plugins.host.name, retentionAge: configuration.journal.policy.age, stopDeadline: stopDeadline)
            if let api = configuration.api { settings.serve(api) }
            events = EventManager(
                journal: journal, collectors: collectors, sinks: sinks, clock: plugins.clock, log: log,
                settings: settings)
            let context = APIContext(
                events: events, version: VersionCommand.version, configuration: { applied.shown }, clock: plugins.clock,
                log: log, makeSink: { try plugins.sink(try applied.sink($0)) },
                reload: { [reloader] in await reloader.withLock(\.self)?() ?? ReloadOutcome(problems: ["starting"]) })
            let inherited = InheritedSocket.ofThisProcess
            face = try AgentFace(configuration.api, events: events) {
                try APIServer($0, context, inherited: inherited)
            }
            Self.warn(of: inherited, configuration.api, log)
        } catch {
            try? await journal.close()
            throw error
        }
        reloading = Reloading(file, applied, events: events, plugins: plugins, face: face, log: log)
        self.log = log
        let notifier = ServiceNotifier()
        reloader.withLock { [reloading] in
            $0 = {
                notifier.notify(ServiceNotifier.reloading)
                // A stop waits for it, and who asked may go: a plugin is replaced or not.
                let outcome = await Task { await reloading.reload() }.value
                notifier.notify("READY=1")
                return outcome
            }
        }
    }

    func run() async throws {
        let notifier = ServiceNotifier()
        let hangups = await UnixSignalsSequence(trapping: .sighup)
        do {
            try await face.open()
            try await events.start()
        } catch {
            await events.stop()
            throw error
        }
        // Not waited for: a pulse that is stuck must not hold up the stop.
        let feeding = Task { [events] in
            await Watchdog.own?.feed(notifier, clock: .system) { await events.pulse() }
        }
        await face.serve()
        notifier.notify("READY=1")
        log.notice("ready")
        await withTaskGroup { group in
            group.addTask { await settle() }
            group.addTask { await reload(at: hangups) }
            try? await gracefulShutdown()
            group.cancelAll()
        }
        notifier.notify("STOPPING=1")
        feeding.cancel()
        // Streams are told the end: the API goes on until the events have stopped.
        await events.stop()
        await face.close()
        log.notice("stopped")
    }

    /// Whoever connects to a socket that nobody listens on waits for ever.
    private static func warn(of inherited: [InheritedSocket], _ api: APIConfiguration?, _ log: Logger) {
        for socket in inherited {
            let isTaken =
                api?.socket.map { socket.isAt(path: $0) } ?? false
                || api?.listen.map { socket.isAt(host: $0.host, port: $0.port) } ?? false
            if isTaken { continue }
            log.warning(
                "systemd listens at a place the api does not name: nobody answers there",
                metadata: [
                    "at": "\(socket.place)", "remedy": "set api.socket or api.listen to it, or disable the socket unit",
                ])
        }
    }

    /// One reload for each signal; those that come during one are one more.
    private func reload(at hangups: UnixSignalsSequence) async {
        for await _ in hangups { _ = await reloader.withLock(\.self)?() }
    }

    /// Lets go of the pages that only start-up needed: at once, before a storm comes on top of it, and again when the
    /// first connections stand.
    private func settle() async {
        ProgramPages.releaseUnused()
        guard (try? await AgentClock.system.sleep(Self.settlingTime)) != nil else { return }
        ProgramPages.releaseUnused()
    }

    /// Enough for a first TLS connection and login.
    private static let settlingTime = Duration.seconds(5)
}

extension PipelineSettings {
    /// What the API needs of the pipeline.
    fileprivate mutating func serve(_ api: APIConfiguration) {
        streams = api.limits.ofStreams
        measuresLatency = true
    }
}
