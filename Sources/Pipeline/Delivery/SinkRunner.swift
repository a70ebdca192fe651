import AgentCore
import EventModel
import Platform

/// Performs what a `SinkProgress` decides: waits for entries, reads, delivers, acknowledges, and says what is worth
/// saying.
///
/// All of it happens in the sink's own tasks, one for each worker, so that a slow destination holds up nobody. State:
/// `progress`, behind a lock held for moments, which `status` reads from any task.
final class SinkRunner: Sendable {
    let named: NamedSink
    let task = PluginTask()
    /// The cursor, for those who wait for it.
    let acknowledged: Watermark
    /// The same, but the greatest number once the sink has ended.
    let reached: Watermark
    let reporter: Reporter
    let context: PipelineContext
    let progress: Locked<SinkProgress>
    private let latency = Locked(DeliveryLatency())
    private let acknowledgements: Locked<AcknowledgementLog>
    /// Those who wait for dead letters to be delivered again.
    let redeliveries = Locked(RedeliveryDesk())
    /// Counts what workers that wait want to know of beside the head: commands, and each other's progress.
    let bell = Watermark()

    /// Goes on from the cursor the journal has.
    ///
    /// - Parameter acknowledged: of the sink in whose place it is, for those who wait for it.
    init(_ named: NamedSink, cursor: UInt64, acknowledged: Watermark? = nil, context: PipelineContext) {
        (self.named, self.context) = (named, context)
        reporter = Reporter(role: .sink, name: named.name, context: context)
        self.acknowledged = acknowledged ?? Watermark(cursor)
        reached = Watermark(cursor)
        acknowledgements = Locked(AcknowledgementLog(after: cursor))
        progress = Locked(
            SinkProgress(cursor: cursor, filter: named.filter, batch: named.batch, policy: named.policy))
    }

    /// Starts the workers; returns at once.
    func start() {
        task.start(loop: { await self.run() }, stop: { [named] in await named.sink.stop() })
    }

    /// Lets it deliver everything up to `head`, and end.
    func drain(to head: UInt64) {
        progress.withLock { $0.drain(to: head) }
        bell.advance()
    }

    /// Holds it, or lets it go on.
    func suspend(_ isSuspended: Bool) {
        progress.withLock { $0.suspend(isSuspended) }
        bell.advance()
    }

    /// Lets it finish what is under delivery, acknowledge it, and end.
    func finish() {
        progress.withLock { $0.abandon() }
        bell.advance()
    }

    /// Cancels the deliveries under way; what was delivered is acknowledged.
    func cancel() {
        progress.withLock { $0.abandon() }
        task.cancelLoop()
    }

    /// The sink at a glance.
    func status() -> SinkStatus {
        let now = progress.withLock(\.self)
        let (head, counters) = (context.head.value, now.counters)
        let (committed, waiting) = now.balance(head: head)
        return SinkStatus(
            name: named.name, kind: named.kind, state: now.state, cursor: now.cursor,
            lag: head > now.cursor ? head - now.cursor : 0, committed: committed, waiting: waiting,
            filter: named.filter, latency: latency.withLock(\.self), delivered: counters.delivered,
            filtered: counters.filtered, expired: counters.expired, dropped: counters.dropped,
            discarded: counters.discarded, deadLetters: counters.deadLetters, lastError: now.outage.lastError,
            attempts: now.outage.attempts)
    }

    /// When it acknowledged an entry, as far as that is remembered.
    func acknowledgedAt(_ sequence: UInt64) -> Timestamp? {
        acknowledgements.withLock { $0.time(of: sequence) }
    }

    @concurrent private func run() async {
        if named.policy.workers > 1 {
            await withTaskGroup { group in
                for worker in 0..<named.policy.workers { group.addTask { await self.work(worker) } }
            }
        } else {
            await work(0)
        }
        for report in progress.withLock({ $0.lastWords() }) { reporter.write(report) }
        endRedeliveries()
        reached.advance(to: .max)
    }

    private func work(_ worker: Int) async {
        let (clock, head) = (context.clock, context.head)
        while true {
            // Read before the decision: what is rung after it ends the wait.
            let rung = bell.value
            switch progress.withLock({ $0.next(worker: worker, head: head.value, at: clock.now()) }) {
            case .wait(let mark, let limit):
                await wait(worker, past: mark, atMost: limit, rung: rung)
            case .rest(let delay):
                await pause(past: nil, atMost: delay, rung: rung)
            case .read(let cursor, let limit):
                await read(after: cursor, limit: limit, worker)
            case .deliver(let entries):
                await deliver(entries, worker)
            case .acknowledge(let through, let refused):
                await acknowledge(through: through, refused: refused, worker)
            case .redeliver(let redelivery):
                await redeliver(redelivery)
            case .end:
                return tellOthers()
            }
        }
    }

