import Collectors
import EventModel
import Foundation
import Testing

/// What is done to a real container by way of its cgroup of version 2.
@Suite(.serialized) struct RealCgroupsTests {
    private static let tree = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"].first {
        FileManager.default.fileExists(atPath: "\($0)/cgroup.procs")
    }
    private static let absent = missing(["crun", "busybox"]) ?? (tree == nil ? "no cgroups of version 2" : nil)
    private let started = ["started", "init-pid-found"]

    /// The folder of a container's cgroup, and its first process.
    private func place(of container: String, _ collector: CollectorUnderTest) throws -> (folder: String, pid: Int64) {
        let data = try collector.events(of: container)[0].data.parsed()
        let (cgroup, pid) = (try #require(data["cgroup"]?.string), try #require(data["pid"]?.integer))
        return ("\(Self.tree ?? "")\(cgroup)", pid)
    }

    @Test("frozen by cgroup.freeze is paused", .enabled(if: absent == nil, "\(absent ?? "")"))
    func freeze() async throws {
        let workshop = try Workshop()
        let collector = try CollectorUnderTest()
        try await collector.begun()
        let id = try await workshop.oci("crun", "a", ["/bin/sleep", "600"])
        workshop.atEnd("crun delete -f \(id)")
        await collector.expect(started, of: id, within: .seconds(1))
        let folder = try place(of: id, collector).folder
        try await workshop.run("echo 1 > \(folder)/cgroup.freeze")
        await collector.expect(started + ["paused"], of: id, within: .seconds(1))
        try await workshop.run("echo 0 > \(folder)/cgroup.freeze")
        await collector.expect(started + ["paused", "resumed"], of: id, within: .seconds(1))
        _ = await collector.kill()
        try await workshop.close()
    }

    @Test("moved to another cgroup it is the same container", .enabled(if: absent == nil, "\(absent ?? "")"))
    func move() async throws {
        let workshop = try Workshop()
        let collector = try CollectorUnderTest()
        try await collector.begun()
        let id = try await workshop.oci("crun", "a", ["/bin/sleep", "600"])
        let other = "\(Self.tree ?? "")/\(workshop.mark)-other"
        workshop.atEnd("crun delete -f \(id); sleep 0.1; rmdir \(other)")
        await collector.expect(started, of: id, within: .seconds(1))
        let pid = try place(of: id, collector).pid
        try await workshop.run("mkdir \(other) && echo \(pid) > \(other)/cgroup.procs")
        await collector.expect(started + ["moved"], of: id, within: .seconds(1))
        #expect(try collector.events(of: id).last?.data.parsed()["to"]?.string == "/\(workshop.mark)-other")
        try await workshop.run("kill -9 \(pid)")
        await collector.expect(started + ["moved", "exited"], of: id, within: .seconds(1))
        _ = await collector.kill()
        try await workshop.close()
    }

    @Test("under pressure for longer than its limit, and no more", .enabled(if: absent == nil, "\(absent ?? "")"))
    func pressure() async throws {
        let cpu = "\(Self.tree ?? "")/cpu.pressure"
        guard FileManager.default.isReadableFile(atPath: cpu) else { return }
        let workshop = try Workshop()
        let limits = PressureLimits(cpu: .milliseconds(200))
        let collector = try CollectorUnderTest(ContainersConfiguration(pressure: limits))
        try await collector.begun()
        // More than there are cores, all busy.
        let script =
            "for n in $(seq \(2 * ProcessInfo.processInfo.activeProcessorCount)); do while :; do :; done & done; "
            + Workshop.waitForGo + "kill $(jobs -p); exec sleep 600"
        let id = try await workshop.oci("crun", "a", ["/bin/sh", "-c", script])
        workshop.atEnd("crun delete -f \(id)")
        await collector.expect(started + ["pressure-exceeded"], of: id)
        try await workshop.go()
        await collector.expect(started + ["pressure-exceeded", "pressure-eased"], of: id)
        #expect(try collector.events(of: id).last?.data.parsed()["resource"]?.string == "cpu")
        _ = await collector.kill()
        try await workshop.close()
    }
}
