public import AgentCore
public import EventModel
public import Logging

/// The only owner of the pipeline's state: which runners there are, how far the journal's head is, and the phase of its
/// life.
///
/// It owns the journal it is given, too: `stop` closes it. Entries never pass through this actor; it starts, stops and
/// counts.
public actor EventManager {
    let sinks: [NamedSink]
    let settings: PipelineSettings
    let context: PipelineContext
    let subscribers: SubscriberHub
    let streams: StreamHub
    var phase = PipelineStatus.Phase.idle
    /// One for each registered collector; before `start` they know no checkpoint and are made anew by it.
    var collectorRunners: [CollectorRunner]
    /// Removed, though something of them still ran when they were given up.
    var leftBehind: [CollectorRunner] = []
    /// Collectors a command is changing.
    var changing: Set<String> = []
    /// Sinks a command is changing.
    var changingSinks: Set<String> = []
    var sinkRunners: [SinkRunner] = []
    var producers: [Producer] = []
    var trimming: Task<Void, Never>?
    /// When `start` was called; the beginning of time before.
    public internal(set) var startedAt = Timestamp(nanoseconds: 0)
    /// As the settings have it, until another policy is set.
    var retentionAge: Duration?
    /// Passes 0 when `start` has returned.
    let started = Watermark()
    /// Passes 0 when `stop` has returned.
    let stopped = Watermark()

    /// Names the history that sequences count in.
    public nonisolated var journalInstance: String { context.journal.instance }

    /// Takes an open journal; nothing runs before `start()`.
    public init(
        journal: any Journal, collectors: [NamedCollector], sinks: [NamedSink], clock: AgentClock = .system,
        random: RandomSource = .system, log: Logger, settings: PipelineSettings = PipelineSettings(),
        publishRule: @escaping PublishRule = { .accepted($0) }
    ) {
        (self.sinks, self.settings) = (sinks, settings)
        retentionAge = settings.retentionAge
        let source = settings.announcesItself ? "guestwatch://\(settings.host ?? journal.instance)" : nil
        let recent = RecentEntries(limits: settings.recent)
        context = PipelineContext(
            journal: journal, clock: clock, random: random, log: log, recent: recent, source: source,
            publishRule: publishRule)
        context.latency.set(settings.measuresLatency)
        let entries = EntrySource(recent: recent, journal: journal, clock: clock, random: random)
        subscribers = SubscriberHub(source: entries, clock: clock, limits: settings.subscribers, log: log)
        streams = StreamHub(source: entries, journal: journal, clock: clock, limits: settings.streams)
        collectorRunners = collectors.map { [context] in CollectorRunner($0, checkpoint: nil, context: context) }
    }

    /// Attaches the sinks, starts them, then the collectors; when it returns the pipeline is ready. To be called once.
    /// Throws what the journal says when it cannot be read; then nothing runs, and `stop` only closes the journal.
    public func start() async throws(JournalError) {
        guard phase == .idle else { return }
        phase = .starting
        startedAt = context.clock.now()
        defer { started.advance(to: 1) }
        try await recall()
        for runner in sinkRunners { runner.start() }
        await context.announce(.started)
        for runner in collectorRunners { runner.start() }
        startTrimming()
        phase = .running
        context.log.notice(
            "started", metadata: ["collectors": "\(collectorRunners.count)", "sinks": "\(sinks.count)"])
    }

    /// Makes the runners, each with the position the journal has of it.
    private func recall() async throws(JournalError) {
        let journal = context.journal
        try await journal.attach(sinks: sinks.map(\.name))
        try await openReaders()
        // Sinks that keep up read what was just committed; the journal need not give it back.
        if !sinks.isEmpty { _ = context.recent.join() }
        var sinkRunners: [SinkRunner] = []
        for sink in sinks {
            let cursor = try await journal.cursor(of: sink.name) ?? 0
            sinkRunners.append(SinkRunner(sink, cursor: cursor, context: context))
        }
        var collectorRunners: [CollectorRunner] = []
        for collector in self.collectorRunners.map(\.named) {
            let checkpoint = try await journal.checkpoint(of: collector.name)
            collectorRunners.append(CollectorRunner(collector, checkpoint: checkpoint, context: context))
        }
        (self.sinkRunners, self.collectorRunners) = (sinkRunners, collectorRunners)
    }

    /// Returns when every collector has ended and every sink has all that was committed, or has ended; early when the
    /// task is cancelled. A suspended sink is waited for like any other. This is how commands end that read a finite
    /// source; whether all went well is in `status()`.
    public func finished() async {
        await started.wait(past: 0)
        for runner in collectorRunners where runner.hasBegun { await runner.task.ended.wait(past: 0) }
        var head: UInt64
        repeat {
            head = context.head.value
            for runner in sinkRunners where head > 0 { await runner.reached.wait(past: head - 1) }
            // A sink that recovers or finds a gap says so in an event, which is to be delivered like any other.
        } while context.head.value > head && !Task.isCancelled
    }

    /// All counters and states.
    public func status() async -> PipelineStatus {
        let journal = phase == .stopped ? nil : try? await context.journal.state()
        return PipelineStatus(
            phase: phase, collectors: collectorRunners.map { $0.status() }, sinks: sinkRunners.map { $0.status() },
            journal: journal, unannounced: Int(clamping: context.unannounced.value))
    }
}
