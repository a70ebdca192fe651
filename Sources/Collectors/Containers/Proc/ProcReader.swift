import EventModel
import Glibc
package import Platform

/// Reads processes below a procfs, in bytes and by descriptors.
///
/// Anything may be gone, cut off or refused at any moment; each call says so by throwing, and none of it is an error of
/// the collector. A number may belong to another process than a moment ago: who reads two things of a process reads its
/// `stat` before and after (`isStill`).
///
/// Not `Sendable`: one owner, one thread at a time.
package final class ProcReader {
    /// What is read of an environment or a command line: their owners may make them as long as they like.
    package static let maximumText = 64 << 10

    private let tree: FolderTree

    /// - `path`: the procfs, as in `HostView.proc`.
    package init(_ path: String) throws(SystemError) {
        tree = try FolderTree(path)
    }

    /// The boot of the host this procfs belongs to.
    package func boot() -> HostBoot {
        let id = (try? tree.read("sys/kernel/random/boot_id") { Self.line($0) }) ?? ""
        // `btime` comes after a line for each interrupt: large hosts have thousands.
        let time = (try? tree.read("stat", limit: 4 << 20) { HostBoot.bootTime(in: $0) }) ?? nil
        let ticks = sysconf(Int32(_SC_CLK_TCK))
        return HostBoot(
            id: id, time: time ?? Timestamp(nanoseconds: 0), ticksPerSecond: ticks > 0 ? UInt64(ticks) : 100)
    }

    /// The processes there are, in the order of their numbers.
    package func processes(into processes: inout [Int32]) throws(SystemCode) {
        try tree.numbers(into: &processes)
    }

    /// Its name, parent and start time; nil in the moment in which it goes.
    package func stat(_ pid: Int32) throws(SystemCode) -> ProcessStat? {
        try tree.read(pid, "stat", limit: 4096) { ProcessStat.read($0) }
    }

    /// Whether the number still belongs to that process.
    package func isStill(_ process: ProcessKey) -> Bool {
        (try? stat(process.pid))??.startTicks == process.startTicks
    }

    /// Whether other users' processes are hidden from us (`hidepid`): there always is a first process.
    package var isHiding: Bool {
        do throws(SystemCode) {
            return try stat(1) == nil
        } catch {
            return error.isGone || error.isRefused
        }
    }

    /// Its cgroups.
    package func cgroups(_ pid: Int32) throws(SystemCode) -> CgroupMembership {
        CgroupMembership.read(try tree.read(pid, "cgroup") { $0.array })
    }

    /// Its arguments; empty for a process of the kernel's and one that just goes.
    package func arguments(_ pid: Int32) throws(SystemCode) -> [String] {
        Self.texts(try tree.read(pid, "cmdline", limit: Self.maximumText) { $0.array })
    }

    /// Its environment as it was when its program began. A claim of whoever started it; refused to strangers.
    package func environment(_ pid: Int32) throws(SystemCode) -> [String] {
        Self.texts(try tree.read(pid, "environ", limit: Self.maximumText) { $0.array })
    }

    /// The processes its first thread has started and not reaped yet; none where the kernel does not tell
    /// (`CONFIG_PROC_CHILDREN`).
    package func children(_ pid: Int32) -> [Int32] {
        let list = try? tree.read("\(pid)/task/\(pid)/children", limit: Self.maximumText) { $0.array }
        return (list ?? []).split(separator: UInt8(ascii: " "))
            .compactMap { Int32(String(decoding: $0, as: UTF8.self)) }
    }

    /// Its numbers in the nested process namespaces; nil when the kernel does not tell.
    package func depth(_ pid: Int32) throws(SystemCode) -> ProcessDepth? {
        try tree.read(pid, "status") { ProcessDepth.read($0) }
    }

    /// The inode of one of its namespaces; refused to strangers.
    package func namespace(_ pid: Int32, _ kind: NamespaceKind) throws(SystemCode) -> UInt64? {
        let link: StaticString =
            switch kind {
            case .process: "ns/pid"
            case .network: "ns/net"
            case .mount: "ns/mnt"
            case .user: "ns/user"
            case .cgroup: "ns/cgroup"
            }
        return try tree.link(pid, link) { NamespaceKind.inode(in: $0) }
    }

    /// The user namespace's mapping, as the kernel prints it: `0 100000 65536`.
    package func userMap(_ pid: Int32) throws(SystemCode) -> [UInt8] {
        try tree.read(pid, "uid_map") { $0.array }
    }

    private static func line(_ bytes: Span<UInt8>) -> String {
        String(decoding: bytes.array.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// The texts of a list in which each ends with NUL, empty ones left out: programs that write over their arguments
    /// leave many.
    package static func texts(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }
}

/// A kind of namespace.
package enum NamespaceKind: Sendable, Hashable {
    case process
    case network
    case mount
    case user
    case cgroup

    /// The kernel's first process namespace has had this inode since Linux 3.8.
    package static let firstProcessNamespace: UInt64 = 0xEFFF_FFFC

    /// Reads the inode of a link's text, `pid:[4026531836]`.
    package static func inode(in link: Span<UInt8>) -> UInt64? {
        var index = 0
        while index < link.count, link[index] != UInt8(ascii: "[") { index += 1 }
        index += 1
        guard index < link.count, let inode = Decimal.next(in: link, at: &index), index < link.count,
            link[index] == UInt8(ascii: "]")
        else { return nil }
        return inode
    }
}
