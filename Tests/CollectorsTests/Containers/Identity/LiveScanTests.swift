import AgentCore
import AgentTestKit
import Collectors
import EventModel
import Foundation
import Testing

/// The host the tests run on.
private enum ThisHost {
    static let view = HostView(name: "here", under: "")
    static let tree = CgroupTree.find(below: view.cgroups)
    static let canRun = getuid() == 0 && tree?.hierarchy == "" && access(tree?.root ?? "", W_OK) == 0
}

/// The scan on the kernel itself: processes in cgroups that are named as Docker's, and in namespaces.
@Suite(.enabled(if: ThisHost.canRun, "cgroups of version 2 that may be written to are not here"))
struct LiveScanTests {
    /// A cgroup of the test's own, removed at the end.
    private final class OwnCgroup {
        let path: String
        let folder: String

        init(_ name: String) throws {
            path = "/guestwatch-test-\(UInt32.random(in: 0 ... .max)).slice/\(name)"
            folder = try #require(ThisHost.tree).folder(of: path)
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }

        func take(_ pid: Int32) {
            #expect(TestFile.write(Array("\(pid)".utf8), to: "\(folder)/cgroup.procs"))
        }

        deinit {
            rmdir(folder)
            rmdir((folder as NSString).deletingLastPathComponent)
        }
    }

    private func container(_ scan: ContainerScan, _ id: String) -> FoundContainer? {
        scan.scan().containers.first { $0.identity.key.id == id }
    }

    @Test("a container comes with its first process, keeps it among others, and goes with the last")
    func life() async throws {
        let id = String((0..<64).map { _ in "0123456789abcdef".randomElement() ?? "0" })
        let cgroup = try OwnCgroup("docker-\(id).scope")
        let scan = try ContainerScan(ThisHost.view)
        #expect(container(scan, id) == nil)

        let first = try ChildProcess(.init("/bin/sleep", ["60"]))
        let second = try ChildProcess(.init("/bin/sleep", ["60"]))
        defer { [first, second].forEach { $0.kill() } }
        cgroup.take(first.pid)
        cgroup.take(second.pid)
        let found = try #require(container(scan, id))
        #expect(found.main?.pid == first.pid)
        #expect(found.identity.key.runtime == "docker")
        #expect(Set(found.processes) == [first.pid, second.pid])
        #expect(found.cgroup == cgroup.path)
        #expect(
            found.cgroupID
                == (try FileManager.default.attributesOfItem(atPath: cgroup.folder)[.systemFileNumber] as? UInt64))
        let started = try #require(found.started).nanoseconds / 1_000_000_000
        #expect(abs(Double(started) - Date().timeIntervalSince1970) < 10)
        #expect(try scan.identity(of: second.pid).container?.key.id == id)
        #expect(scan.look(at: cgroup.path) == [found])

        first.kill()
        _ = try await first.waitForExit()
        #expect(container(scan, id)?.main?.pid == second.pid)
        second.kill()
        _ = try await second.waitForExit()
        #expect(container(scan, id) == nil)
        #expect(throws: (any Error).self) { try scan.identity(of: second.pid) }
    }

    @Test("a process namespace nobody knows is a container, by its first process", .timeLimit(.minutes(1)))
    func namespace() async throws {
        let scan = try ContainerScan(ThisHost.view)
        let unshare = try ChildProcess(.init("/usr/bin/unshare", ["-pf", "--kill-child", "/bin/sleep", "60"]))
        defer { unshare.kill() }
        let reader = try ProcReader(ThisHost.view.proc)
        func found() -> FoundContainer? {
            scan.scan().containers.first { container in
                guard let main = container.main else { return false }
                return (try? reader.stat(main.pid))??.parent == unshare.pid
            }
        }
        var container: FoundContainer?
        for _ in 0..<200 {
            container = found()
            if container != nil { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        let identity = try #require(container?.identity)
        #expect(identity.key.runtime == "unknown-ns")
        let main = try #require(container?.main)
        let inode = try #require(try reader.namespace(main.pid, .process))
        #expect(identity.key.id == "\(scan.boot.id):\(inode)")
        #expect(container?.cgroup == nil)
        #expect(try scan.identity(of: main.pid).role == .initial)
    }

    @Test("of a process its children are told, which say what they were started for")
    func children() async throws {
        let reader = try ProcReader("/proc")
        let monitor = try ChildProcess(.init("/bin/sh", ["-c", "LXC_TARGET=stop sleep 60 & wait"]))
        defer { for child in reader.children(monitor.pid) { kill(child, SIGKILL) } }
        try #require(access("/proc/self/task/\(getpid())/children", R_OK) == 0)
        var environment: [String] = []
        for _ in 0..<500 where !environment.contains("LXC_TARGET=stop") {
            environment = try reader.children(monitor.pid).first.map { try reader.environment($0) } ?? []
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(environment.contains("LXC_TARGET=stop"))
        #expect(reader.children(.max).isEmpty)
    }
}
