import AgentCore
import AgentTestKit
import Collectors
import EventModel
import Foundation
import Testing

/// The whole look at a host, over trees made of recorded processes.
@Suite("The scan of a host")
struct ContainerScanTests {
    private static let docker = String(repeating: "a1", count: 32)

    private func keys(_ findings: ScanFindings) -> [String] {
        findings.containers.map { "\($0.identity.key.runtime)/\($0.identity.key.id.prefix(14))" }.sorted()
    }

    /// A host with these recordings; `hierarchy`: the processes are in a hierarchy of version 2 as well.
    private func host(_ recordings: [String], hierarchy: Bool) throws -> RecordedHost {
        let host = try RecordedHost()
        for recording in recordings { try host.add(recording) }
        if hierarchy { try host.addHierarchy() }
        return host
    }

    @Test("all recordings of one host at once: each container once, nothing else", arguments: [true, false])
    func wholeHost(hierarchy: Bool) throws {
        // All were recorded on one machine, of other numbers each.
        let recordings = RecordedProcessesTests.rows.map(\.recording).filter {
            ["docker-systemd-v2/", "podman-systemd-v2/", "nspawn-v2/", "negative/", "containerd-systemd-v2/"]
                .contains { [name = $0] prefix in name.hasPrefix(prefix) }
        }
        let host = try host(recordings, hierarchy: hierarchy)
        let found = try ContainerScan(host.view).scan()

        let expected = RecordedProcessesTests.rows.filter {
            recordings.contains($0.recording) && $0.role.hasPrefix("container-") && $0.runtime != "unknown-ns"
        }
        let wanted = Set(expected.map { "\($0.runtime ?? "")/\($0.id ?? "")" })
        #expect(Set(keys(found).filter { !$0.hasPrefix("unknown-ns") }) == wanted)
        #expect(keys(found).count { $0.hasPrefix("unknown-ns") } == 1)
        #expect(keys(found).count == wanted.count + 1)
        for container in found.containers {
            #expect(container.main != nil && container.processes.contains(container.main?.pid ?? 0))
        }
    }

    @Test(
        "on a host with version 1 too, wherever its hierarchies disagree",
        arguments: [CgroupTree.Layout.hybrid, .legacy])
    func olderHost(layout: CgroupTree.Layout) throws {
        let folders = ["docker/", "podman/", "lxc/", "lxd/", "libvirt-lxc/", "libvirt-qemu/", "nspawn/", "containerd/"]
        let rows = RecordedProcessesTests.rows.filter { row in folders.contains { row.recording.hasPrefix($0) } }
        let host = try host(rows.map(\.recording), hierarchy: false)
        try host.addHierarchy(layout)
        let scan = try ContainerScan(host.view)
        #expect(scan.tree?.layout == layout)
        let wanted = rows.filter { $0.role.hasPrefix("container-") }.map { "\($0.runtime ?? "")/\($0.id ?? "")" }
        #expect(keys(scan.scan()) == Set(wanted).sorted())
        #expect(keys(scan.scan()) == Set(wanted).sorted())
    }

    @Test("the second look reads nothing of processes it knows but their start times")
    func memory() throws {
        let host = try host(
            ["docker-systemd-v2/dweb", "docker-systemd-v2/dweb-exec", "negative/bash-1634"], hierarchy: true)
        let scan = try ContainerScan(host.view)
        let first = scan.scan()
        let second = scan.scan()
        #expect(first.containers == second.containers)
        #expect(second.reads < first.reads)
        // One for the main process, one for each of the others outside.
        #expect(second.reads <= 1 + 5)
    }

    @Test("the main process is the first whose parent is outside, not the exec'd one")
    func mainProcess() throws {
        let host = try host(["docker-systemd-v2/dweb-exec", "docker-systemd-v2/dweb"], hierarchy: true)
        let found = try #require(try ContainerScan(host.view).scan().containers.first)
        #expect(found.main?.pid == 3957)
        #expect(found.processes.sorted() == [3957, 5904])
        #expect(found.cgroup?.hasPrefix("/system.slice/docker-945a") == true)
        #expect(found.cgroupID != nil)
    }

