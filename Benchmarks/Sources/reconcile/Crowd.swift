import AgentCore
import CLimits
import Collectors
import Glibc
import Measuring

/// Containers made of nothing but cgroups, as Docker names them, and processes that sleep in them.
final class Crowd {
    private let host = HostView(name: "here", under: "")
    private let tree: CgroupTree
    private let folder: String
    private let count: Int
    private let each: Int
    private let sleepers: Sleepers
    private let known: ContainerScan
    /// What the rounds met, for the reader.
    private(set) var summary = ""

    init(containers: Int, each: Int) throws {
        guard let tree = CgroupTree.find(below: host.cgroups), tree.hierarchy.isEmpty else {
            throw MeasuringError("cgroups of version 2 are needed: mount them below \"\(host.cgroups)\"")
        }
        (self.tree, count, self.each) = (tree, containers, each)
        folder = "\(tree.root)/guestwatch-measured-\(getpid()).slice"
        guard mkdir(folder, 0o755) == 0 else {
            throw MeasuringError("cannot make the cgroup \"\(folder)\": run as root")
        }
        let parent = folder
        let folders = (0..<containers).map { number in
            let digits = String(number, radix: 16)
            return "\(parent)/docker-\(String(repeating: "0", count: 64 - digits.count))\(digits).scope"
        }
        for folder in folders { mkdir(folder, 0o755) }
        sleepers = try Sleepers(each: each, in: folders)
        known = try ContainerScan(host)
        _ = known.scan()
    }

    /// One look: the first of a new scan, or one more of a scan that has looked before.
    func scan(isFirst: Bool) async throws -> Cost {
        let scan = isFirst ? try ContainerScan(host) : known
        var findings = ScanFindings()
        let cost = await Cost(of: 1) { findings = scan.scan() }
        let ours = findings.containers.filter { $0.cgroup?.contains("/guestwatch-measured-\(getpid()).slice/") == true }
        guard ours.count == count, ours.allSatisfy({ $0.processes.count == each && $0.main != nil }) else {
            throw MeasuringError("\(ours.count) of \(count) containers were found whole")
        }
        if !isFirst {
            summary = "In a later look: \(findings.cgroups) cgroups, \(findings.reads) files of procfs opened."
        }
        return cost
    }

    /// The same in C.
    func read(isFirst: Bool) async throws -> Cost {
        var look = gw_limit_look()
        let rechecked = Int32(ContainerScan.recheckedProcesses)
        let cost = await Cost(of: 1) { look = gw_limit_reconcile(tree.root, host.proc, isFirst ? 1 : 0, rechecked) }
        guard look.processes >= count * each else { throw MeasuringError("C saw \(look.processes) processes") }
        return cost
    }

    /// Ends the processes and removes the cgroups.
    func end() {
        sleepers.end()
        for _ in 0..<100 {
            for number in 0..<count {
                let digits = String(number, radix: 16)
                rmdir("\(folder)/docker-\(String(repeating: "0", count: 64 - digits.count))\(digits).scope")
            }
            if rmdir(folder) == 0 || errno == ENOENT { return }
            usleep(100_000)
        }
    }
}
