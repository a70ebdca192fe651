/// What is remembered of the processes whose cgroup is no container's.
struct LooseProcesses {
    struct Known {
        var startTicks: UInt64
        var cgroup: UInt64
        /// The container it is in all the same; nil for one of the host's.
        var identity: ContainerIdentity?
        var isHelper: Bool
        var look: UInt64
    }

    /// The process namespace of the host, once a process was seen in it.
    var hostNamespace: UInt64?
    private(set) var known: [Int32: Known] = [:]
    private var look: UInt64 = 0
    /// Those nobody knew in this look at everything, and in the one before.
    private var unknown: Set<ProcessKey> = []
    private var formerlyUnknown: Set<ProcessKey> = []

    mutating func begin() {
        look += 1
    }

    /// What is known of the process, if it is in the cgroup it was in.
    mutating func recall(_ pid: Int32, in cgroup: UInt64) -> Known? {
        guard let index = known.index(forKey: pid), known.values[index].cgroup == cgroup else { return nil }
        known.values[index].look = look
        return known.values[index]
    }

    mutating func learn(_ stat: ProcessStat, in cgroup: UInt64, _ identity: ProcessIdentity) {
        let isInside = identity.role == .initial || identity.role == .process
        known[stat.pid] = Known(
            startTicks: stat.startTicks, cgroup: cgroup, identity: isInside ? identity.container : nil,
            isHelper: identity.role == .helper, look: look)
    }

    mutating func forget(_ pid: Int32) {
        known[pid] = nil
    }

    /// Whether to remember that nobody knows whose process namespace it lives in: its runtime may write that down
    /// later, but has done so when everything was looked at twice.
    mutating func isSettled(_ life: ProcessKey, isWhole: Bool) -> Bool {
        guard isWhole else { return false }
        unknown.insert(life)
        return formerlyUnknown.contains(life)
    }

    mutating func forgetUnseen() {
        known = known.filter { $0.value.look == look }
        (formerlyUnknown, unknown) = (unknown, [])
    }
}