    @Test("a number that is used again by the same container's new main process is a new life")
    func reusedNumber() throws {
        let host = try host(["docker-systemd-v2/dweb"], hierarchy: true)
        let scan = try ContainerScan(host.view)
        let before = try #require(scan.scan().containers.first?.main)
        let stat = try #require(TestFile.text(host.folder.path("proc/\(before.pid)/stat")))
        try host.write(stat.replacing(" \(before.startTicks) ", with: " 99999999 "), to: "proc/\(before.pid)/stat")
        let after = try #require(scan.scan().containers.first?.main)
        #expect(after.pid == before.pid && after.startTicks == 99_999_999)
    }

    @Test("what the runtime still prepares is told as such, and looked at again")
    func preparing() throws {
        let host = try host(["docker-systemd-v2/dweb"], hierarchy: true)
        let path = "proc/3957/stat"
        let ready = try #require(TestFile.text(host.folder.path(path)))
        try host.write(ready.replacing("(sleep)", with: "(runc:[2:INIT])"), to: path)
        let scan = try ContainerScan(host.view)
        #expect(scan.scan().containers.first?.isPreparing == true)
        try host.write(ready, to: path)
        #expect(scan.scan().containers.first?.isPreparing == false)
    }

    @Test("a cgroup that is gone is a container that is gone; with an empty one there is none")
    func gone() throws {
        let host = try host(["docker-systemd-v2/dweb", "docker-systemd-v2/dnet"], hierarchy: true)
        let scan = try ContainerScan(host.view)
        let both = scan.scan().containers
        #expect(both.count == 2)
        let first = try #require(both.first?.cgroup)
        try host.write("", to: "sys/fs/cgroup\(first)/cgroup.procs")
        #expect(scan.scan().containers.count == 1)
        let last = try #require(both.last?.cgroup)
        try FileManager.default.removeItem(atPath: host.folder.path("sys/fs/cgroup\(last)"))
        #expect(scan.scan().containers.isEmpty)
    }

    @Test("one cgroup can be looked at alone, from any folder of the container on")
    func oneCgroup() throws {
        let host = try host(["podman-systemd-v2/pod-web", "docker-systemd-v2/dnet"], hierarchy: true)
        let scan = try ContainerScan(host.view)
        let whole = try #require(scan.scan().containers.first { $0.identity.name == "pod-web" })
        let cgroup = try #require(whole.cgroup)
        #expect(cgroup.hasSuffix(".scope"))
        #expect(scan.look(at: cgroup) == [whole])
        #expect(scan.look(at: cgroup + "/container") == [whole])
        #expect(scan.look(at: "/no/such/cgroup") == [])
    }

    @Test("processes that vanish, are cut off, or are nonsense are left out, and nothing is invented")
    func hostile() throws {
        let host = try host(["docker-systemd-v2/dweb", "negative/bash-1634"], hierarchy: true)
        let scope = "sys/fs/cgroup/system.slice/docker-\(Self.docker).scope"
        try host.write("0\n0\n77777\n-5\nabc\n", to: "\(scope)/cgroup.procs")
        try host.write("", to: "proc/77777/stat")
        try host.write("88888\n88889\n", to: "sys/fs/cgroup/system.slice/cgroup.procs")
        try host.write("88888 (a) b) S", to: "proc/88888/stat")
        try FileManager.default.createDirectory(
            atPath: host.folder.path("proc/88889/stat"), withIntermediateDirectories: true)
        let found = try ContainerScan(host.view).scan()
        #expect(keys(found) == ["docker/945a63171744e9", "docker/a1a1a1a1a1a1a1"])
        #expect(found.containers.first { $0.main == nil }?.processes == [77777])
    }

    @Test("a bare container is known by its runtime's state, by number and start time", arguments: ["crun", "runc"])
    func bare(runtime: String) throws {
        let host = try host(["\(runtime)/init"], hierarchy: false)
        let pid = runtime == "crun" ? 12395 : 12428
        let line = try #require(TestFile.read(host.folder.path("proc/\(pid)/stat")))
        let stat = try #require(ProcessStat.read(line))
        try host.addState(of: stat, runtime: runtime, id: "web")
        let found = try ContainerScan(host.view).scan()
        #expect(keys(found) == ["\(runtime)/web"])
        #expect(found.containers.first?.main == stat.key)

        // Another process that has the number today is none of it.
        try host.addState(of: stat, runtime: runtime, id: "web", startingAt: stat.startTicks + 1)
        #expect(keys(try ContainerScan(host.view).scan()).allSatisfy { $0.hasPrefix("unknown-ns/") })
    }

