import AgentCore
import Platform

/// Performs what a `SinkProgress` decides: waits for entries, reads, delivers, acknowledges, and says what is worth
/// saying.
///
/// All of it happens in the sink's own task, so that a slow destination holds up nobody. State: `progress`, behind a
/// lock held for moments, which `status` reads from any task.
final class SinkRunner: Sendable {
    let named: NamedSink
    let task = PluginTask()
    /// The cursor, for those who wait for it; the greatest number once the sink has ended.
    let reached: Watermark
    let reporter: Reporter
    private let context: PipelineContext
    private let progress: Locked<SinkProgress>

    /// Goes on from the cursor the journal has.
    init(_ named: NamedSink, cursor: UInt64, context: PipelineContext) {
        (self.named, self.context) = (named, context)
        reporter = Reporter(role: .sink, name: named.name, context: context)
        reached = Watermark(cursor)
        progress = Locked(SinkProgress(cursor: cursor, filter: named.filter))
    }

    /// Starts the loop; returns at once.
    func start() {
        task.start(loop: { await self.run() }, stop: { [named] in await named.sink.stop() })
    }

    /// Lets it deliver everything up to `head`, and end.
    func drain(to head: UInt64) {
        let isDone = progress.withLock { $0.drain(to: head) }
        if isDone { task.cancelLoop() }
    }

    /// Cancels the delivery under way; what was delivered is acknowledged.
    func cancel() {
        progress.withLock { $0.abandon() }
        task.cancelLoop()
    }

    /// The sink at a glance.
    func status() -> SinkStatus {
        let now = progress.withLock(\.self)
        let head = context.head.value
        return SinkStatus(
            name: named.name, kind: named.kind, state: now.state, cursor: now.cursor,
            lag: head > now.cursor ? head - now.cursor : 0, delivered: now.delivered, filtered: now.filtered,
            dropped: now.dropped, deadLetters: now.deadLetters, lastError: now.outage.lastError,
            attempts: now.outage.attempts)
    }

    @concurrent private func run() async {
        let (clock, head) = (context.clock, context.head)
        while true {
            switch progress.withLock({ $0.next(head: head.value, at: clock.now()) }) {
            case .wait(let cursor, let limit):
                await wait(past: cursor, atMost: limit)
            case .read(let cursor):
                await read(after: cursor)
            case .deliver(let entries):
                await deliver(entries)
            case .acknowledge(let through, let refused):
                await acknowledge(through: through, refused: refused)
            case .rest(let delay):
                try? await clock.sleep(delay)
            case .end:
                if let report = progress.withLock({ $0.lastWords() }) { reporter.write(report) }
                return reached.advance(to: .max)
            }
        }
    }

    private func wait(past cursor: UInt64, atMost limit: Duration?) async {
        let (clock, head) = (context.clock, context.head)
        guard let limit else { return await head.wait(past: cursor) }
        await withTaskGroup { group in
            group.addTask { await head.wait(past: cursor) }
            group.addTask { try? await clock.sleep(limit) }
            await group.next()
            group.cancelAll()
        }
        await reporter.tell(progress.withLock { $0.woken(at: clock.now()) })
    }

    private func read(after cursor: UInt64) async {
        let (clock, random) = (context.clock, context.random)
        do throws(JournalError) {
            let page = try await context.journal.read(after: cursor, limit: named.batch)
            await reporter.tell(progress.withLock { $0.received(page, at: clock.now(), random: random) })
        } catch {
            await reporter.tell(progress.withLock { $0.journalFailed(error, at: clock.now(), random: random) })
        }
    }

    private func deliver(_ entries: [Entry]) async {
        let (clock, random) = (context.clock, context.random)
        do throws(DeliveryError) {
            try await named.sink.deliver(entries)
            progress.withLock { $0.deliverySucceeded() }
        } catch {
            await reporter.tell(progress.withLock { $0.deliveryFailed(error, at: clock.now(), random: random) })
        }
    }

    private func acknowledge(through sequence: UInt64, refused: [DeadLetter]) async {
        let (clock, random) = (context.clock, context.random)
        do throws(JournalError) {
            try await context.journal.acknowledge(through: sequence, refused: refused, by: named.name)
            let reports = progress.withLock { $0.acknowledged(at: clock.now()) }
            context.room.advance()
            reached.advance(to: sequence)
            for report in reports { await reporter.tell(report) }
        } catch {
            await reporter.tell(progress.withLock { $0.journalFailed(error, at: clock.now(), random: random) })
        }
    }
}
