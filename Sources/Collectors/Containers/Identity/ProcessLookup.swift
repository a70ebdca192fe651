import Platform

/// What was read of processes during one look, so that the parent of a thousand processes is read once.
///
/// Forgotten before the next look: numbers are used again.
final class ProcessLookup {
    let reader: ProcReader
    /// Statistics: files opened.
    private(set) var reads = 0
    /// Questions the system refused: what belongs to others, without the right to look.
    private(set) var refused = 0

    private var stats: [Int32: ProcessStat] = [:]
    private var memberships: [Int32: CgroupMembership] = [:]
    private var depths: [Int32: ProcessDepth] = [:]
    private var monitors: [Int32: Monitor?] = [:]

    init(_ reader: ProcReader) {
        self.reader = reader
    }

    /// Forgets everything.
    func begin() {
        stats.removeAll(keepingCapacity: true)
        memberships.removeAll(keepingCapacity: true)
        depths.removeAll(keepingCapacity: true)
        monitors.removeAll(keepingCapacity: true)
        (reads, refused) = (0, 0)
    }

    /// Nil: it is gone, or may not be seen.
    func stat(_ pid: Int32) -> ProcessStat? {
        if let known = stats[pid] { return known }
        guard pid > 0, let stat = read({ () throws(SystemCode) in try reader.stat(pid) }) ?? nil else { return nil }
        stats[pid] = stat
        return stat
    }

    func cgroups(_ pid: Int32) -> CgroupMembership? {
        if let known = memberships[pid] { return known }
        guard let membership = read({ () throws(SystemCode) in try reader.cgroups(pid) }) else { return nil }
        memberships[pid] = membership
        return membership
    }

    func depth(_ pid: Int32) -> ProcessDepth? {
        if let known = depths[pid] { return known }
        guard let depth = read({ () throws(SystemCode) in try reader.depth(pid) }) ?? nil else { return nil }
        depths[pid] = depth
        return depth
    }

    func namespace(_ pid: Int32) -> UInt64? {
        read { () throws(SystemCode) in try reader.namespace(pid, .process) } ?? nil
    }

    func arguments(_ pid: Int32) -> [String] {
        read { () throws(SystemCode) in try reader.arguments(pid) } ?? []
    }

    func environment(_ pid: Int32) -> [String] {
        read { () throws(SystemCode) in try reader.environment(pid) } ?? []
    }

    /// The container the process is the monitor of. `isLikely`: it may run under any name, as LXC's may.
    func monitor(_ process: ProcessStat, isLikely: Bool = false) -> Monitor? {
        if let known = monitors[process.pid] { return known }
        guard isLikely || MonitorRules.isMonitor(process.name) else { return nil }
        let monitor = MonitorRules.monitor(process.name, arguments: arguments(process.pid))
        monitors[process.pid] = .some(monitor)
        return monitor
    }

    private func read<Result>(_ body: () throws(SystemCode) -> Result) -> Result? {
        reads += 1
        do throws(SystemCode) {
            return try body()
        } catch {
            if error.isRefused { refused += 1 }
            return nil
        }
    }
}
