import AgentCore
import AgentTestKit
import Foundation

/// A host made of files: version 2 cgroups and procfs, to which containers come and from which they go.
struct FakeHost {
    let folder: TemporaryDirectory
    var view: HostView { HostView(name: "hv1", under: folder.path) }

    init() throws {
        folder = try TemporaryDirectory("fake-host")
        try write("proc/sys/kernel/random/boot_id", "11111111-2222-3333-4444-555555555555\n")
        try write("proc/stat", "cpu 1 2 3\nbtime 1700000000\n")
        try write("sys/fs/cgroup/cgroup.controllers", "cpu memory\n")
        try write("sys/fs/cgroup/cgroup.procs", "1\n")
        try process(1, parent: 0, name: "systemd", ticks: 1, cgroup: "/init.scope")
    }

    func write(_ path: String, _ text: String) throws {
        let url = URL(fileURLWithPath: folder.path(path))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        // In place, as the kernel's files are: the same inode is watched.
        if let handle = FileHandle(forWritingAtPath: url.path) {
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: Data(text.utf8))
            try handle.close()
        } else {
            try Data(text.utf8).write(to: url)
        }
    }

    func process(_ pid: Int, parent: Int, name: String, ticks: Int, cgroup: String) throws {
        let rest = (0..<17).map { _ in "0" }.joined(separator: " ")
        let tail = (0..<30).map { _ in "0" }.joined(separator: " ")
        try write("proc/\(pid)/stat", "\(pid) (\(name)) S \(parent) \(rest) \(ticks) \(tail)\n")
        try write("proc/\(pid)/cgroup", "0::\(cgroup)\n")
        let numbers = pid == 1 ? "1" : "\(pid)\t1"
        try write("proc/\(pid)/status", "Name:\t\(name)\nPid:\t\(pid)\nPPid:\t\(parent)\nNSpid:\t\(numbers)\n")
        try write("proc/\(pid)/cmdline", "/bin/\(name)\0")
        try write("proc/\(pid)/environ", "")
    }

    /// A container of Docker's with one process.
    func begin(_ id: String, pid: Int, ticks: Int) throws {
        try process(pid, parent: 1, name: "app", ticks: ticks, cgroup: "/docker/\(id)")
        try write("sys/fs/cgroup/docker/\(id)/cgroup.events", "populated 1\nfrozen 0\n")
        try write("sys/fs/cgroup/docker/\(id)/cgroup.procs", "\(pid)\n")
    }

    func end(_ id: String, pid: Int) throws {
        try FileManager.default.removeItem(atPath: folder.path("proc/\(pid)"))
        try FileManager.default.removeItem(atPath: folder.path("sys/fs/cgroup/docker/\(id)"))
    }

    /// 64 hex digits.
    static func id(_ number: Int) -> String {
        String(repeating: "0", count: 56) + String(format: "%08x", number)
    }
}
