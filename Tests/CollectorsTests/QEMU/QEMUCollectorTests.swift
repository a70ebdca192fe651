import AgentCore
import AgentTestKit
import Collectors
import EventModel
import Glibc
import Platform
import Testing

@Suite("The QEMU collector on a host in a folder", .serialized)
struct QEMUCollectorTests {
    private let host: FakeMachineHost
    private let own = getpid()

    init() throws {
        host = try FakeMachineHost()
    }

    private func configuration(
        listen: Bool = false, sockets: [PathPattern] = [.all], libvirt: Bool = false
    ) -> QEMUConfiguration {
        QEMUConfiguration(
            listen: listen ? host.folder.path("agent.sock") : nil, sockets: sockets, libvirt: libvirt,
            interval: .milliseconds(50))
    }

    private func words(_ more: String...) -> [String] {
        ["-name", "guest=web-01", "-uuid", "0A1B"] + more
    }

    private func event(_ name: String, _ data: String = "{}") -> String {
        #"{"timestamp": {"seconds": 1795200100, "microseconds": 5}, "event": "\#(name)", "data": \#(data)}"#
    }

    @Test("without any socket a machine is discovered, started and ended by /proc alone")
    func processes() async throws {
        try host.start(7, words())
        let watch = try await QEMUWatch(configuration(), host: host.view)
        #expect(watch.told("0a1b") == ["vm.discovered"])
        try host.start(8, ["-name", "two"])
        host.end(7)
        #expect(try await watch.expect(["vm.powered-on"], of: "two") == ["vm.powered-on"])
        #expect(watch.told("0a1b") == ["vm.discovered", "vm.powered-off unknown"])
        #expect(watch.events(of: "two").first?.time == FakeMachineHost.booted.advanced(by: .seconds(10)))
        // The same process id, another life.
        host.end(8)
        try host.start(8, ticks: 2000, ["-name", "two"])
        let told = ["vm.powered-on", "vm.powered-off unknown", "vm.powered-on"]
        #expect(try await watch.expect(told, of: "two").sorted() == told.sorted())
        await watch.stop()
    }

