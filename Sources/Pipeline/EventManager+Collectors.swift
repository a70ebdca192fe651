public import AgentCore
import EventModel

/// Collectors at run time. Each command changes one collector and is announced as events; while one is under way
/// another about the same collector is refused.
///
/// A checkpoint stays in the journal under its collector's name: whoever is registered under it goes on from there. A
/// collector that is stopped in the middle of a poll has its batch committed or, where the poll had to be cancelled,
/// reads the same again when it is started: nothing is lost.
extension EventManager {
    /// Adds a collector, and starts it if the event manager runs; otherwise it starts with it.
    public func register(_ collector: NamedCollector) async throws(CollectorCommandError) {
        try await command("register", collector.name) { () async throws(CollectorCommandError) in
            guard !collectorRunners.contains(where: { $0.named.name == collector.name }) else {
                throw .nameTaken(collector.name)
            }
            try refuseTwice(collector)
            let runner = try await newRunner(collector)
            collectorRunners.append(runner)
            if phase == .running { runner.start() }
        }
    }

    /// Stops a collector and removes it.
    public func unregister(_ name: String) async throws(CollectorCommandError) {
        try await command("unregister", name) { () async throws(CollectorCommandError) in
            let runner = try self.runner(name)
            await halt(runner)
            drop(runner)
        }
    }

    /// Stops the collector of that name and puts another in its place, which goes on from its checkpoint; started if
    /// the old one was.
    public func replace(_ collector: NamedCollector) async throws(CollectorCommandError) {
        try await command("replace", collector.name) { () async throws(CollectorCommandError) in
            let old = try runner(collector.name)
            try refuseTwice(collector)
            let wasStarted = old.isStarted
            await halt(old)
            drop(old)
            let new = try await newRunner(collector)
            collectorRunners.append(new)
            if phase == .running, wasStarted { new.start() }
        }
    }

    /// Lets a collector finish its poll, commits what it brought, and lets it give back what it holds. It stays
    /// registered. What does not end within `stopDeadline` is cancelled and left. Stopping what is stopped is no error.
    public func stopCollector(_ name: String) async throws(CollectorCommandError) {
        try await command("stop", name) { () async throws(CollectorCommandError) in
            await halt(try runner(name))
        }
    }

    /// Starts a collector that was stopped, has ended or has failed: it goes on from its checkpoint, as after a start
    /// of the agent.
    public func startCollector(_ name: String) async throws(CollectorCommandError) {
        try await command("start", name) { () async throws(CollectorCommandError) in
            let old = try runner(name)
            guard !old.isStarted else { throw .alreadyStarted(name) }
            guard !old.hasBegun || old.task.isOver else { throw .stillStopping(name) }
            if let monitor = old.named.collector as? any MonitorsObjects, await monitor.objects?.isEmpty == true {
                throw .nothingToMonitor(name)
            }
            let new = try await newRunner(old.named)
            guard let place = collectorRunners.firstIndex(where: { $0 === old }) else { throw .unknown(name) }
            collectorRunners[place] = new
            if phase == .running { new.start() }
        }
    }

    /// Holds a collector: what it has polled is committed, a poll under way ends as it would, and then it polls no more
    /// until it is resumed. Its session stays. False when it was suspended already.
    @discardableResult
    public func suspendCollector(_ name: String) async throws(CollectorCommandError) -> Bool {
        try await command("suspend", name) { () async throws(CollectorCommandError) in try runner(name).suspend() }
    }

    /// Lets a suspended collector go on where it was. False when it was not suspended.
    @discardableResult
    public func resumeCollector(_ name: String) async throws(CollectorCommandError) -> Bool {
        try await command("resume", name) { () async throws(CollectorCommandError) in try runner(name).resume() }
    }

    /// The CloudEvents sources of all that a collector ever committed to this journal. Nil for a name that is neither
    /// registered nor known to the journal; empty for a collector that brought nothing yet.
    public nonisolated func sources(of collector: String) async throws(JournalError) -> Set<String>? {
        let sources = try await context.journal.sources(of: collector)
        if !sources.isEmpty { return sources }
        return await registeredCollectors.contains { $0.name == collector } ? [] : nil
    }

    /// All collectors that are registered, at a glance, in the order they were.
    public var registeredCollectors: [CollectorStatus] {
        collectorRunners.map { $0.status() }
    }
}

// MARK: - Objects

extension EventManager {
    /// The objects a collector monitors; nil: everything its source has.
    public func objects(of name: String) async throws(CollectorCommandError) -> [String]? {
        await (try monitor(name)).objects
    }

