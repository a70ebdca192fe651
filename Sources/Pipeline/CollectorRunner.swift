import AgentCore
import Platform

/// Performs what a `CollectorProgress` decides: polls, encodes, commits, waits, and says what is worth saying.
///
/// All of it happens in the collector's own task, so that nothing a collector does holds up anything else. State:
/// `progress`, behind a lock held for moments, which `status` reads from any task.
final class CollectorRunner: Sendable {
    let named: NamedCollector
    let task = PluginTask()
    let reporter: Reporter
    private let context: PipelineContext
    private let progress: Locked<CollectorProgress>
    private let sources = Locked<[String]>([])
    /// Passes 0 when it was started.
    private let begun = Watermark()
    /// Counts how often it was resumed: what its loop waits for while it is suspended.
    private let resumed = Watermark()

    /// Goes on from the checkpoint the journal has.
    init(_ named: NamedCollector, checkpoint: Checkpoint?, context: PipelineContext) {
        (self.named, self.context) = (named, context)
        reporter = Reporter(role: .collector, name: named.name, context: context)
        progress = Locked(CollectorProgress(checkpoint: checkpoint))
    }

    /// Whether its loop was started, ended or not.
    var hasBegun: Bool { begun.value > 0 }

    /// Whether its loop runs: it was started, and has neither ended nor been left behind.
    var isStarted: Bool { hasBegun && task.ended.value == 0 }

    /// Its failed attempts in a row.
    var outage: Outage { progress.withLock(\.outage) }

    /// Starts the loop; returns at once.
    func start() {
        begun.advance()
        task.start(loop: { await self.run() }, stop: { [named] in await named.collector.stop() })
    }

    /// Lets the poll under way finish and its batch be committed; ends a wait.
    func finish() {
        let isWaiting = progress.withLock { $0.finish() }
        if isWaiting { task.cancelLoop() }
    }

    /// Polls no more until `resume`. False when it was suspended already.
    func suspend() -> Bool {
        progress.withLock { $0.suspend() }
    }

    /// Goes on. False when it was not suspended.
    func resume() -> Bool {
        let wasSuspended = progress.withLock { $0.resume() }
        resumed.advance()
        return wasSuspended
    }

    /// Cancels the poll under way; a batch it still brings is committed.
    func cancel() {
        task.cancelLoop()
    }

    /// Nobody waits for the loop any more, and nothing it still brings is committed.
    func giveUpLoop() {
        progress.withLock { $0.abandon() }
        task.giveUpLoop()
    }

    /// The collector at a glance.
    func status() -> CollectorStatus {
        let now = progress.withLock(\.self)
        return CollectorStatus(
            name: named.name, kind: named.kind, state: now.state, lastError: now.outage.lastError,
            attempts: now.outage.attempts, polls: now.polls, events: now.events, repeated: now.repeated,
            filtered: now.filtered, lastCommit: now.lastCommit, sources: sources.withLock(\.self))
    }

    @concurrent private func run() async {
        // Read before the commit that may find the journal full: room made since then is not missed.
        var room = context.room.value
        var limits = named.limits
        while true {
            let resumptions = resumed.value
            switch progress.withLock({ $0.next() }) {
            case .poll(let checkpoint):
                await poll(after: checkpoint, through: &limits)
            case .commit(let batch):
                room = context.room.value
                async let ahead: Void = readAhead(behind: batch)
                await commit(batch)
                await ahead
            case .rest(let delay):
                try? await context.clock.sleep(delay)
            case .hold:
                await context.room.wait(past: room)
            case .pause:
                await resumed.wait(past: resumptions)
            case .end:
                return
            }
        }
    }

    private func poll(after checkpoint: Checkpoint?, through limits: inout PublishLimits) async {
        let (clock, random) = (context.clock, context.random)
        do {
            var polled = try await named.collector.poll(after: checkpoint)
            let count = polled.events.count
            if !limits.isUnlimited { polled.events = limits.admit(polled.events) }
            let (batch, filtered) = (EncodedBatch(polled), count - polled.events.count)
            await reporter.tell(progress.withLock { $0.polled(batch, filtered: filtered, at: clock.now()) })
        } catch {
            await reporter.tell(progress.withLock { $0.pollFailed(error, at: clock.now(), random: random) })
        }
    }

    /// Lets the collector read on while a batch is committed, and the journal prepare for what that brings.
    private func readAhead(behind batch: EncodedBatch) async {
        guard batch.hasMore, let collector = named.collector as? any ReadsAhead else { return }
        let events = await collector.readAhead()
        if !events.isEmpty { context.journal.expect(events) }
    }

    /// Nearly always all events of a batch are of the one source there is.
    private func note(_ events: [EncodedEvent]) {
        sources.withLock { sources in
            for event in events where sources.last != event.source {
                guard sources.count < CollectorStatus.sourceLimit else { return }
                if !sources.contains(event.source) { sources.append(event.source) }
            }
        }
    }

    private func commit(_ batch: EncodedBatch) async {
        let (clock, random) = (context.clock, context.random)
        do throws(JournalError) {
            note(batch.events)
            let commit = try await context.commit(batch.events, checkpoint: batch.checkpoint, of: named.name)
            for report in progress.withLock({ $0.committed(commit, at: clock.now()) }) { await reporter.tell(report) }
        } catch {
            await reporter.tell(progress.withLock { $0.commitFailed(error, at: clock.now(), random: random) })
        }
    }
}
