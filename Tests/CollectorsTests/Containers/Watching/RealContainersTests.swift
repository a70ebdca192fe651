import Collectors
import EventModel
import Foundation
import Testing

/// Real containers of real runtimes: each happening is its event, of the right guest, within a second, and nothing
/// else.
@Suite(.serialized) struct RealContainersTests {
    private let started = ["started", "init-pid-found"]

    @Test(
        "start, pause, resume and kill -9 of an OCI container",
        .enabled(if: Workshop.can("crun", "runc"), "needs root, crun and runc"), arguments: ["crun", "runc"])
    func oci(runtime: String) async throws {
        let workshop = try Workshop()
        let collector = try CollectorUnderTest()
        try await collector.begun()
        let id = try await workshop.oci(runtime, "a", ["/bin/sleep", "60"])
        workshop.atEnd("\(runtime) delete -f \(id)")
        await collector.expect(started, of: workshop.mark, within: .seconds(2))
        try await workshop.run("\(runtime) pause \(id)")
        await collector.expect(started + ["paused"], of: workshop.mark, within: .seconds(1))
        try await workshop.run("\(runtime) resume \(id)")
        await collector.expect(started + ["paused", "resumed"], of: workshop.mark, within: .seconds(1))
        try await workshop.run("\(runtime) kill \(id) KILL")
        await collector.expect(started + ["paused", "resumed", "exited"], of: workshop.mark, within: .seconds(1))
        let events = collector.events(of: workshop.mark)
        #expect(events.allSatisfy { $0.source == "\(runtime)://hv1" && $0.guest?.id == id })
        #expect(try events.last?.data.parsed()["signal"]?.integer == 9)
        _ = await collector.kill()
        try await workshop.close()
    }

    @Test("the exit code is told", .enabled(if: Workshop.can("crun"), "needs root and crun"))
    func exitCode() async throws {
        let workshop = try Workshop()
        let collector = try CollectorUnderTest()
        try await collector.begun()
        let id = try await workshop.oci("crun", "a", ["/bin/sh", "-c", Workshop.waitForGo + "exit 3"])
        workshop.atEnd("crun delete -f \(id)")
        await collector.expect(started, of: workshop.mark, within: .seconds(1))
        try await workshop.go()
        await collector.expect(started + ["exited"], of: workshop.mark, within: .seconds(1))
        #expect(try collector.events(of: workshop.mark).last?.data.parsed()["exitCode"]?.integer == 3)
        _ = await collector.kill()
        try await workshop.close()
    }

    @Test("a kill for want of memory is told before the end", .enabled(if: Workshop.can("crun"), "needs root and crun"))
    func outOfMemory() async throws {
        let workshop = try Workshop()
        let collector = try CollectorUnderTest()
        try await collector.begun()
        let script = Workshop.waitForGo + "head -c 64m /dev/zero | tail > /dev/null; exec sleep 60"
        let id = try await workshop.oci("crun", "a", ["/bin/sh", "-c", script], memory: 16 << 20)
        workshop.atEnd("crun delete -f \(id)")
        await collector.expect(started, of: workshop.mark, within: .seconds(1))
        try await workshop.go()
        await collector.expect(started + ["oom-killed"], of: workshop.mark, within: .seconds(5))
        try await workshop.run("crun kill \(id) KILL", mayFail: true)
        await collector.expect(started + ["oom-killed", "exited"], of: workshop.mark, within: .seconds(5))
        let kill = try #require(collector.events(of: workshop.mark).first { $0.type == "container.oom-killed" })
        #expect(try kill.data.parsed()["process"]?.string == "tail" && kill.guest?.id == id)
        _ = await collector.kill()
        try await workshop.close()
    }

    @Test(
        "interfaces are told as they come, go up, down, get another name and go, with their peer",
        .enabled(if: Workshop.can("crun", "ip", "nsenter"), "needs root, crun and iproute2"))
    func interfaces() async throws {
        let workshop = try Workshop()
        let collector = try CollectorUnderTest()
        try await collector.begun()
        let id = try await workshop.oci("crun", "a", ["/bin/sleep", "60"])
        workshop.atEnd("crun delete -f \(id)")
        await collector.expect(started, of: workshop.mark)
        let pid = try #require(collector.events(of: workshop.mark)[0].data.parsed()["pid"]?.integer)
        let peer = String("v\(workshop.mark)".prefix(15))
        workshop.atEnd("ip link del \(peer)")
        var expected = started
        func step(_ command: String, _ word: String) async throws {
            try await workshop.run(command)
            expected.append(word)
            await collector.expect(expected, of: workshop.mark, within: .seconds(1))
        }
        let inside = "nsenter -t \(pid) -n ip link"
        try await step("ip link add \(peer) type veth peer name eth0 netns \(pid)", "interface-added")
        try await workshop.run("ip link set \(peer) up")
        try await step("\(inside) set eth0 up", "interface-up")
        try await step("\(inside) set eth0 down", "interface-down")
        try await step("\(inside) set eth0 name wan0", "interface-renamed")
        try await step("ip link del \(peer)", "interface-removed")
        try await step("crun kill \(id) KILL", "exited")
        let up = try #require(collector.events(of: workshop.mark).first { $0.type == "container.interface-up" })
        #expect(try up.data.parsed()["peer"]?.string == peer)
        _ = await collector.kill()
        try await workshop.close()
    }