    /// Lets a collector monitor one object more; see `MonitorsObjects`.
    @discardableResult
    public func add(object: String, to name: String) async throws(CollectorCommandError) -> Bool {
        try await command("add-object", name, [.init("object", .string(object))]) {
            () async throws(CollectorCommandError) in
            let monitor = try self.monitor(name)
            do throws(MonitoringError) { return try await monitor.add(object: object) } catch { throw .object(error) }
        }
    }

    /// Lets a collector monitor one object less; see `MonitorsObjects`.
    @discardableResult
    public func remove(object: String, from name: String) async throws(CollectorCommandError) -> Bool {
        try await command("remove-object", name, [.init("object", .string(object))]) {
            () async throws(CollectorCommandError) in
            let monitor = try self.monitor(name)
            do throws(MonitoringError) { return try await monitor.remove(object: object) } catch {
                throw .object(error)
            }
        }
    }

    private func monitor(_ name: String) throws(CollectorCommandError) -> any MonitorsObjects {
        let named = try runner(name).named
        guard let monitor = named.collector as? any MonitorsObjects else {
            throw .monitorsNoObjects(name, kind: named.kind)
        }
        return monitor
    }
}

// MARK: - What the commands share

extension EventManager {
    /// Announces and performs a command about one collector, which nobody else changes meanwhile.
    private func command<Result>(
        _ command: String, _ name: String, _ options: [JSONValue.Member] = [],
        _ body: () async throws(CollectorCommandError) -> Result
    ) async throws(CollectorCommandError) -> Result {
        if phase == .starting { await started.wait(past: 0) }
        // Before the start the manager is being made: nobody commands it yet, and the journal is untouched.
        if phase == .idle { return try await alone(name, body) }
        return try await context.announceCommand(
            "\(command)-collector", [.init("collector", .string(name))] + options
        ) { () async throws(CollectorCommandError) in try await alone(name, body) }
    }

    private func alone<Result>(
        _ name: String, _ body: () async throws(CollectorCommandError) -> Result
    ) async throws(CollectorCommandError) -> Result {
        guard phase == .idle || phase == .running else { throw .stopping }
        guard changing.insert(name).inserted else { throw .busy(name) }
        defer { changing.remove(name) }
        return try await body()
    }

    private func runner(_ name: String) throws(CollectorCommandError) -> CollectorRunner {
        guard let runner = collectorRunners.first(where: { $0.named.name == name }) else { throw .unknown(name) }
        return runner
    }

    private func newRunner(_ collector: NamedCollector) async throws(CollectorCommandError) -> CollectorRunner {
        do throws(JournalError) {
            let checkpoint = try await context.journal.checkpoint(of: collector.name)
            guard phase == .idle || phase == .running else { throw JournalError.closed }
            return CollectorRunner(collector, checkpoint: checkpoint, context: context)
        } catch {
            throw phase == .idle || phase == .running ? .journal(error) : .stopping
        }
    }

    /// A collector that is an object runs once: two runners would poll it at once.
    private func refuseTwice(_ collector: NamedCollector) throws(CollectorCommandError) {
        guard type(of: collector.collector) is AnyClass else { return }
        let same = collectorRunners.first { $0.named.collector as AnyObject === collector.collector as AnyObject }
        if let same { throw .registeredAs(same.named.name) }
        leftBehind.removeAll { $0.task.isOver }
        let old = leftBehind.first { $0.named.collector as AnyObject === collector.collector as AnyObject }
        if let old { throw .stillStopping(old.named.name) }
    }

    private func drop(_ runner: CollectorRunner) {
        collectorRunners.removeAll { $0 === runner }
        if runner.hasBegun, !runner.task.isOver { leftBehind.append(runner) }
    }

    /// Stops one collector; returns when it has ended or is left behind.
    private func halt(_ runner: CollectorRunner) async {
        guard runner.hasBegun else { return }
        runner.finish()
        let (context, deadline, grace) = (context, settings.stopDeadline, settings.pollGrace)
        let enforcing = Task { @concurrent in
            do {
                try await context.clock.sleep(min(grace, deadline / 2))
                runner.cancel()
                try await context.clock.sleep(deadline / 2)
                runner.giveUpLoop()
                try await context.clock.sleep(deadline / 2)
                if runner.task.giveUp() { runner.reporter.abandoned() }
            } catch {}
        }
        await runner.task.ended.wait(past: 0)
        await runner.task.stopped.wait(past: 0)
        enforcing.cancel()
        await enforcing.value
    }
}