    private func wait(_ worker: Int, past mark: UInt64?, atMost limit: Duration?, rung: UInt64) async {
        let clock = context.clock
        await pause(past: mark, atMost: limit, rung: rung)
        for report in progress.withLock({ $0.woken(worker: worker, at: clock.now()) }) { await reporter.tell(report) }
        // Who waited for the head may now deliver: another one is to wait for it.
        if mark != nil { tellOthers() }
    }

    /// Until the bell rings again, the head passes the mark, or the time is over.
    private func pause(past mark: UInt64?, atMost limit: Duration?, rung: UInt64) async {
        let (clock, head, bell) = (context.clock, context.head, bell)
        await withTaskGroup { group in
            group.addTask { await bell.wait(past: rung) }
            if let mark { group.addTask { await head.wait(past: mark) } }
            if let limit { group.addTask { try? await clock.sleep(limit) } }
            await group.next()
            group.cancelAll()
        }
    }

    private func tellOthers() {
        if named.policy.workers > 1 { bell.advance() }
    }

    private func read(after cursor: UInt64, limit: ReadLimit, _ worker: Int) async {
        let (clock, random) = (context.clock, context.random)
        do throws(JournalError) {
            let recent = context.recent.page(after: cursor, limit: limit)
            let page = if let recent { recent } else { try await context.journal.read(after: cursor, limit: limit) }
            let report = progress.withLock { $0.received(page, at: clock.now(), random: random) }
            tellOthers()
            await reporter.tell(report)
        } catch {
            await journalFailed(error, worker)
        }
    }

    /// Delivers a batch; meanwhile the next one is read and made ready, where there is one.
    private func deliver(_ entries: [Entry], _ worker: Int) async {
        let head = context.head
        guard let ahead = progress.withLock({ $0.readAhead(worker: worker, head: head.value) }) else {
            return await attempt(entries, worker)
        }
        async let reading: Void = {
            await read(after: ahead.after, limit: ahead.limit, worker)
            if let next = progress.withLock({ $0.nextBatch }) { await named.sink.prepare(next) }
        }()
        await attempt(entries, worker)
        await reading
    }

    private func attempt(_ entries: [Entry], _ worker: Int) async {
        let (clock, random) = (context.clock, context.random)
        do throws(DeliveryError) {
            try await named.sink.deliver(entries)
            if context.latency.isOn { measure(entries, at: clock.now()) }
            progress.withLock { $0.deliverySucceeded(worker: worker) }
            tellOthers()
        } catch {
            let reports = progress.withLock {
                $0.deliveryFailed(error, worker: worker, at: clock.now(), random: random)
            }
            tellOthers()
            for report in reports { await reporter.tell(report) }
        }
    }

    private func measure(_ entries: [Entry], at now: Timestamp) {
        var (batch, reader) = (DeliveryLatency(), TimestampReader())
        let entries = entries.span
        for place in entries.indices {
            guard let time = entries[place].time(by: &reader) else { continue }
            let (passed, isTooLong) = now.nanoseconds.subtractingReportingOverflow(time.nanoseconds)
            batch.observe(nanoseconds: isTooLong ? .max : passed)
        }
        let measured = batch
        latency.withLock { $0.add(measured) }
    }

    private func acknowledge(through sequence: UInt64, refused: [DeadLetter], _ worker: Int) async {
        let clock = context.clock
        do throws(JournalError) {
            try await context.journal.acknowledge(through: sequence, refused: refused, by: named.name)
            let reports = progress.withLock { $0.acknowledged(at: clock.now()) }
            if context.latency.isOn { acknowledgements.withLock { $0.note(through: sequence, at: clock.now()) } }
            tellOthers()
            context.room.advance()
            acknowledged.advance(to: sequence)
            reached.advance(to: sequence)
            for report in reports { await reporter.tell(report) }
        } catch {
            await journalFailed(error, worker)
        }
    }

    private func journalFailed(_ error: JournalError, _ worker: Int) async {
        let (clock, random) = (context.clock, context.random)
        let report = progress.withLock {
            $0.journalFailed(error, of: worker, at: clock.now(), random: random)
        }
        tellOthers()
        await reporter.tell(report)
    }
}