    @Test("a container of Podman's has its name", .enabled(if: Workshop.can("podman"), "needs root and podman"))
    func podman() async throws {
        let workshop = try Workshop()
        let podman =
            "podman --cgroup-manager=cgroupfs --events-backend=file --root \(workshop.folder)/storage "
            + "--runroot \(workshop.folder)/run"
        try await workshop.run(
            "tar -C rootfs -cf image.tar . && \(podman) import image.tar localhost/\(workshop.mark):1")
        workshop.atEnd("\(podman) rm -af; \(podman) rmi -af; umount storage/overlay")
        let collector = try CollectorUnderTest()
        try await collector.begun()
        try await workshop.run(
            "\(podman) run -d --name \(workshop.mark) --network=none --ulimit nofile=1024:1024 "
                + "--ulimit nproc=1024:1024 localhost/\(workshop.mark):1 sleep 60")
        await collector.expect(started, of: workshop.mark, within: .seconds(2))
        try await workshop.run("\(podman) kill \(workshop.mark)")
        await collector.expect(started + ["exited"], of: workshop.mark, within: .seconds(1))
        #expect(collector.events(of: workshop.mark).allSatisfy { $0.source == "podman://hv1" })
        _ = await collector.kill()
        try await workshop.close()
    }

    @Test(
        "an LXC container's reboot is no end, its halt is one from inside, and freezing is told once",
        .enabled(if: Workshop.can("lxc-start", "lxc-create"), "needs root and LXC"))
    func lxc() async throws {
        let workshop = try Workshop()
        let name = workshop.mark
        try await workshop.run("lxc-create -n \(name) -t busybox -- --busybox-path=/bin/busybox")
        workshop.atEnd("lxc-stop -k -n \(name); lxc-destroy -f -n \(name); rm -f /var/log/lxc/\(name).log")
        try await workshop.run("echo lxc.net.0.type = empty >> /var/lib/lxc/\(name)/config")
        let collector = try CollectorUnderTest()
        try await collector.begun()
        // Only its log tells a halt from a kill, where it is detailed enough.
        try await workshop.run("lxc-start -n \(name) -d -l INFO -o /var/log/lxc/\(name).log")
        await collector.expect(started, of: name, within: .seconds(3))
        try await workshop.run("lxc-freeze -n \(name)")
        await collector.expect(started + ["paused"], of: name, within: .seconds(2))
        try await workshop.run("lxc-unfreeze -n \(name)")
        await collector.expect(started + ["paused", "resumed"], of: name, within: .seconds(2))
        try await workshop.run("lxc-attach -n \(name) -- /bin/reboot", mayFail: true)
        var all = started + ["paused", "resumed", "rebooted", "init-pid-found"]
        await collector.expect(all, of: name)
        try await workshop.run("lxc-attach -n \(name) -- /bin/poweroff", mayFail: true)
        all.append("halted")
        await collector.expect(all, of: name)
        try await workshop.run("lxc-start -n \(name) -d")
        all += started
        await collector.expect(all, of: name, within: .seconds(3))
        try await workshop.run("lxc-stop -k -n \(name)")
        await collector.expect(all + ["exited"], of: name, within: .seconds(2))
        #expect(collector.events(of: name).allSatisfy { $0.source == "lxc://hv1" && $0.guest?.id == name })
        _ = await collector.kill()
        try await workshop.close()
    }

    @Test(
        "systemd-nspawn without systemd, in a cgroup that says nothing",
        .enabled(if: Workshop.can("systemd-nspawn"), "needs root and systemd-nspawn"))
    func nspawn() async throws {
        let workshop = try Workshop()
        let collector = try CollectorUnderTest(ContainersConfiguration(interval: .milliseconds(500)))
        try await collector.begun()
        try await workshop.run(
            "systemd-nspawn -q -D rootfs -M \(workshop.mark) --keep-unit --register=no "
                + "/bin/sh -c '\(Workshop.waitForGo)' < /dev/null > log 2>&1 &")
        await collector.expect(started, of: workshop.mark, within: .seconds(2))
        try await workshop.go()
        await collector.expect(started + ["exited"], of: workshop.mark, within: .seconds(1))
        #expect(collector.events(of: workshop.mark).allSatisfy { $0.source == "nspawn://hv1" })
        _ = await collector.kill()
        try await workshop.close()
    }

    @Test(
        "a process namespace without a cgroup is heard of by the process connector, or found by looking",
        .enabled(if: Workshop.can("unshare"), "needs root"), arguments: [true, false])
    func unshare(hearsPrograms: Bool) async throws {
        let workshop = try Workshop()
        let interval: Duration = hearsPrograms ? .seconds(30) : .milliseconds(300)
        let collector = try CollectorUnderTest(
            ContainersConfiguration(interval: interval, processConnector: hearsPrograms))
        try await collector.begun()
        let script = "stat -Lc %i /proc/self/ns/pid > ns; while [ ! -e rootfs/go ]; do sleep 0.05; done; exit 5"
        try await workshop.run("unshare -pf sh -c '\(script)' > /dev/null 2>&1 &")
        try await workshop.run("until [ -s ns ]; do sleep 0.01; done")
        let namespace = try await workshop.run("cat ns")
        await collector.expect(started, of: namespace, within: .seconds(2))
        try await workshop.go()
        await collector.expect(started + ["exited"], of: namespace, within: .seconds(1))
        #expect(try collector.events(of: namespace).last?.data.parsed()["exitCode"]?.integer == 5)
        _ = await collector.kill()
        try await workshop.close()
    }
}
