package import EventModel

extension KnownSet {
    /// Whether its processes are frozen now.
    package mutating func paused(
        _ key: ContainerKey, _ isPaused: Bool, at now: Timestamp, since: Timestamp? = nil
    ) -> [ContainerNews] {
        guard var known = containers[key], (known.pausedAt != nil) != isPaused else { return [] }
        known.pausedAt = isPaused ? now : nil
        set(known)
        return [ContainerNews(isPaused ? .paused : .resumed, of: known, at: now, since: since)]
    }

    /// The kernel's log told of a kill in it.
    package mutating func killed(
        _ key: ContainerKey, _ kill: OutOfMemoryKill, at now: Timestamp
    ) -> [ContainerNews] {
        guard var known = containers[key] else { return [] }
        known.oomKills = (known.oomKills ?? 0) &+ 1
        set(known)
        return [ContainerNews(.oomKilled(kill, count: known.oomKills ?? 0), of: known, at: now)]
    }

    /// The kernel's own count of kills in it: what the log did not tell is told now.
    package mutating func counted(
        _ key: ContainerKey, oomKills count: UInt64, at now: Timestamp, since: Timestamp? = nil
    ) -> [ContainerNews] {
        guard var known = containers[key], known.oomKills != count else { return [] }
        let told = known.oomKills
        // A count that is behind what the log told comes later; one nobody saw before is where counting begins.
        guard let told else {
            known.oomKills = count
            set(known)
            return []
        }
        guard count > told else { return [] }
        known.oomKills = count
        set(known)
        // Each has a time of its own: two kills are two happenings.
        return ((told + 1)...count).suffix(Self.maximumKills).enumerated().map { index, count in
            let time = now.advanced(by: .nanoseconds(index))
            return ContainerNews(.oomKilled(nil, count: count), of: known, at: time, since: since)
        }
    }

    /// Kills that are told one by one, when a count has grown by more meanwhile.
    private static let maximumKills = 100

    /// All interfaces it has now.
    package mutating func saw(
        _ key: ContainerKey, _ interfaces: [Int32: ContainerInterface], at now: Timestamp, since: Timestamp? = nil
    ) -> [ContainerNews] {
        guard let known = containers[key] else { return [] }
        var news: [ContainerNews] = []
        for index in known.interfaces.keys.sorted() where interfaces[index] == nil {
            news += interface(key, index, nil, at: now, since: since)
        }
        for index in interfaces.keys.sorted() {
            news += interface(key, index, interfaces[index], at: now, since: since)
        }
        return news
    }

    /// One interface as it is now; nil: it is gone.
    package mutating func interface(
        _ key: ContainerKey, _ index: Int32, _ interface: ContainerInterface?, at now: Timestamp,
        since: Timestamp? = nil
    ) -> [ContainerNews] {
        guard var known = containers[key], known.interfaces[index] != interface else { return [] }
        let facts = Self.facts(known.interfaces[index], interface, index)
        known.interfaces[index] = interface
        set(known)
        return facts.map { ContainerNews($0, of: known, at: now, since: since) }
    }

    private static func facts(
        _ old: ContainerInterface?, _ new: ContainerInterface?, _ index: Int32
    ) -> [ContainerFact] {
        guard let new else { return old.map { [.interfaceRemoved($0, index: index)] } ?? [] }
        guard let old else {
            return [.interfaceAdded(new, index: index)] + (new.isUp ? [.interfaceUp(new, index: index)] : [])
        }
        var facts: [ContainerFact] = []
        if old.name != new.name { facts.append(.interfaceRenamed(from: old.name, new, index: index)) }
        if old.isUp != new.isUp {
            facts.append(new.isUp ? .interfaceUp(new, index: index) : .interfaceDown(new, index: index))
        }
        return facts
    }

    /// Whether it waits for the resource longer than its limit.
    package mutating func pressed(
        _ key: ContainerKey, _ resource: String, _ isPressed: Bool, at now: Timestamp
    ) -> [ContainerNews] {
        guard var known = containers[key], known.pressed.contains(resource) != isPressed else { return [] }
        if isPressed { known.pressed.insert(resource) } else { known.pressed.remove(resource) }
        set(known)
        return [
            ContainerNews(isPressed ? .pressureExceeded(resource) : .pressureEased(resource), of: known, at: now)
        ]
    }
}
