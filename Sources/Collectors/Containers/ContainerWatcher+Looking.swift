import AgentCore
import EventModel
import Platform

/// Looks at single containers, and keeps the kernel's watches in step with what is known.
extension ContainerWatcher {
    /// A name may come so long after its container: shims and monitors write it down late.
    private static let nameDelay: Duration = .seconds(1)
    /// Freezing takes a moment.
    private static let freezingDelay: Duration = .milliseconds(10)

    /// Looks into a cgroup that came.
    func lookAtArrival(_ cgroup: String) {
        let containers = survey.look(at: cgroup)
        if let first = containers.first, containers.count == 1,
            first.key.runtime == ContainerIdentity.unknownRuntime, arrivals.waits(cgroup, for: first, at: clock.now())
        {
            return
        }
        if !containers.isEmpty { arrivals.understood(cgroup) }
        for container in containers where known.containers[container.key] == nil || survey.wasRunning(container.life) {
            accept(container)
        }
    }

    /// Takes in a container that was seen.
    ///
    /// One that ended meanwhile is told as well: that it was there is news.
    func accept(_ container: KnownContainer) {
        settleOld(before: container)
        tell(known.found(sight(of: container), at: clock.now()))
    }

    /// All that can be seen of a container.
    func sight(of container: KnownContainer) -> ContainerSight {
        let freezer = freezers[container.key] ?? survey.freezer(of: container.life)
        let state = survey.state(of: container.cgroup, freezer: freezer)
        return ContainerSight(
            container, isPaused: state.isFrozen,
            oomKills: survey.oomKills(of: container.life, cgroup: container.cgroup),
            interfaces: interfaces(of: container))
    }

    /// Looks at a container that is known: its cgroup said that something changed, or, with `mayHaveName`, time passed.
    func check(_ key: ContainerKey, mayHaveName: Bool = false) {
        guard let container = known.containers[key], endings[key] == nil else { return }
        guard container.life.startTicks == 0 || survey.isStill(container.life) else {
            return endings.began(key, container.life, at: clock.now(), .now)
        }
        let state = survey.state(of: container.cgroup, freezer: freezers[key])
        if let isFrozen = state.isFrozen { tell(known.paused(key, isFrozen, at: clock.now())) }
        if state.isFreezing { checks[key] = .now + Self.freezingDelay }
        if state.isPopulated != true || mayHaveName && container.name == nil {
            lookAgain(container, isEmpty: state.isPopulated == false)
        }
    }

    /// Its cgroup is empty though it runs: it was moved. Or its name may be known by now.
    private func lookAgain(_ container: KnownContainer, isEmpty: Bool) {
        if isEmpty {
            guard let cgroup = survey.cgroup(of: container.life), cgroup != container.cgroup else { return }
            var moved = container
            (moved.cgroup, moved.cgroupID) = (cgroup, nil)
            return tell(known.found(ContainerSight(moved), at: clock.now()))
        }
        guard container.name == nil, let cgroup = container.cgroup,
            let seen = survey.look(at: cgroup).first(where: { $0.key == container.key && $0.life == container.life })
        else { return }
        tell(known.found(ContainerSight(seen), at: clock.now()))
    }

    /// Another life of a container was seen whose old one just ended, and not by a reboot: that end is told first, with
    /// what is known of it.
    func settleOld(before container: KnownContainer) {
        guard let old = known.containers[container.key], !old.isSameLife(as: container) else { return }
        let (status, ending) = (status(of: old.life), endings[container.key])
        let isReboot = old.monitor != nil && old.monitor == container.monitor
        if !isReboot, status != nil || ending != nil {
            let time = ending?.time ?? clock.now()
            tell(known.ended(container.key, old.life, .exited(ContainerEnding(status)), at: time))
        }
        endings.told(container.key)
        release(old)
    }

    /// How a process ended, as far as it can be known by now.
    private func status(of life: ProcessKey) -> ProcessDescriptor.Ending? {
        kernel.lives?.ending(of: life) ?? survey.ending(of: life)
    }

    /// Tells an end, or waits for more.
    func settle(_ ending: Endings.Ending) {
        guard let container = known.containers[ending.key], container.life == ending.life else {
            return endings.told(ending.key)
        }
        hearLog()
        let status = status(of: ending.life)
        let isMonitorThere = container.monitor.map { survey.isStill($0) && !survey.isEnding($0) } ?? false
        // The monitor has begun the next life, maybe.
        if isMonitorThere, let cgroup = container.cgroup,
            let next = survey.look(at: cgroup).first(where: { $0.key == ending.key && !$0.isSameLife(as: container) })
        {
            return accept(next)
        }
        let log = container.monitor.flatMap { _ in survey.logged(container) }
        let decision = Endings.decide(
            ending, status: status, mayCome: kernel.lives?.isWatched(ending.life) ?? false,
            isMonitorThere: isMonitorThere,
            log: log, at: .now)
        guard case .tell(let fact) = decision else { return }
        endings.told(ending.key)
        tell(known.ended(ending.key, ending.life, fact, at: ending.time))
    }

    /// Notes news, and watches what they are about.
    func tell(_ news: [ContainerNews]) {
        for item in news {
            switch item.fact {
            case .discovered, .rebooted: adopt(item.container)
            case .started where item.hasLife: adopt(item.container)
            case .exited where item.hasLife, .halted where item.hasLife: release(item.container)
            case .moved:
                release(item.container, keepsLife: true)
                adopt(item.container)
            default: break
            }
        }
        // That a cgroup it shared with others is its own now is no move.
        self.news += news.filter { if case .moved(from: nil, to: _) = $0.fact { false } else { true } }
    }

    /// Watches a container that runs.
    func adopt(_ container: KnownContainer) {
        let (key, life) = (container.key, container.life)
        let freezer = survey.freezer(of: life)
        freezers[key] = freezer
        if let cgroup = container.cgroup, cgroup != "/" {
            if let old = cgroups.updateValue(cgroup, forKey: key), old != cgroup { unfollow(old, of: key) }
            owners[cgroup] = key
            arrivals.understood(cgroup)
            kernel.cgroups?.follow(cgroup, freezer: freezer)
            if let tree = survey.tree { kernel.pressure.begin(key, folder: tree.folder(of: cgroup)) }
        }
        if container.name == nil { checks[key] = .now + Self.nameDelay }
        guard life.pid > 0 else { return }
        if case .gone = kernel.lives?.begin(key, life, isStill: survey.isStill) {
            endings.began(key, life, at: clock.now(), .now)
        }
    }

    /// Watches a container no more, or only its life: it was moved.
    private func release(_ container: KnownContainer, keepsLife: Bool = false) {
        let key = container.key
        if let cgroup = cgroups.removeValue(forKey: key) { unfollow(cgroup, of: key) }
        freezers[key] = nil
        checks[key] = nil
        kernel.pressure.end(key)
        guard !keepsLife else { return }
        hostNetworked.remove(key)
        kernel.lives?.end(container.life)
        kernel.links?.release(key)
        survey.forget(container)
    }

    /// Another may have the cgroup by now.
    private func unfollow(_ cgroup: String, of key: ContainerKey) {
        guard owners[cgroup] == key else { return }
        owners[cgroup] = nil
        kernel.cgroups?.unfollow(cgroup)
    }
}
