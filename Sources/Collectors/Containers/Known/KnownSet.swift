package import EventModel

/// The containers that were told of, and what is news beside them: a value, changed by what is seen and by nothing
/// else.
///
/// It does not matter in which order and how often the kernel told of something, or whether a look found it: what is
/// told is the difference between what is known and what is seen. So a lost notice costs time and never an event, and
/// nothing is told twice.
package struct KnownSet: Sendable, Hashable {
    /// Containers remembered; those beyond are not told of. No kernel carries more cgroups.
    package static let maximumContainers = 65_536

    /// The boot the lives belong to; empty before the first look.
    package private(set) var bootID = ""
    /// When everything was looked at last; nil: never.
    package internal(set) var lastLook: Timestamp?
    /// What could not be seen, as it was told last.
    package var limits: [String] = []
    /// By key.
    package private(set) var containers: [ContainerKey: KnownContainer] = [:]
    /// Whose life each first process is.
    private var lives: [ProcessKey: ContainerKey] = [:]
    /// The checkpoint's text as it was made last.
    var text = CheckpointText<ContainerKey>()
    /// Those that came, changed or went since then.
    var unwritten: Set<ContainerKey> = []

    package init() {}

    init(bootID: String, lastLook: Timestamp?, limits: [String], containers: [ContainerKey: KnownContainer]) {
        (self.bootID, self.lastLook, self.limits, self.containers) = (bootID, lastLook, limits, containers)
        unwritten = Set(containers.keys)
        for container in containers.values where container.life.startTicks != 0 {
            lives[container.life] = container.key
        }
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.bootID == right.bootID && left.lastLook == right.lastLook && left.limits == right.limits
            && left.containers == right.containers
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(containers)
    }

    /// Begins to look at the host, in its boot. What was known of another boot ended with it.
    package mutating func begin(_ boot: HostBoot) -> [ContainerNews] {
        guard bootID != boot.id else { return [] }
        let ended = containers.values.sorted { ($0.started, $0.key.id) < ($1.started, $1.key.id) }
        let since = lastLook
        (bootID, containers, lives, limits) = (boot.id, [:], [:], [])
        (text, unwritten) = (CheckpointText(), [])
        return ended.map {
            ContainerNews(.exited(.boot), of: $0, at: max(boot.time, since ?? boot.time), since: since)
        }
    }

    /// Takes a look at everything: what is not there has ended.
    ///
    /// - `since`: when the look before was, which bounds what happened meanwhile.
    package mutating func look(_ sights: [ContainerSight], at now: Timestamp) -> [ContainerNews] {
        let (since, isFirst) = (lastLook, lastLook == nil)
        var news: [ContainerNews] = []
        var seen: Set<ContainerKey> = []
        let order = sights.map(withKnownKey).sorted {
            ($0.container.started, $0.container.key.id) < ($1.container.started, $1.container.key.id)
        }
        for sight in order where seen.insert(sight.container.key).inserted {
            news += found(sight, at: now, since: since, isFirst: isFirst)
        }
        for (key, container) in containers where !seen.contains(key) {
            news += ended(key, container.life, .exited(.unknown), at: now, since: since)
        }
        lastLook = now
        return news
    }

    /// Takes a look at one container.
    package mutating func found(_ sight: ContainerSight, at now: Timestamp, since: Timestamp? = nil) -> [ContainerNews]
    {
        found(withKnownKey(sight), at: now, since: since, isFirst: false)
    }

    /// A life keeps the key it was first told under: who it is may be found later, as when its runtime writes its state
    /// down late, and is no other container then.
    private func withKnownKey(_ sight: ContainerSight) -> ContainerSight {
        guard let key = lives[sight.container.life], key != sight.container.key else { return sight }
        var sight = sight
        sight.container.key = key
        return sight
    }

    private mutating func found(
        _ sight: ContainerSight, at now: Timestamp, since: Timestamp?, isFirst: Bool
    ) -> [ContainerNews] {
        let key = sight.container.key
        guard let known = containers[key] else {
            guard containers.count < Self.maximumContainers else { return [] }
            let container = taken(sight, at: now, isDiscovered: isFirst)
            if isFirst { return [ContainerNews(.discovered, of: container, at: now)] }
            return born(container, sight, [.started, .initPidFound], at: now, since: since)
        }
        guard known.isSameLife(as: sight.container) else {
            let container = taken(sight, at: now, isDiscovered: false)
            if let monitor = known.monitor, monitor == sight.container.monitor {
                return born(container, sight, [.rebooted, .initPidFound], at: now, since: since)
            }
            return [ContainerNews(.exited(.unknown), of: known, at: now, since: since ?? known.started)]
                + born(container, sight, [.started, .initPidFound], at: now, since: since)
        }
        return changed(known, sight, at: now, since: since)
    }

    /// Remembers a container as it was seen. In what it has from the start nothing is news, but for what is told with
    /// it.
    private mutating func taken(_ sight: ContainerSight, at now: Timestamp, isDiscovered: Bool) -> KnownContainer {
        var container = sight.container
        container.pausedAt = nil
        container.oomKills = isDiscovered ? sight.oomKills : sight.oomKills.map { _ in 0 }
        if isDiscovered {
            container.pausedAt = sight.isPaused == true ? now : nil
            container.interfaces = sight.interfaces ?? [:]
        }
        set(container)
        return container
    }

    private mutating func born(
        _ container: KnownContainer, _ sight: ContainerSight, _ facts: [ContainerFact], at now: Timestamp,
        since: Timestamp?
    ) -> [ContainerNews] {
        // Ticks count from a time of boot that is known to a second only.
        let started = min(max(container.started, since ?? container.started), now)
        let news = facts.map { ContainerNews($0, of: container, at: started, since: since, until: now) }
        return news + changed(container, sight, at: now, since: since)
    }

    private mutating func changed(
        _ known: KnownContainer, _ sight: ContainerSight, at now: Timestamp, since: Timestamp?
    ) -> [ContainerNews] {
        let seen = sight.container
        var container = known
        var facts: [ContainerFact] = []
        if let cgroup = seen.cgroup, cgroup != known.cgroup {
            facts.append(.moved(from: known.cgroup, to: cgroup))
            container.cgroup = cgroup
        }
        container.cgroupID = seen.cgroupID ?? known.cgroupID
        container.monitor = seen.monitor ?? known.monitor
        if let name = seen.name, name != known.name {
            facts.append(.described)
            container.name = name
        } else if let pod = seen.pod, pod != known.pod {
            facts.append(.described)
        }
        container.pod = seen.pod ?? known.pod
        if !seen.parents.isEmpty { container.parents = seen.parents }
        if container != known { set(container) }
        var news = facts.map { ContainerNews($0, of: container, at: now, since: since) }
        if let isPaused = sight.isPaused { news += paused(seen.key, isPaused, at: now, since: since) }
        if let kills = sight.oomKills { news += counted(seen.key, oomKills: kills, at: now, since: since) }
        if let interfaces = sight.interfaces { news += saw(seen.key, interfaces, at: now, since: since) }
        return news
    }

    /// The first process of that life ended. Nothing when that was told, or another life has begun.
    package mutating func ended(
        _ key: ContainerKey, _ life: ProcessKey, _ fact: ContainerFact, at now: Timestamp, since: Timestamp? = nil
    ) -> [ContainerNews] {
        guard let known = containers[key], known.life == life else { return [] }
        containers[key] = nil
        unwritten.insert(key)
        lives[known.life] = nil
        return [ContainerNews(fact, of: known, at: now, since: since)]
    }

    /// A cgroup of that name came and went before anybody could look into it: it is news once, and then forgotten.
    package func vanished(_ container: KnownContainer, from: Timestamp, to: Timestamp) -> [ContainerNews] {
        guard containers[container.key] == nil else { return [] }
        return [
            ContainerNews(.started, of: container, hasLife: false, at: from),
            ContainerNews(.exited(.unknown), of: container, hasLife: false, at: to, since: from),
        ]
    }

    /// Changes one that is known.
    mutating func set(_ container: KnownContainer) {
        if let old = containers[container.key], old.life != container.life { lives[old.life] = nil }
        if container.life.startTicks != 0 { lives[container.life] = container.key }
        containers[container.key] = container
        unwritten.insert(container.key)
    }
}
