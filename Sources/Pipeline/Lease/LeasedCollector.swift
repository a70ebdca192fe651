public import AgentCore
import EventModel

/// A collector that only reads while its agent is the active one of several: around any collector.
///
/// Who stands by polls nothing; a poll then returns empty after `patience`. Who becomes active goes on from the shared
/// checkpoint, or from its own where none was shared yet. A poll's checkpoint is shared when the next poll says that it
/// was committed. A lease that is lost ends the poll under way, and what that poll brought is not published. What was
/// committed and not yet shared comes again at the other agent, under the same source and id.
public actor LeasedCollector<Inner: Collector>: Collector {
    public typealias Configuration = Inner.Configuration
    public static var kind: String { Inner.kind }
    /// The longest a poll waits to become active.
    private static var patience: Duration { .seconds(5) }

    private let inner: Inner
    private let store: any LeaseStore
    private let context: CollectorContext
    private let now: @Sendable () -> Duration
    private var progress: LeaseProgress
    /// Where the collector goes on, while it is active.
    private var position: Checkpoint?
    private var isActive = false
    /// Given to the journal, and not yet known to be committed.
    private var pending: Checkpoint?

    /// `holder` names this life of this agent: no other may have the same. `now`: the time by a clock that only goes
    /// on.
    public init(
        _ inner: Inner, store: any LeaseStore, holder: String, timeToLive: Duration, in context: CollectorContext,
        now: @escaping @Sendable () -> Duration = LeasedCollector.monotonic
    ) {
        (self.inner, self.store, self.context, self.now) = (inner, store, context, now)
        progress = LeaseProgress(holder: holder, timeToLive: timeToLive)
    }

    /// There is no leased collector without a store.
    public init(_ configuration: Inner.Configuration, in context: CollectorContext) throws {
        throw CollectorError.refused("a collector with a lease is made around another collector")
    }

    /// The machine's clock that only goes on, also while the machine sleeps.
    public static var monotonic: @Sendable () -> Duration {
        let start = ContinuousClock().now
        return { ContinuousClock().now - start }
    }

    public func poll(after checkpoint: Checkpoint?) async throws -> Batch {
        if let pending, pending == checkpoint { position = pending }
        pending = nil
        guard try await becomesActive(instead: checkpoint) else { return Batch(events: [], checkpoint: nil) }
        let batch = try await pollWhileActive()
        guard let batch, progress.isActive(at: now()) else {
            await loseActivity()
            return Batch(events: [], checkpoint: nil)
        }
        pending = batch.checkpoint
        return batch
    }

    public func stop() async {
        if let pending { position = pending }
        if case .write(let record, let revision)? = progress.release(checkpoint: nil) {
            _ = try? await store.write(record.encoded, replacing: revision)
        }
        await inner.stop()
        (isActive, pending) = (false, nil)
        await store.close()
    }

    public func probe() async throws -> String {
        let value = try await store.read()
        let holder = value.flatMap { LeaseRecord($0.bytes)?.holder } ?? ""
        await store.close()
        return try await inner.probe() + (holder.isEmpty ? "; nobody is active" : "; active is \(holder)")
    }

    /// Waits until this agent is active, `patience` at the most; shares what was committed.
    private func becomesActive(instead own: Checkpoint?) async throws -> Bool {
        let end = now() + Self.patience
        while true {
            let time = now()
            let action = progress.next(at: time, checkpoint: isActive ? position : nil)
            if progress.isActive(at: time), case .rest = action { break }
            if isActive, !progress.isActive(at: time) { await loseActivity() }
            if case .rest(let duration) = action {
                if time >= end { return false }
                try await context.clock.sleep(min(duration, end - time))
            } else {
                try await perform(action)
                if !isActive, progress.isActive(at: now()) { break }
                if !progress.isActive(at: now()), now() >= end { return false }
            }
        }
        if !isActive {
            isActive = true
            position = progress.checkpoint ?? own
        }
        return true
    }

    /// The batch; nil when the lease was lost meanwhile.
    private func pollWhileActive() async throws -> Batch? {
        let (inner, position) = (inner, position)
        return try await withThrowingTaskGroup(of: Batch?.self) { group in
            group.addTask { try await inner.poll(after: position) }
            group.addTask {
                try await self.keep()
                return nil
            }
            defer { group.cancelAll() }
            let first = try await group.next() ?? nil
            if first == nil {
                group.cancelAll()
                _ = try? await group.next()
            }
            return first
        }
    }

    /// Renews the lease as long as it lasts; returns when it is lost.
    private func keep() async throws {
        while progress.isActive(at: now()) {
            let time = now()
            switch progress.next(at: time, checkpoint: position) {
            case .rest(let duration): try await context.clock.sleep(min(duration, progress.activeTime(at: time)))
            case let action:
                do {
                    try await perform(action)
                } catch is CancellationError {
                    throw CancellationError()
                } catch {
                    // Tried again until the lease is over.
                    try await context.clock.sleep(min(.milliseconds(200), progress.activeTime(at: now())))
                }
            }
        }
    }

    private func perform(_ action: LeaseProgress.Action) async throws {
        do {
            if progress.isUncertain {
                let value = try await store.read()
                _ = progress.foundAgain(value, at: now())
                return
            }
            switch action {
            case .read: progress.found(try await store.read(), at: now())
            case .write(let record, let revision):
                progress.wrote(try await store.write(record.encoded, replacing: revision), at: now())
            case .rest: break
            }
        } catch {
            progress.failed(at: now())
            throw error
        }
    }

    private func loseActivity() async {
        guard isActive else { return }
        (isActive, position, pending) = (false, nil, nil)
        await inner.stop()
    }
}

// The objects of this agent's own collector, active or not. Nothing tells the others of a change: it is made at each.
extension LeasedCollector: MonitorsObjects where Inner: MonitorsObjects {
    public var objects: [String]? {
        get async { await inner.objects }
    }

    public func add(object: String) async throws(MonitoringError) -> Bool {
        try await inner.add(object: object)
    }

    public func remove(object: String) async throws(MonitoringError) -> Bool {
        try await inner.remove(object: object)
    }
}
