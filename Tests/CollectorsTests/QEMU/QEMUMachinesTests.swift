import AgentTestKit
import Collectors
import EventModel
import Testing

@Suite("The machines of a host, whoever tells of them")
struct QEMUMachinesTests {
    private static let start = TestClock.start

    /// A machine and what happens to it; times are milliseconds behind its start.
    private struct Story {
        var machines = QEMUMachines(host: "hv1")
        let process: QEMUProcess
        var life: QEMULife { process.life }

        init(pid: Int32 = 7, isLibvirts: Bool = false, isKnown: Bool = true) throws {
            let words = ["kvm", "-name", "guest=web-01", "-uuid", "0a1b"] + (isLibvirts ? ["/libvirt/qemu/x"] : [])
            process = QEMUProcess(
                life: QEMULife(bootID: "boot-1", pid: pid, startTicks: 100), started: start,
                commandLine: try #require(QEMUCommandLine(Array(words.joined(separator: "\0").utf8))))
            guard isKnown else { return }
            machines.appeared(process, at: start)
            _ = machines.take()
        }

        static func at(_ milliseconds: Int) -> Timestamp { start.advanced(by: .milliseconds(milliseconds)) }

        mutating func attach(_ status: String = "running", at time: Int = 0) {
            machines.attached(life, as: QMPIdentity(status: status), at: Self.at(time))
        }

        mutating func tell(_ name: String, _ data: JSONValue? = nil, at time: Int) {
            machines.told(QMPEvent(name: name, time: Self.at(time), data: data), of: life, at: Self.at(time))
        }

        /// The process is gone; what was told is read 600 ms later.
        mutating func end(at time: Int) {
            machines.detached(life, at: Self.at(time))
            machines.vanished(life, at: Self.at(time))
            machines.passed(Self.at(time + 600))
        }

        /// `vm.powered-off guest-shutdown`, …
        mutating func told() -> [String] {
            machines.take().map { event in
                let value = try? event.data.parsed()
                let more = value?["reason"]?.string ?? value?["cause"]?.string
                return event.type.rawValue + (more.map { " \($0)" } ?? "")
            }
        }
    }

    @Test("each way to end is one event with its reason")
    func ends() throws {
        let shutdown: (String) -> JSONValue = { ["guest": true, "reason": .string($0)] }
        for reason in ["guest-shutdown", "guest-reset", "host-qmp-quit", "host-signal", "new-in-qemu-12"] {
            var story = try Story()
            story.attach()
            story.tell("SHUTDOWN", shutdown(reason), at: 10)
            #expect(story.told() == [])
            story.end(at: 11)
            #expect(story.told() == ["vm.powered-off \(reason)"])
            #expect(story.machines.lives.isEmpty)
        }
        var killed = try Story()
        killed.attach()
        killed.end(at: 9000)
        #expect(killed.told() == ["vm.crashed killed"])
        var watchdog = try Story()
        watchdog.attach()
        watchdog.tell("WATCHDOG", ["action": "poweroff"], at: 10)
        watchdog.end(at: 13)
        #expect(watchdog.told() == ["vm.watchdog-expired", "vm.powered-off watchdog"])
        var panic = try Story()
        panic.attach()
        panic.tell("GUEST_PANICKED", ["action": "poweroff"], at: 10)
        panic.tell("SHUTDOWN", shutdown("guest-panic"), at: 11)
        panic.end(at: 13)
        #expect(panic.told() == ["vm.guest-crashed", "vm.powered-off guest-panic"])
        var unseen = try Story()
        unseen.machines.vanished(unseen.life, at: Story.at(5))
        #expect(unseen.told() == ["vm.powered-off unknown"])
    }

    @Test("the power button alone ends nothing; a second reason changes nothing")
    func noEnds() throws {
        var story = try Story()
        story.attach()
        story.tell("POWERDOWN", at: 10)
        story.machines.passed(Story.at(10_000))
        #expect(story.told() == ["vm.guest-shutdown-started"])
        story.tell("SHUTDOWN", ["reason": "guest-shutdown"], at: 20_000)
        story.tell("STOP", at: 20_001)
        #expect(story.told() == ["vm.powered-off guest-shutdown"])
        story.tell("SHUTDOWN", ["reason": "host-signal"], at: 23_000)
        story.end(at: 23_001)
        #expect(story.told() == [])
    }

