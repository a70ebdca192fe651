import AgentCore
import AgentTestKit
import Collectors
import Foundation
import Testing

/// A host made of recorded processes: a folder with `proc`, `run` and cgroup hierarchies in it.
final class RecordedHost {
    let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
        try write("", to: "proc/.keep")
        try write("", to: "run/.keep")
    }

    var view: HostView { HostView(name: "hv1", under: folder.path) }

    /// The recordings, each a folder with a process in it.
    static let recordings = PackageRoot["Tests/CollectorsTests/Containers/procfs"]

    /// Puts a recorded process into `proc`, with its ancestors as they were recorded beside it. Gives its number.
    @discardableResult
    func add(_ recording: String) throws -> Int32 {
        let source = "\(Self.recordings)/\(recording)"
        let stat = try text("\(source)/stat")
        let pid = try #require(Int32(stat.prefix { $0 != " " }))
        for line in try text("\(source)/ancestors.tsv").split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 6, let number = Int32(fields[0]), number != pid else { continue }
            try addAncestor(number, fields)
        }
        let target = "proc/\(pid)"
        try? FileManager.default.removeItem(atPath: folder.path(target))
        for name in ["stat", "status", "cgroup", "cmdline", "environ", "uid_map"] {
            guard let bytes = TestFile.read("\(source)/\(name)") else { continue }
            try write(bytes, to: "\(target)/\(name)")
        }
        for line in try text("\(source)/ns.txt").split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard words.count == 2 else { continue }
            try link("\(target)/ns/\(words[0])", to: words[1])
        }
        try addBoot(try text("\(source)/host.txt"))
        return pid
    }

    /// An ancestor of which the recording tells its parent, start, name, arguments and cgroups.
    private func addAncestor(_ pid: Int32, _ fields: [String]) throws {
        guard !FileManager.default.fileExists(atPath: folder.path("proc/\(pid)/status")) else { return }
        let zeros = Array(repeating: "0", count: 17).joined(separator: " ")
        try write("\(pid) (\(fields[3])) S \(fields[1]) \(zeros) \(fields[2]) 0 0\n", to: "proc/\(pid)/stat")
        let arguments = fields[4].hasPrefix("[") ? fields[4] : fields[4].replacing(" ", with: "\0")
        try write(arguments + "\0", to: "proc/\(pid)/cmdline")
        try write(fields[5].replacing(";", with: "\n"), to: "proc/\(pid)/cgroup")
        try write("Name:\t\(fields[3])\nNSpid:\t\(pid)\n", to: "proc/\(pid)/status")
    }

    private func addBoot(_ line: String) throws {
        for word in line.split(separator: " ") {
            let pair = word.split(separator: "=").map(String.init)
            guard pair.count == 2 else { continue }
            if pair[0] == "btime" { try write("cpu  1 2 3\nbtime \(pair[1])\nprocesses 9\n", to: "proc/stat") }
            if pair[0] == "boot_id" { try write(pair[1] + "\n", to: "proc/sys/kernel/random/boot_id") }
        }
    }

    func write(_ text: String, to path: String) throws {
        try write(Array(text.utf8), to: path)
    }

    func write(_ bytes: [UInt8], to path: String) throws {
        let full = folder.path(path)
        try FileManager.default.createDirectory(
            atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        #expect(TestFile.write(bytes, to: full))
    }

    func link(_ path: String, to target: String) throws {
        let full = folder.path(path)
        try FileManager.default.createDirectory(
            atPath: (full as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: full, withDestinationPath: target)
    }

    private func text(_ path: String) throws -> String {
        try #require(TestFile.text(path), "\(path)")
    }
}

extension RecordedHost {
    /// Makes a hierarchy out of what the processes say they are in.
    func addHierarchy(_ layout: CgroupTree.Layout = .unified) throws {
        let (folder, hierarchy) =
            switch layout {
            case .unified: ("sys/fs/cgroup", "")
            case .hybrid: ("sys/fs/cgroup/unified", "")
            case .legacy: ("sys/fs/cgroup/pids", "pids")
            }
        var lists: [String: [String]] = ["/": []]
        for name in try FileManager.default.contentsOfDirectory(atPath: self.folder.path("proc")) {
            guard Int32(name) != nil, let file = TestFile.read(self.folder.path("proc/\(name)/cgroup")) else {
                continue
            }
            lists[CgroupMembership.read(file).path(in: hierarchy) ?? "/", default: []].append(name)
        }
        for (path, pids) in lists {
            try write(pids.map { "\($0)\n" }.joined(), to: "\(folder)\(path)/cgroup.procs")
        }
        // The kernel has the file in each folder.
        let all = FileManager.default.enumerator(atPath: self.folder.path(folder))
        for case let path as String in all ?? .init() {
            let full = self.folder.path("\(folder)/\(path)")
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder), isFolder.boolValue,
                !FileManager.default.fileExists(atPath: "\(full)/cgroup.procs")
            else { continue }
            try write("", to: "\(folder)/\(path)/cgroup.procs")
        }
    }

    /// What a runtime keeps of a container whose first process this is.
    func addState(of stat: ProcessStat, runtime: String, id: String, startingAt ticks: UInt64? = nil) throws {
        let start = ticks ?? stat.startTicks
        if runtime == "crun" {
            try write(
                #"{"pid":\#(stat.pid),"process-start-time":\#(start),"cgroup-path":"","bundle":"/b"}"#,
                to: "run/crun/\(id)/status")
        } else {
            try write(
                #"{"id":"\#(id)","init_process_pid":\#(stat.pid),"init_process_start":\#(start),"config":{"labels":["bundle=/b"]}}"#,
                to: "run/runc/\(id)/state.json")
        }
    }
}