    @Test("a monitor that was found is spoken to; its end without a word is a crash")
    func foundMonitor() async throws {
        let path = host.folder.path("web.qmp")
        let monitor = try FakeMonitor(at: path)
        try host.start(own, words("-qmp", "unix:\(path),server=on,wait=off"))
        let watch = try await QEMUWatch(configuration(), host: host.view)
        try await waitUntil("the agent connects") { monitor.accept() }
        try await monitor.serve(status: "running")
        monitor.say(event("STOP"))
        monitor.say(event("RTC_CHANGE", #"{"offset": 3}"#) + event("NEW_THING"))
        let told = ["vm.discovered", "vm.paused", "vm.clock-changed", "vm.other"]
        #expect(try await watch.expect(told, of: "0a1b") == told)
        host.end(own)
        monitor.hangUp()
        #expect(try await watch.expect(told + ["vm.crashed killed"], of: "0a1b").last == "vm.crashed killed")
        await watch.stop()
    }

    @Test("a QEMU that calls is known by its process, and told of before /proc was looked at again")
    func reverse() async throws {
        let watch = try await QEMUWatch(configuration(listen: true), host: host.view)
        var status = stat()
        stat(host.folder.path("agent.sock"), &status)
        #expect(status.st_mode & 0o777 == 0o660)
        try host.start(own, ticks: 1000, words())
        let monitor = try FakeMonitor(callingAt: host.folder.path("agent.sock"))
        try await monitor.serve(status: "prelaunch")
        monitor.say(event("SHUTDOWN", #"{"guest": true, "reason": "guest-shutdown"}"#))
        host.end(own)
        monitor.hangUp()
        let told = ["vm.powered-on", "vm.powered-off guest-shutdown"]
        #expect(try await watch.expect(told, of: "0a1b") == told)
        await watch.stop()
        #expect(!File.exists(host.folder.path("agent.sock")))
    }

    @Test("who calls and is no QEMU is hung up on")
    func stranger() async throws {
        let watch = try await QEMUWatch(configuration(listen: true), host: host.view)
        let stranger = try UnixSocket.connect(to: host.folder.path("agent.sock"))
        try await waitUntil("the agent hangs up") { try stranger.read(upTo: 1)?.isEmpty == true }
        #expect(watch.told("0a1b") == [])
        await watch.stop()
    }

    @Test("a monitor that does not greet is left alone after two seconds, and disturbs nobody")
    func silentMonitor() async throws {
        let path = host.folder.path("web.qmp")
        let monitor = try FakeMonitor(at: path)
        try host.start(own, words("-qmp", "unix:\(path),server=on,wait=off"))
        let watch = try await QEMUWatch(configuration(), host: host.view)
        try await waitUntil("the agent connects") { monitor.accept() }
        let start = ContinuousClock.now
        // Nothing is said until there is a greeting, and the end comes after it did not.
        try? await monitor.hear("never said")
        #expect(ContinuousClock.now - start > .seconds(1))
        #expect(!monitor.accept() && watch.told("0a1b") == ["vm.discovered"])
        await watch.stop()
    }

    @Test(
        "what belongs to libvirt or another tool, and what the configuration does not name, is never opened",
        arguments: ["libvirt/qemu", "qemu-server", "other"])
    func reserved(name: String) async throws {
        try File.makeFolder(host.folder.path("run/\(name)"))
        let path = host.folder.path("run/\(name)/1.qmp")
        let monitor = try FakeMonitor(at: path)
        try host.start(own, words("-qmp", "unix:\(path),server=on,wait=off"))
        let sockets = name == "other" ? [PathPattern("\(host.folder.path)/*.qmp")] : [.all]
        let watch = try await QEMUWatch(configuration(sockets: sockets), host: host.view)
        try host.start(8, ["-name", "two"])
        _ = try await watch.expect(["vm.powered-on"], of: "two")
        #expect(!monitor.accept())
        await watch.stop()
    }

    @Test("a batch that was not committed is given again, with the same ids")
    func uncommitted() async throws {
        try host.start(7, words())
        let context = QEMUWatch.context(host.view)
        let collector = try QEMUCollector(configuration(), in: context)
        let first = try await collector.poll(after: nil)
        let again = try await collector.poll(after: nil)
        #expect(first.events.map(\.id) == ["boot-1-7-1000/discovered"] && again.events == first.events)
        host.end(7)
        let next = try await collector.poll(after: first.checkpoint)
        #expect(next.events.map(\.id) == ["boot-1-7-1000/ended"])
        #expect(try await collector.poll(after: first.checkpoint).events == next.events)
        await collector.stop()
        let crashed = try QEMUCollector(configuration(), in: context)
        #expect(try await crashed.poll(after: first.checkpoint).events.map(\.id) == ["boot-1-7-1000/ended"])
        await crashed.stop()
    }

    @Test("a checkpoint nobody can read is refused")
    func checkpoint() async throws {
        let collector = try QEMUCollector(configuration(), in: QEMUWatch.context(host.view))
        await #expect(throws: CollectorError.self) { try await collector.poll(after: .init(version: 9, bytes: [1])) }
        #expect(try await collector.probe().hasPrefix("0 machines run"))
        await collector.stop()
    }

    @Test("libvirt's own files tell of pauses and ends: the recorded sequence, step by step")
    func libvirt() async throws {
        let text = try #require(TestFile.text(PackageRoot["Tests/CollectorsTests/QEMU/Recorded/web-01.xml"]))
        let name = "run/libvirt/qemu/web-01.xml"
        let watch = try await QEMUWatch(configuration(libvirt: true), host: host.view)
        try host.start(19097, ["-name", "guest=web-01", "-uuid", "c4df", "-object", "/var/lib/libvirt/qemu/domain-1"])
        let recorded = try #require(
            TestFile.text(PackageRoot["Tests/CollectorsTests/QEMU/Recorded/libvirt-run-inotify.txt"]))
        var told = ["vm.powered-on"]
        for line in recorded.split(separator: "\n").prefix(58) where line.contains("<domstatus") {
            let status = line.drop { $0 != "<" }.replacing(/pid='\d+'/, with: "pid='19097'")
            host.replace(name, text.replacing("<domstatus state='paused' reason='user' pid='19097'>", with: status))
            if status.contains("'user'"), told.last != "vm.paused" { told.append("vm.paused") }
            if status.contains("'unpaused'"), told.last != "vm.resumed" { told.append("vm.resumed") }
            let count = told.count
            if count > 1 { try await waitUntil("it was told") { watch.told("c4df").count >= count } }
        }
        unlink(host.folder.path(name))
        host.end(19097)
        let now = Timestamp(nanoseconds: QEMUWatch.now.nanoseconds / 1_000_000 * 1_000_000).rfc3339
        let time = now.replacing("T", with: " ").replacing("Z", with: "")
        host.write("\(time)+0000: shutting down, reason=destroyed\n", to: "var/log/libvirt/qemu/web-01.log")
        told.append("vm.powered-off destroyed")
        #expect(told == ["vm.powered-on", "vm.paused", "vm.resumed", "vm.powered-off destroyed"])
        #expect(try await watch.expect(told, of: "c4df") == told)
        await watch.stop()
    }
}
