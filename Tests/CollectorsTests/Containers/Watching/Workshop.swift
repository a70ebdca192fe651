import AgentTestKit
import Foundation
import Platform
import Testing

/// Makes real containers on this host: a folder with a root file system, and the commands of the runtimes.
final class Workshop: Sendable {
    /// In all names, so that a test looks only at what it started itself.
    let mark: String
    let folder: String

    init() throws {
        mark = "gwt" + String(UInt32.random(in: 0x1000_0000...0xFFFF_FFFF), radix: 36)
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(mark).path
        let bin = "\(folder)/rootfs/bin"
        for name in ["bin", "usr", "etc", "proc", "dev", "tmp"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/rootfs/\(name)", withIntermediateDirectories: true)
        }
        try FileManager.default.copyItem(atPath: "/bin/busybox", toPath: "\(bin)/busybox")
        for name in ["sh", "sleep", "true", "cat", "head", "tail", "kill", "dd", "seq"] {
            try FileManager.default.createSymbolicLink(atPath: "\(bin)/\(name)", withDestinationPath: "busybox")
        }
        try Data().write(to: URL(fileURLWithPath: "\(folder)/rootfs/etc/os-release"))
    }

    deinit {
        // Also after a failed test: by a shell of its own, which nobody waits for long.
        let commands = closing.withLock { $0 }
        let text = commands.map { "( \($0) ) > /dev/null 2>&1" } + ["rm -rf \(folder)"]
        guard let process = try? ChildProcess(.init("/bin/sh", ["-c", text.joined(separator: "; ")])) else { return }
        let start = ContinuousClock.now
        while process.exit == nil, ContinuousClock.now - start < .seconds(20) { usleep(5000) }
    }

    private let closing = Locked<[String]>([])

    /// A command that cleans up, when the workshop is closed or goes; those given last come first.
    func atEnd(_ command: String) {
        closing.withLock { $0.insert(command, at: 0) }
    }

    /// Cleans up now.
    func close() async throws {
        let commands = closing.withLock { commands in
            defer { commands = [] }
            return commands
        }
        for command in commands { _ = try? await run(command, mayFail: true) }
    }

    /// Whether the tests may start containers here: root, and the programs are there.
    static func can(_ programs: String...) -> Bool {
        let places = ["/usr/bin", "/usr/sbin", "/bin", "/sbin"]
        return geteuid() == 0
            && (programs + ["busybox"]).allSatisfy { program in
                places.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
            }
    }

    /// Runs a command of the shell and gives what it printed; throws when it failed.
    @discardableResult
    func run(_ command: String, mayFail: Bool = false, limit: Duration = .seconds(120)) async throws -> String {
        let process = try ChildProcess(.init("/bin/sh", ["-c", command], directory: folder))
        let exit = try await process.waitForExit(limit: limit)
        if !mayFail, exit != .code(0) { throw Failure(text: "\(command): \(process.output)\(process.errors)") }
        return process.output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    struct Failure: Error { var text: String }

    /// For a script in a container: waits until `go` was called.
    static let waitForGo = "while [ ! -e /go ]; do sleep 0.05; done; "

    /// Lets the container's script go on.
    func go() async throws {
        try await run("touch rootfs/go")
    }

    /// Runs an OCI bundle in the background and gives its name.
    func oci(_ runtime: String, _ name: String, _ arguments: [String], cgroup: String? = nil, memory: Int? = nil)
        async throws
        -> String
    {
        // crun wants all controllers of a hybrid host in version 1.
        if FileManager.default.fileExists(atPath: "/sys/fs/cgroup/unified/hugetlb.max") == false,
            FileManager.default.fileExists(atPath: "/sys/fs/cgroup/unified"),
            !FileManager.default.fileExists(atPath: "/sys/fs/cgroup/hugetlb")
        {
            try await run(
                "mkdir /sys/fs/cgroup/hugetlb && mount -t cgroup -o hugetlb cgroup /sys/fs/cgroup/hugetlb",
                mayFail: true)
        }
        let id = "\(mark)\(name)"
        let bundle = "\(folder)/\(id)"
        try await run("mkdir -p \(bundle) && cd \(bundle) && \(runtime) spec")
        let path = URL(fileURLWithPath: "\(bundle)/config.json")
        var spec = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: path)) as? [String: Any])
        var process = spec["process"] as? [String: Any] ?? [:]
        (process["terminal"], process["args"], process["rlimits"]) = (false, arguments, nil)
        var linux = spec["linux"] as? [String: Any] ?? [:]
        linux["cgroupsPath"] = cgroup ?? "/\(id)"
        if let memory { linux["resources"] = ["memory": ["limit": memory]] }
        (spec["process"], spec["linux"], spec["root"]) = (process, linux, ["path": "\(folder)/rootfs"])
        try JSONSerialization.data(withJSONObject: spec).write(to: path)
        let manager = runtime == "crun" ? "--cgroup-manager=cgroupfs" : ""
        try await run(
            "\(runtime) \(manager) run -d -b \(bundle) \(id) > \(bundle)/log 2>&1 || { cat \(bundle)/log; false; }")
        return id
    }
}
