import Glibc
package import Platform

/// The one cgroup hierarchy that is watched and walked: the host's containers are in it, whatever others there are.
package struct CgroupTree: Sendable, Hashable {
    /// How the host mounts its hierarchies.
    package enum Layout: String, Sendable, Hashable {
        /// Version 2 alone.
        case unified = "v2"
        /// Version 1 with an empty or half used version 2 beside it.
        case hybrid
        /// Version 1 alone.
        case legacy = "v1"
    }

    package var layout: Layout
    /// Where the hierarchy is mounted; watch from here on.
    package var root: String
    /// What `/proc/PID/cgroup` knows it by: empty for version 2, else `name=systemd`, `pids` or `freezer`.
    package var hierarchy: String

    package init(layout: Layout, root: String, hierarchy: String) {
        (self.layout, self.root, self.hierarchy) = (layout, root, hierarchy)
    }

    /// Hierarchies of version 1 that hold every process, in the order in which they are taken.
    static let legacyHierarchies = [("systemd", "name=systemd"), ("pids", "pids"), ("freezer", "freezer")]

    /// Finds it below the folder in which hierarchies are mounted (`HostView.cgroups`); nil when there is none.
    ///
    /// Version 2 where it is mounted; beside version 1 only if it holds more than its root, which it does wherever a
    /// container's runtime or systemd uses it.
    package static func find(below folder: String) -> CgroupTree? {
        if File.exists("\(folder)/cgroup.controllers") || File.exists("\(folder)/cgroup.procs") {
            return CgroupTree(layout: .unified, root: folder, hierarchy: "")
        }
        let unified = "\(folder)/unified"
        if File.exists("\(unified)/cgroup.procs") {
            return CgroupTree(layout: .hybrid, root: unified, hierarchy: "")
        }
        for (name, hierarchy) in legacyHierarchies where File.exists("\(folder)/\(name)/cgroup.procs") {
            return CgroupTree(layout: .legacy, root: "\(folder)/\(name)", hierarchy: hierarchy)
        }
        return nil
    }

    /// The folder of a cgroup of this hierarchy.
    package func folder(of cgroup: String) -> String {
        cgroup == "/" ? root : root + cgroup
    }

    /// The path of a cgroup below the root, of a folder below it: what `/proc/PID/cgroup` says.
    package func cgroup(of folder: String) -> String {
        folder.hasPrefix(root) && folder.utf8.count > root.utf8.count ? String(folder.dropFirst(root.count)) : "/"
    }

    /// The cgroup in this hierarchy of a process.
    package func cgroup(in membership: CgroupMembership) -> String? {
        membership.path(in: hierarchy)
    }

    /// The processes directly in one cgroup; throws when it is gone. A threaded cgroup has none of its own.
    package func processes(in cgroup: String) throws(FileError) -> [Int32] {
        let list = try File.read("\(folder(of: cgroup))/cgroup.procs", limit: Self.maximumList)
        return Self.processes(list.span)
    }

    /// Bytes of one cgroup's list of processes: 4 million processes, as many as a kernel can have.
    static let maximumList = 32 << 20

    /// The numbers in `cgroup.procs`. A process outside our process namespace is listed as 0: it is left out.
    package static func processes(_ list: Span<UInt8>) -> [Int32] {
        var pids: [Int32] = []
        Decimal.forEachLine(of: list) { number in
            if number > 0, let pid = Int32(exactly: number) { pids.append(pid) }
        }
        return pids
    }
}
