import EventModel

/// Cgroups that came and were not yet understood: when to look into each again. A value; nobody waits in it.
struct Arrivals: Sendable {
    /// One of them.
    struct Arrival: Sendable {
        var cgroup: String
        /// Whose cgroup it is, where its path says it.
        var key: ContainerKey?
        /// When it was told of.
        var came: Timestamp
        /// The kernel told of a process in it.
        var hadProcess = false
        /// What was seen in it, while its runtime may still say what it is.
        var candidate: KnownContainer?
        fileprivate var step = 0
        fileprivate var next: ContinuousClock.Instant?
    }

    /// Runtimes make a cgroup, put a process into it and prepare that: most are done within a few milliseconds, a busy
    /// host takes seconds. After that only a notice, or the look at everything, finds it.
    private static let steps: [Duration] = [3, 10, 30, 100, 300, 1000, 3000].map { .milliseconds($0) }
    /// A look into a cgroup that was just made finds nothing.
    private static let firstStep: Duration = .milliseconds(2)
    /// Of one that is named the kernel tells when a process comes into it (`CgroupWatch.follow`): looks stand in for a
    /// notice that was missed.
    private static let firstNamedStep: Duration = .milliseconds(25)
    private static let secondNamedStep = 3
    /// Remembered at once; those beyond wait for the look at everything.
    private static let maximum = 65_536
    /// A cgroup that came and went faster was a container's, though nobody saw a process in it.
    private static let shortLife: Duration = .seconds(1)

    private var arrivals: [String: Arrival] = [:]

    /// A cgroup came. It is due when its runtime had time to put a process into it: most are told of that before.
    mutating func came(_ cgroup: String, key: ContainerKey?, at now: Timestamp, _ instant: ContinuousClock.Instant) {
        guard arrivals[cgroup] == nil, arrivals.count < Self.maximum else { return }
        let step = key == nil ? Self.firstStep : Self.firstNamedStep
        arrivals[cgroup] = Arrival(cgroup: cgroup, key: key, came: now, next: instant + step)
        if key != nil { arrivals[cgroup]?.step = Self.secondNamedStep }
    }

    /// Something was told of it or of one below it: it is due at once. False when it is not waited for.
    mutating func stirred(_ cgroup: String, _ instant: ContinuousClock.Instant) -> Bool {
        for path in CgroupPaths.ancestry(of: cgroup) {
            guard arrivals[path] != nil else { continue }
            arrivals[path]?.hadProcess = true
            arrivals[path]?.step = 0
            arrivals[path]?.next = instant
            return true
        }
        return false
    }

    /// Those that are due; each is due again later, until it is `understood` or its steps are done.
    mutating func due(at instant: ContinuousClock.Instant) -> [String] {
        let due = arrivals.values.filter { $0.next.map { $0 <= instant } ?? false }.map(\.cgroup).sorted()
        for cgroup in due {
            guard var arrival = arrivals[cgroup] else { continue }
            arrival.next = arrival.step < Self.steps.count ? instant + Self.steps[arrival.step] : nil
            arrival.step += 1
            // What its path does not name needs no memory: a notice begins it anew.
            arrivals[cgroup] = arrival.next == nil && arrival.key == nil ? nil : arrival
        }
        return due
    }

    /// Runtimes write down what they made only after it is there; until then it is a process namespace like another.
    private static let namingTime: Duration = .milliseconds(400)

    /// What is in it has no name but its namespace. Whether to wait for a better one.
    mutating func waits(_ cgroup: String, for candidate: KnownContainer, at now: Timestamp) -> Bool {
        guard let arrival = arrivals[cgroup], arrival.next != nil, now.since(arrival.came) < Self.namingTime else {
            return false
        }
        arrivals[cgroup]?.candidate = candidate
        return true
    }

    /// It is known what is in it.
    mutating func understood(_ cgroup: String) {
        arrivals[cgroup] = nil
    }

    /// It is gone. Gives it when it was a container's, by its path and by what was told of it.
    mutating func went(_ cgroup: String, at now: Timestamp) -> Arrival? {
        guard let arrival = arrivals.removeValue(forKey: cgroup) else { return nil }
        if arrival.candidate != nil { return arrival }
        return arrival.key != nil && (arrival.hadProcess || now.since(arrival.came) < Self.shortLife) ? arrival : nil
    }

    /// When the next is due.
    var deadline: ContinuousClock.Instant? {
        arrivals.values.compactMap(\.next).min()
    }
}

/// Paths of cgroups.
enum CgroupPaths {
    /// The path and those above it, without the root: `/a/b`, `/a`.
    static func ancestry(of cgroup: String) -> [String] {
        var paths: [String] = []
        var rest = cgroup[...]
        while !rest.isEmpty, rest != "/" {
            paths.append(String(rest))
            guard let slash = rest.lastIndex(of: "/") else { break }
            rest = rest[..<slash]
        }
        return paths
    }
}
