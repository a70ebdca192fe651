package import AgentCore
import EventModel
import Platform

/// Tells what the containers of this host do, whatever started them: from the kernel alone.
///
/// It hears of cgroups, processes, network links, memory and pressure as they change, and looks at everything now and
/// then, in case something was not heard. A poll waits for news, five seconds at the most. Its state lives on a thread
/// of its own, which waits.
package actor ContainersCollector: Collector {
    package static let kind = "containers"

    /// A poll without news returns after this time.
    private static let pollLimit: Duration = .seconds(5)

    private let configuration: ContainersConfiguration
    private let context: CollectorContext
    private let guests: HostGuests
    private let executor: ThreadExecutor
    private var readiness: Readiness?
    private var watcher: ContainerWatcher?
    /// What is news and not yet told.
    private var tellings = ContainerTellings()
    private var ended = EndedLives()
    private var hasRecalled = false
    private var pace = GatheringPace()
    /// The checkpoint given last: another one, and all begins anew from that.
    private var given: Checkpoint?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package init(_ configuration: ContainersConfiguration, in context: CollectorContext) throws {
        (self.configuration, self.context) = (configuration, context)
        guests = HostGuests.shared(in: context)
        executor = ThreadExecutor(name: "containers")
        guests.expectRecall()
    }

    package func poll(after checkpoint: Checkpoint?) async throws -> Batch {
        if watcher == nil || checkpoint != given {
            try begin(checkpoint)
            return batch(isLast: configuration.once)
        }
        guard let watcher, let readiness else { return Batch(events: [], checkpoint: nil) }
        try await withTaskCancellationHandler {
            try waitForNews(watcher)
        } onCancel: {
            readiness.wake()
        }
        return batch(isLast: false)
    }

    package func stop() async {
        (watcher, readiness, given) = (nil, nil, nil)
        executor.stop()
    }

    package func probe() async throws -> String {
        let survey = try ContainerSurvey(context.host, configuration)
        let kernel = KernelSources(try Readiness(), host: context.host, tree: survey.tree, configuration)
        let (containers, limits) = survey.all()
        let runtimes = Dictionary(grouping: containers, by: \.key.runtime).sorted { $0.key < $1.key }
        let counts = runtimes.map { "\($0.value.count) of \($0.key)" }.joined(separator: ", ")
        let hierarchy = survey.tree.map { " in \"\($0.root)\"" } ?? ""
        let seen = "sees \(containers.count) containers\(counts.isEmpty ? "" : " (\(counts))")\(hierarchy)"
        let missing = kernel.limits + limits
        return missing.isEmpty ? seen : "\(seen); not all: \(missing.joined(separator: "; "))"
    }

    /// Begins anew from what was committed.
    private func begin(_ checkpoint: Checkpoint?) throws {
        let known = try checkpoint.map { try KnownSet($0) } ?? KnownSet()
        tellings = try checkpoint.map { try ContainerTellings($0) } ?? ContainerTellings()
        let readiness = try Readiness()
        let watcher = try ContainerWatcher(known, in: context, configuration, readiness)
        (self.watcher, self.readiness, given) = (watcher, readiness, checkpoint)
        watcher.begin()
        // Only lives that go on: what is told of ended ones is known by its time.
        for container in watcher.known.containers.values { appeared(container, watcher.known.bootID) }
        take(from: watcher)
        if !hasRecalled { guests.recall(tellings.recent.told, joined: tellings.recent.joined) }
        hasRecalled = true
        tellings.begin(at: .now)
    }

    /// Steps until there is something to tell, and what comes with it.
    private func waitForNews(_ watcher: ContainerWatcher) throws {
        var deadline = ContinuousClock.now + Self.pollLimit
        var hasNews = false
        while !Task.isCancelled {
            take(from: watcher)
            let now = ContinuousClock.now
            if !hasNews, let due = tellings.deadline, due <= now {
                hasNews = true
                deadline = now + pace.begin(at: now)
            }
            guard now < deadline else { return }
            try watcher.step(until: hasNews ? deadline : min(deadline, tellings.deadline ?? deadline))
        }
    }

    /// The events that are due, but for those an engine told meanwhile, and the checkpoint behind them.
    private func batch(isLast: Bool) -> Batch {
        guard let watcher else { return Batch(events: [], checkpoint: nil, isLast: isLast) }
        take(from: watcher)
        ended.forget(in: guests, at: .now) { watcher.known.containers[$0] != nil }
        var events = tellings.due(at: .now, with: guests, all: isLast)
        if let limited = limited(watcher) { events.insert(limited, at: 0) }
        let isNews = tellings.takeChanged() || !events.isEmpty
        guard isNews || given == nil || watcher.hasLooked else {
            return Batch(events: events, checkpoint: nil, isLast: isLast)
        }
        watcher.hasLooked = false
        given = watcher.known.encoded(tellings)
        return Batch(events: events, checkpoint: given, isLast: isLast)
    }

    /// Takes over what is news, and lets engines' collectors know of lives at once.
    private func take(from watcher: ContainerWatcher) {
        guard !watcher.news.isEmpty else { return }
        let translator = ContainerTranslator(host: context.host.name, bootID: watcher.known.bootID)
        for news in watcher.takeNews() {
            note(news, translator.bootID)
            tellings.add(translator.happening(of: news), translator.event(of: news), with: guests, at: .now)
        }
    }

    private func note(_ news: ContainerNews, _ bootID: String) {
        guard news.hasLife else { return }
        switch news.fact {
        case .discovered, .started, .rebooted: appeared(news.container, bootID)
        case .exited, .halted: ended.ended(news.container.key, news.container.incarnation(in: bootID), at: .now)
        default: break
        }
    }

    private func appeared(_ container: KnownContainer, _ bootID: String) {
        // Who may not see the first process cannot say which it is.
        guard container.life.startTicks != 0 else { return }
        guests.appeared(container.key, as: container.incarnation(in: bootID))
    }

    /// What cannot be seen, when there is something among it that was not told in this boot.
    private func limited(_ watcher: ContainerWatcher) -> Event? {
        let limits = watcher.limits
        let told = Set(watcher.known.limits.map(Self.withoutCounts))
        let new = limits.filter { !told.contains(Self.withoutCounts($0)) }
        guard !configuration.once, !new.isEmpty else { return nil }
        watcher.known.limits += new
        let now = context.clock.now()
        return Event(
            id: "limited/\(context.name)/\(now.nanoseconds)", source: "containers://\(context.host.name)",
            type: "agent.collector-limited", time: now, severity: .warning,
            data: JSONText([
                "message": .string("The collector \(context.name) cannot see all: \(limits.joined(separator: "; "))."),
                "collector": .string(context.name), "limits": .array(limits.map { .string($0) }),
            ]))
    }

    /// So much of what changes is no news.
    private static func withoutCounts(_ limit: String) -> String {
        limit.filter { !$0.isNumber }
    }
}
