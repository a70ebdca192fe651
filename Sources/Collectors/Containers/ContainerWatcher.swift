import AgentCore
import EventModel
import Glibc
import Platform

/// Watches the containers of a host: hears what the kernel says, looks, and gives what is news.
///
/// Not `Sendable`: one owner, one thread at a time; `step` waits on that thread.
final class ContainerWatcher {
    let survey: ContainerSurvey
    let clock: AgentClock
    let host: HostView
    let configuration: ContainersConfiguration
    let kernel: KernelSources
    var known: KnownSet
    var arrivals = Arrivals()
    var endings = Endings()
    /// The container each cgroup is of.
    var owners: [String: ContainerKey] = [:]
    /// The cgroup each container is followed in: the other way round.
    var cgroups: [ContainerKey: String] = [:]
    /// Where hierarchies of version 1 freeze a container.
    var freezers: [ContainerKey: String] = [:]
    /// Those that were seen to have no network of their own since everything was looked at.
    var hostNetworked: Set<ContainerKey> = []
    /// Containers to look at again soon: they are being frozen, or their name may come.
    var checks: [ContainerKey: ContinuousClock.Instant] = [:]
    /// What is news and was not yet taken.
    var news: [ContainerNews] = []
    /// Everything was looked at since the last checkpoint.
    var hasLooked = false
    private var nextLook: ContinuousClock.Instant
    /// Counts the looks at everything.
    private var looks = 0
    /// What the last look could not see.
    private var surveyLimits: [String] = []

    /// So many looks see the state of every container once, besides what the kernel says: its word is seldom lost, and
    /// a thousand containers have thousands of small files.
    private static let looksPerRound = 20
    /// With fewer watches than cgroups it looks this often.
    private static let partialInterval: Duration = .seconds(5)

    init(
        _ known: KnownSet, in context: CollectorContext, _ configuration: ContainersConfiguration,
        _ readiness: Readiness
    )
        throws
    {
        (self.known, host, clock, self.configuration) = (known, context.host, context.clock, configuration)
        survey = try ContainerSurvey(context.host, configuration)
        kernel = KernelSources(readiness, host: context.host, tree: survey.tree, configuration)
        nextLook = ContinuousClock.now
    }

    /// What cannot be seen, and why: sentences for people.
    var limits: [String] { kernel.limits + surveyLimits }

    /// Begins to hear, then looks at everything.
    func begin() {
        kernel.cgroups?.begin()
        let old = Array(known.containers.values)
        tell(known.begin(survey.boot))
        for container in old where known.containers[container.key] != nil { adopt(container) }
        lookAtAll(whole: true)
    }

    /// Waits for what the kernel says, until `deadline` at the latest, and takes it in.
    func step(until deadline: ContinuousClock.Instant) throws {
        let next = [
            deadline, nextLook, arrivals.deadline, endings.deadline, kernel.pressure.deadline, checks.values.min(),
        ]
        let limit = (next.compactMap { $0 }.min() ?? deadline) - ContinuousClock.now
        let ready = try kernel.readiness.wait(upTo: max(.zero, limit))
        survey.begin()
        try hear(ready)
        lookAtDue()
        if ContinuousClock.now >= nextLook { lookAtAll(whole: false) }
    }

    /// Takes in what was said, in an order that lets causes come before effects.
    private func hear(_ ready: [Readiness.Ready]) throws {
        let tokens = Set(ready.map(\.token))
        if tokens.contains(KernelSources.Token.log) { hearLog() }
        if tokens.contains(KernelSources.Token.cgroups) { try hearCgroups() }
        if tokens.contains(KernelSources.Token.links) { try hearLinks() }
        if tokens.contains(KernelSources.Token.programs) { try hearPrograms() }
        let instant = ContinuousClock.now
        for ready in ready where ready.token >= KernelSources.Token.firstLife {
            if ready.token >= KernelSources.Token.firstPressure {
                if let (key, resource) = kernel.pressure.fired(ready, at: instant) {
                    tell(known.pressed(key, resource, true, at: clock.now()))
                }
            } else if let subject = kernel.lives?.subject(ready.token) {
                if endings[subject.key] == nil { kernel.lives?.awaitReaping(of: subject.life) }
                endings.began(subject.key, subject.life, at: clock.now(), instant)
                endings.stirred(subject.key, instant)
            }
        }
    }

    /// Looks at what is due.
    private func lookAtDue() {
        let instant = ContinuousClock.now
        for cgroup in arrivals.due(at: instant) { lookAtArrival(cgroup) }
        for ending in endings.due(at: instant) { settle(ending) }
        for (key, due) in checks where due <= instant {
            checks[key] = nil
            check(key, mayHaveName: true)
        }
        for (key, resource) in kernel.pressure.eased(at: instant) {
            tell(known.pressed(key, resource, false, at: clock.now()))
        }
    }

    /// Looks at everything: the truth behind what the kernel said. `whole` reads the state of each container too.
    func lookAtAll(whole: Bool) {
        looks += 1
        hasLooked = true
        hostNetworked = []
        var (containers, limits) = survey.all()
        surveyLimits = limits
        if containers.contains(where: isUnnamedNews) {
            // Its runtime may have written down what it made after the look had read what runtimes wrote: what has no
            // name in two looks has none.
            let unnamed = Set(containers.filter(isUnnamedNews).map(\.key))
            containers = survey.all().containers.filter { !isUnnamedNews($0) || unnamed.contains($0.key) }
        }
        containers.removeAll { isNew($0) && !survey.isRunning($0.life) }
        let turn = looks % Self.looksPerRound
        var sights = containers.enumerated().map { index, container in
            !isNew(container) && !whole && index % Self.looksPerRound != turn
                ? ContainerSight(container) : sight(of: container)
        }
        // Of what just ended more may be told: it stays until that is settled.
        let seen = Set(containers.map(\.key))
        for key in endings.keys where !seen.contains(key) {
            if let container = known.containers[key] { sights.append(ContainerSight(container)) }
        }
        for sight in sights { settleOld(before: sight.container) }
        // Recorded trees have no now: it is when the last of their containers had started.
        let latest = sights.map(\.container.started).max() ?? survey.boot.time
        tell(known.look(sights, at: configuration.once ? latest : clock.now()))
        if configuration.processConnector { kernel.resumePrograms() }
        let isPartial = kernel.cgroups?.isPartial ?? false
        nextLook = .now + (isPartial ? min(configuration.interval, Self.partialInterval) : configuration.interval)
    }

    private func isNew(_ container: KnownContainer) -> Bool {
        known.containers[container.key].map { !$0.isSameLife(as: container) } ?? true
    }

    private func isUnnamedNews(_ container: KnownContainer) -> Bool {
        container.key.runtime == ContainerIdentity.unknownRuntime && known.containers[container.key] == nil
    }

    /// Looks at everything at the next step: notices were lost.
    func lookSoon() {
        kernel.cgroups?.begin()
        nextLook = .now
        looks = 0
    }

    /// The news that came since the last call.
    func takeNews() -> [ContainerNews] {
        defer { news = [] }
        return news
    }
}