    @Test("a bare container whose runtime writes its state down late is known by it as soon as it is there")
    func late() throws {
        let host = try host(["crun/init"], hierarchy: true)
        let line = try #require(TestFile.read(host.folder.path("proc/12395/stat")))
        let stat = try #require(ProcessStat.read(line))
        let scan = try ContainerScan(host.view)
        let cgroup = try #require(scan.scan().containers.first?.cgroup)
        #expect(scan.look(at: cgroup).map(\.identity.key.runtime) == ["unknown-ns"])
        try host.addState(of: stat, runtime: "crun", id: "web")
        #expect(scan.look(at: cgroup).map(\.identity.key) == [ContainerKey(runtime: "crun", id: "web")])
    }

    @Test("a state that was left behind makes no container of those who use its cgroup's path today")
    func leftBehind() throws {
        let host = try host(["negative/systemd-run-scope"], hierarchy: true)
        let path = "/system.slice/myscope.scope"
        try host.write(
            #"{"pid":3,"process-start-time":5,"cgroup-path":"\#(path)","bundle":"/b"}"#, to: "run/crun/old/status")
        #expect(keys(try ContainerScan(host.view).scan()).isEmpty)
        // While its first process lives they are its own, whoever started them.
        let zeros = Array(repeating: "0", count: 17).joined(separator: " ")
        try host.write("3 (sleep) S 1 \(zeros) 5 0 0\n", to: "proc/3/stat")
        #expect(keys(try ContainerScan(host.view).scan()) == ["crun/old"])
    }

    @Test("the cgroup of a container that runs systemd is the one above systemd's own")
    func ownCgroup() throws {
        let host = try host(["nspawn-v2/nsp3-keepunit"], hierarchy: false)
        let unit = "/system.slice/nsp3run.service/payload"
        try host.write("0::\(unit)/init.scope\n", to: "proc/7195/cgroup")
        try host.addHierarchy()
        let found = try #require(try ContainerScan(host.view).scan().containers.first)
        #expect(found.identity.key == ContainerKey(runtime: "nspawn", id: "nsp3"))
        #expect(found.cgroup == unit)
    }

    @Test("what a monitor starts for itself is the host's: it shares its cgroup and its namespace")
    func monitorsChild() throws {
        let host = try host(["docker-systemd-v2/dweb"], hierarchy: false)
        let zeros = Array(repeating: "0", count: 17).joined(separator: " ")
        try host.write("9999 (runc) S 3936 \(zeros) 99999 0 0\n", to: "proc/9999/stat")
        try host.write("0::/system.slice/containerd.service\n", to: "proc/9999/cgroup")
        try host.write("NSpid:\t9999\n", to: "proc/9999/status")
        try host.addHierarchy()
        let scan = try ContainerScan(host.view)
        #expect(scan.scan().containers.map(\.main?.pid) == [3957])
        #expect(try scan.identity(of: 9999) == ProcessIdentity(role: .host))
    }

    @Test("without the right to look into processes the paths still tell, and the limits say what is missing")
    func hidden() throws {
        let host = try host(["docker-systemd-v2/dweb"], hierarchy: true)
        try FileManager.default.removeItem(atPath: host.folder.path("proc"))
        try host.write("cpu 1\nbtime 1795236413\n", to: "proc/stat")
        let found = try ContainerScan(host.view).scan()
        #expect(keys(found) == ["docker/945a63171744e9"])
        #expect(found.containers.first?.main == nil)
        #expect(found.limits.contains { $0.contains("hidepid") })
    }

    @Test("ten thousand cgroups in one another end at the limit")
    func deep() throws {
        let host = try host(["docker-systemd-v2/dweb"], hierarchy: true)
        let path = "sys/fs/cgroup/" + (0..<70).map { "d\($0)" }.joined(separator: "/")
        try host.write("", to: "\(path)/cgroup.procs")
        let found = try ContainerScan(host.view).scan()
        #expect(found.containers.count == 1)
        #expect(found.limits.contains { $0.contains("could not be read") })
    }
}
