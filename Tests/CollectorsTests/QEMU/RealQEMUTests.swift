import AgentCore
import AgentTestKit
import Collectors
import EventModel
import Glibc
import Platform
import Testing

@Suite(
    "Real machines, without a guest", .serialized, .timeLimit(.minutes(10)),
    .enabled(if: RealQEMU.isInstalled, "qemu-system-x86_64 is not installed"))
struct RealQEMUTests {
    private let host = HostView(name: "hv1", under: "")

    private func watch(_ configuration: QEMUConfiguration, after checkpoint: Checkpoint? = nil) async throws
        -> QEMUWatch
    {
        try await QEMUWatch(configuration, host: host, after: checkpoint)
    }

    /// What the agent knew when there was no such machine yet.
    private func emptyCheckpoint(_ configuration: QEMUConfiguration) async throws -> Checkpoint? {
        let before = try await watch(configuration)
        await before.stop()
        return before.checkpoint
    }

    @Test("each order to a machine is exactly its event, of the right guest, within a second")
    func orders() async throws {
        let folder = try TemporaryDirectory("realqemu")
        let disk = folder.path("disk.qcow2")
        let image = try ChildProcess(.init("/usr/bin/qemu-img", ["create", "-q", "-f", "qcow2", disk, "8M"]))
        try await waitUntil("the image is made") { image.exit != nil }
        let seen = QEMUConfiguration(sockets: [PathPattern(folder.path("agent.qmp"))], libvirt: false)
        let watch = try await watch(seen)
        let machine = try await RealQEMU(
            .found,
            [
                "-device", "piix3-usb-uhci", "-device", "usb-tablet,id=tablet", "-blockdev",
                "qcow2,node-name=disk,file.driver=file,file.filename=\(disk)", "-device", "ide-hd,drive=disk",
                "-device", "ide-cd,id=cd",
            ], in: folder)
        var told = ["vm.powered-on"]
        try await watch.check(told, of: machine.uuid)
        let steps: [(String, String, [String])] = [
            ("stop", "{}", ["vm.paused"]),
            ("cont", "{}", ["vm.resumed"]),
            ("system_reset", "{}", ["vm.reset"]),
            ("system_powerdown", "{}", ["vm.guest-shutdown-started"]),
            ("device_del", #"{"id": "tablet"}"#, ["vm.device-removed"]),
            ("blockdev-open-tray", #"{"id": "cd", "force": true}"#, ["vm.tray-opened"]),
            (
                "snapshot-save", #"{"job-id": "s1", "tag": "one", "vmstate": "disk", "devices": ["disk"]}"#,
                ["vm.job-started", "vm.paused", "vm.resumed", "vm.snapshot-created"]
            ),
            ("quit", "{}", ["vm.powered-off host-qmp-quit"]),
        ]
        for (command, arguments, events) in steps {
            try await machine.order(command, arguments)
            told += events
            try await watch.check(told, of: machine.uuid)
        }
        #expect(watch.events(of: machine.uuid).allSatisfy { $0.guest?.name?.hasPrefix("real, ") == true })
        #expect(watch.delay(of: machine.uuid) < HostPace.allowed(.seconds(1)))
        await watch.stop()
    }

    @Test(
        "an end by a signal is told as what it was, with a monitor and without",
        arguments: [
            (SIGTERM, true, "vm.powered-off host-signal"), (SIGKILL, true, "vm.crashed killed"),
            (SIGKILL, false, "vm.powered-off unknown"),
        ])
    func signals(signal: Int32, hasMonitor: Bool, end: String) async throws {
        let machine = try await RealQEMU(hasMonitor ? .found : .none)
        let watch = try await watch(machine.watching)
        if hasMonitor {
            try await machine.isSpokenTo()
            try await machine.order("stop")
            _ = try await watch.expect(["vm.discovered", "vm.paused"], of: machine.uuid)
        }
        machine.process.signal(signal)
        let told = ["vm.discovered"] + (hasMonitor ? ["vm.paused"] : []) + [end]
        try await watch.check(told, of: machine.uuid)
        #expect(watch.delay(of: machine.uuid) < HostPace.allowed(.seconds(1)))
        await watch.stop()
    }

    @Test("a machine that calls the agent is told of at once, also after the agent was away")
    func reverse() async throws {
        let folder = try TemporaryDirectory("agent")
        let path = folder.path("agent.sock")
        let seen = QEMUConfiguration(listen: path, sockets: [], libvirt: false)
        let before = try await emptyCheckpoint(seen)
        // The machine is there before the agent is.
        let machine = try await RealQEMU(.calling(path))
        let first = try await watch(seen, after: before)
        var told = ["vm.powered-on"]
        try await first.check(told, of: machine.uuid)
        try await machine.isSpokenTo(at: path)
        try await machine.order("stop")
        told.append("vm.paused")
        try await first.check(told, of: machine.uuid)
        try await machine.order("cont")
        told.append("vm.resumed")
        try await first.check(told, of: machine.uuid)
        await first.stop()

        // While the agent is away: told with the window, by what the monitor says now.
        try await machine.order("stop")
        let second = try await watch(seen, after: first.checkpoint)
        try await second.check(["vm.paused"], of: machine.uuid)
        #expect(second.events(of: machine.uuid).first.map { try? $0.data.parsed()["between"]?.array?.count } == 2)
        await second.stop()

        machine.process.kill()
        try await waitUntil("it is gone") { machine.process.exit != nil }
        let third = try await watch(seen, after: second.checkpoint)
        try await third.check(["vm.powered-off unknown"], of: machine.uuid)
        await third.stop()
    }

    @Test("a monitor that somebody holds is left alone, taken when it is free, and left when somebody waits for it")
    func held() async throws {
        let machine = try await RealQEMU(.found)
        let path = machine.folder.path("agent.qmp")
        let other = try await MonitorClient(path)
        let watch = try await watch(machine.watching)
        try await machine.order("stop")
        try await other.hear("STOP", limit: .seconds(60))
        try await watch.check(["vm.discovered"], of: machine.uuid)
        other.close()
        try await waitUntil("it is free") { RealQEMU.clients(of: path) == 0 }
        try await machine.isSpokenTo()
        try await machine.order("cont")
        let told = ["vm.discovered", "vm.resumed"]
        try await watch.check(told, of: machine.uuid)
        // The agent is the one client now: who comes waits for two seconds at the most.
        let next = try await MonitorClient(path)
        try await machine.order("stop")
        try await next.hear("STOP", limit: .seconds(60))
        next.close()
        await watch.stop()
    }
}

@Suite(
    "Real machines, with a guest", .serialized, .timeLimit(.minutes(10)),
    .enabled(if: RealQEMU.hasGuest, "there is no guest: make setup-test"))
struct RealGuestTests {
    private let host = HostView(name: "hv1", under: "")

    @Test(
        "what the guest does to itself is told as that",
        arguments: [
            (["reboot", "poweroff"], [], ["vm.rebooted", "vm.powered-off guest-shutdown"]),
            (
                ["panic"], ["-device", "pvpanic-pci", "-action", "panic=shutdown"],
                ["vm.guest-crashed", "vm.powered-off guest-panic"]
            ),
            (
                ["watchdog"], ["-device", "i6300esb", "-action", "watchdog=poweroff"],
                ["vm.watchdog-expired", "vm.powered-off watchdog"]
            ),
        ])
    func guests(orders: [String], more: [String], told: [String]) async throws {
        let machine = try await RealQEMU(.found, boots: true, more)
        let watch = try await QEMUWatch(machine.watching, host: host)
        let serial = try await machine.guest()
        for (index, order) in orders.enumerated() {
            if index > 0 { try await serial.hear("ready", limit: .seconds(120)) }
            try serial.say(order)
        }
        // A guest that crashes writes much, and waits until somebody read it.
        let draining = Task { await serial.drain() }
        defer { draining.cancel() }
        let all = ["vm.discovered"] + told
        try await watch.check(all, of: machine.uuid, limit: .seconds(120))
        #expect(watch.delay(of: machine.uuid) < HostPace.allowed(.seconds(1)))
        serial.close()
        await watch.stop()
    }
}