    @Test("a process that outlives its machine can power it on again, and that can end again")
    func again() throws {
        var story = try Story()
        story.attach()
        story.tell("SHUTDOWN", ["reason": "guest-shutdown"], at: 10)
        story.tell("STOP", at: 11)
        story.tell("RESET", ["reason": "host-qmp-system-reset"], at: 3000)
        story.tell("RESUME", at: 3001)
        story.tell("SHUTDOWN", ["reason": "guest-shutdown"], at: 9000)
        story.end(at: 9001)
        #expect(
            story.told() == [
                "vm.powered-off guest-shutdown", "vm.reset", "vm.powered-on", "vm.powered-off guest-shutdown",
            ])
    }

    @Test("one start is one event: the order to go on belongs to it, a later one does not")
    func starts() throws {
        var story = try Story()
        story.attach("prelaunch")
        story.tell("RESUME", at: 300)
        #expect(story.told() == [])
        story.tell("STOP", at: 400)
        story.tell("RESUME", at: 500)
        #expect(story.told() == ["vm.paused", "vm.resumed"])
        var late = try Story()
        late.attach("prelaunch")
        late.tell("RESUME", at: 60_000)
        #expect(late.told() == ["vm.resumed"])
    }

    @Test("a pause tells what caused it; a restart is one event though the reset line was pulled twice")
    func causes() throws {
        var story = try Story()
        story.attach()
        story.tell("BLOCK_IO_ERROR", ["action": "stop", "operation": "write"], at: 10)
        story.tell("STOP", at: 11)
        story.tell("RESET", ["guest": true, "reason": "guest-reset"], at: 5000)
        story.tell("RESET", ["guest": true, "reason": "guest-reset"], at: 5050)
        story.tell("RESET", ["guest": false, "reason": "host-qmp-system-reset"], at: 7000)
        story.tell("RESET", ["guest": true, "reason": "guest-reset"], at: 7040)
        story.tell("WATCHDOG", ["action": "reset"], at: 9000)
        story.tell("RESET", ["guest": true, "reason": "guest-reset"], at: 9001)
        #expect(
            story.told() == [
                "vm.disk-failed", "vm.paused io-error", "vm.rebooted", "vm.reset", "vm.watchdog-expired",
                "vm.reset watchdog",
            ])
    }

    @Test(
        "writing out the state for a snapshot or a file is no migration; a migration is one, and ends the machine here")
    func migrations() throws {
        var saved = try Story()
        saved.attach()
        saved.tell("STOP", at: 10)
        for status in ["setup", "active", "completed"] { saved.tell("MIGRATION", ["status": .string(status)], at: 20) }
        saved.tell("RESUME", at: 30)
        #expect(saved.told() == ["vm.paused"] + .init(repeating: "vm.migration-progressed", count: 3) + ["vm.resumed"])
        var moved = try Story()
        moved.attach()
        for (time, status) in [(10, "setup"), (20, "active")] {
            moved.tell("MIGRATION", ["status": .string(status)], at: time)
        }
        moved.tell("STOP", at: 9000)
        moved.tell("MIGRATION", ["status": "completed"], at: 9010)
        moved.tell("SHUTDOWN", ["reason": "host-qmp-quit"], at: 9500)
        moved.end(at: 9501)
        #expect(
            moved.told() == [
                "vm.migration-started", "vm.migration-progressed", "vm.paused migration", "vm.migrated",
                "vm.powered-off migrated",
            ])
    }

    @Test("what two monitors tell is told once")
    func twice() throws {
        var story = try Story()
        for _ in 0..<2 {
            story.tell("DEVICE_DELETED", ["path": "/a"], at: 10)
            story.tell("DEVICE_DELETED", ["path": "/b"], at: 10)
        }
        let events = story.machines.take()
        #expect(events.count == 2 && Set(events.map(\.id)).count == 2)
    }

    @Test("an event nobody knows is kept with its name and all it said")
    func unknown() throws {
        var story = try Story()
        story.tell("QUANTUM_LEAP", ["to": ["a", 1]], at: 10)
        let event = try #require(story.machines.take().first)
        #expect(event.type == "vm.other" && event.guest?.id == "0a1b" && event.guest?.name == "web-01")
        #expect(try event.data.parsed()["qmp"] == ["event": "QUANTUM_LEAP", "data": ["to": ["a", 1]]])
        #expect(event.source == "qemu://hv1" && event.id == "boot-1-7-100/QUANTUM_LEAP/\(Story.at(10).rfc3339)")
    }

    @Test("a storm is thinned out and accounted for; the end is told in it too")
    func storm() throws {
        var story = try Story()
        story.attach()
        for number in 0..<600 {
            story.tell("WATCHDOG", ["action": "none"], at: number * 66)
            story.machines.passed(Story.at(number * 66))
        }
        story.machines.passed(Story.at(60_000))
        let events = story.machines.take()
        let left = try events.reduce(0) { try $0 + Int($1.data.parsed()["guestwatch.filtered"]?.integer ?? 0) }
        #expect(events.count + left == 600 && events.count < 60)
        for number in 0..<100 { story.tell("WATCHDOG", ["action": "none"], at: 70_000 + number) }
        story.tell("SHUTDOWN", ["reason": "guest-shutdown"], at: 70_200)
        story.end(at: 70_201)
        #expect(story.told().last == "vm.powered-off guest-shutdown")
    }

    @Test("libvirt's file tells pauses where no monitor is attached, and each once")
    func libvirt() throws {
        var story = try Story(isLibvirts: true)
        func status(_ state: String, _ reason: String) -> LibvirtStatus {
            LibvirtStatus(state: state, reason: reason, pid: 7)
        }
        let steps = [
            ("paused", "starting up"), ("paused", "starting up"), ("running", "booted"), ("running", "booted"),
            ("paused", "user"), ("paused", "user"), ("running", "unpaused"), ("running", "unpaused"),
            ("shutdown", "unknown"),
        ]
        for (index, step) in steps.enumerated() {
            story.machines.libvirtTold(status(step.0, step.1), of: story.life, at: Story.at(index * 500))
        }
        #expect(story.told() == ["vm.paused", "vm.resumed"])
        story.machines.vanished(story.life, at: Story.at(5000))
        #expect(story.told() == [])
        let ending = LibvirtEnding(time: Story.at(5100), reason: "destroyed")
        story.machines.libvirtTold(ending, of: story.life, at: Story.at(5120))
        #expect(story.told() == ["vm.powered-off destroyed"])
    }

    @Test(
        "a machine of libvirt that was killed is told so at once where the kernel says it, else when libvirt is silent")
    func libvirtKilled() throws {
        for isKilled in [true, false] {
            var story = try Story(isLibvirts: true)
            let running = LibvirtStatus(state: "running", reason: "booted", pid: 7)
            story.machines.libvirtTold(running, of: story.life, at: Story.at(10))
            story.machines.vanished(story.life, at: Story.at(5000), isKilled: isKilled)
            #expect(story.told() == (isKilled ? ["vm.crashed killed"] : []))
            story.machines.passed(Story.at(10_000))
            #expect(story.told() == (isKilled ? [] : ["vm.crashed killed"]))
        }
    }

    @Test("after a restart what changed meanwhile is told with its window, and nothing twice")
    func restart() throws {
        var before = try Story()
        before.attach()
        let checkpoint = before.machines.checkpoint(bootID: "boot-1", at: Story.at(1000))
        func begin(_ processes: [QEMUProcess], boot: String = "boot-1") throws -> QEMUMachines {
            var machines = QEMUMachines(host: "hv1")
            try machines.begin(after: checkpoint, processes, (boot, Story.at(2000)), at: Story.at(9000))
            return machines
        }
        var same = try begin([before.process])
        #expect(same.take().isEmpty)
        same.attached(before.life, as: QMPIdentity(status: "paused"), at: Story.at(9001))
        let paused = try #require(same.take().first)
        #expect(paused.type == "vm.paused")
        #expect(
            try paused.data.parsed()["between"]
                == .array([.string(Story.at(0).rfc3339), .string(Story.at(9001).rfc3339)]))
        var gone = try begin([])
        let ended = try #require(gone.take().first)
        #expect(ended.type == "vm.powered-off" && ended.id == "boot-1-7-100/ended" && gone.lives.isEmpty)
        #expect(
            try ended.data.parsed()["between"]
                == .array([.string(Story.at(1000).rfc3339), .string(Story.at(9000).rfc3339)]))
        var booted = try begin([], boot: "boot-2")
        #expect(booted.take().first?.time == Story.at(2000))
        var new = try begin([before.process, Story(pid: 8, isKnown: false).process])
        #expect(new.take().map(\.type) == ["vm.powered-on"])
        var first = QEMUMachines(host: "hv1")
        try first.begin(after: nil, [before.process], ("boot-1", Story.at(0)), at: Story.at(9000))
        #expect(first.take().map(\.type) == ["vm.discovered"])
    }

    @Test("whatever happens in whatever order, a life begins once and ends once")
    func seeds() throws {
        let names = [
            "STOP", "RESUME", "RESET", "SHUTDOWN", "WATCHDOG", "POWERDOWN", "GUEST_PANICKED", "MIGRATION", "X",
        ]
        for seed in UInt64(0)..<2000 {
            var random = SeededGenerator(test: seed)
            var story = try Story(isLibvirts: .random(using: &random), isKnown: false)
            var time = 0
            story.machines.appeared(story.process, at: Story.at(0))
            for _ in 0..<Int.random(in: 0..<40, using: &random) {
                time += .random(in: 0..<700, using: &random)
                switch Int.random(in: 0..<8, using: &random) {
                case 0:
                    story.attach(
                        ["running", "paused", "shutdown", "prelaunch"].randomElement(using: &random)!, at: time)
                case 1: story.machines.detached(story.life, at: Story.at(time), isLeft: .random(using: &random))
                case 2:
                    let state = ["running", "paused", "shutdown", "crashed"].randomElement(using: &random)!
                    let status = LibvirtStatus(state: state, reason: "user", pid: 7)
                    story.machines.libvirtTold(status, of: story.life, at: Story.at(time))
                case 3: story.machines.passed(Story.at(time))
                case 4: story.machines.appeared(story.process, at: Story.at(time))
                default:
                    story.tell(names.randomElement(using: &random)!, ["reason": "r", "status": "completed"], at: time)
                }
            }
            story.machines.vanished(story.life, at: Story.at(time))
            story.machines.vanished(story.life, at: Story.at(time))
            story.machines.passed(Story.at(time + 10_000))
            let events = story.machines.take()
            let (on, off) = (count(["vm.powered-on"], events), count(["vm.powered-off", "vm.crashed"], events))
            try #require(on == off && on >= 1, "\(random.repetition)")
            #expect(Set(events.map(\.id)).count == events.count, "\(random.repetition)")
            #expect(story.machines.lives.isEmpty && !story.machines.isWaiting, "\(random.repetition)")
        }
    }

    private func count(_ types: [EventType], _ events: [Event]) -> Int {
        events.count { types.contains($0.type) }
    }

    @Test("each row of the table has a type of the catalogue, and each real event becomes one with a whole sentence")
    func table() throws {
        for row in QMPEventTable.rows { #expect(EventCatalogue.sentence(of: row.type) != nil, "\(row)") }
        #expect(QMPEventTable.rows.count > 80)
        let path = PackageRoot["Tests/CollectorsTests/QEMU/Recorded/events-one-of-each.jsonl"]
        for line in try #require(TestFile.read(path)).split(separator: 0x0A) {
            let value = try JSONDocument(Array(line)).root.value
            let name = try #require(value["event"]?.string)
            guard name != "SHUTDOWN" else { continue }
            var story = try Story()
            story.tell(name, value["data"], at: 10_000)
            let event = try #require(story.machines.take().first)
            #expect(event.type != "vm.other" && event.message?.contains("?") == false, "\(event.message ?? "")")
        }
    }
}
