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

    mutating func forgetUnseen() {
        known = known.filter { $0.value.look == look }
    }
}
