import EventModel
import Foundation
import Platform
import Testing

@testable import Collectors

/// What the kernel and LXC write, read as values.
@Suite struct KernelTextTests {
    private let line =
        "6,1021,90847123,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,"
        + "oom_memcg=/docker/a,b,task_memcg=/docker/a,b,task=d,d=1,pid=23700,uid=0\n SUBSYSTEM=x\n"

    @Test("the line of a kill for want of memory is read, with commas in its names")
    func outOfMemory() {
        #expect(
            OutOfMemoryLine.read(Array(line.utf8))
                == OutOfMemoryKill(
                    constraint: "CONSTRAINT_MEMCG", cgroup: "/docker/a,b", process: "d,d=1", pid: 23_700, line: 1021))
    }

    @Test("other lines are none, and none cut or changed anywhere does harm")
    func hostileLines() {
        #expect(OutOfMemoryLine.read(Array("6,1,2,-;eth0: link up".utf8)) == nil)
        // Only the kernel's own begins so; anybody may write lines that hold it.
        #expect(
            OutOfMemoryLine.read(Array("12,1,2,-;x oom-kill:constraint=A,task_memcg=/,task=a,pid=1,uid=0".utf8)) == nil)
        let bytes = Array(line.utf8)
        let stat = Array("7 (a) b) Z 1 2".utf8)
        for end in 0..<bytes.count { _ = OutOfMemoryLine.read(Array(bytes[..<end])) }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<3000 {
            var changed = bytes
            changed[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            _ = OutOfMemoryLine.read(changed)
            _ = LXCLog.ending(of: 7, in: changed)
            _ = CgroupState.events(changed)
            _ = DeadProcess.ending(of: ProcessKey(pid: 7, startTicks: 1), in: stat + changed)
        }
    }

    @Test(
        "LXC's log tells reboot from halt",
        arguments: [
            ("Hangup(1)", LXCLog.Ending.rebooted as LXCLog.Ending?), ("Interrupt(2)", .halted), ("Killed(9)", nil),
        ])
    func lxc(signal: String, expected: LXCLog.Ending?) {
        let text = """
            lxc-start web1 20261121044352.424 INFO error - error.c:42 - Child <17391> ended on signal \(signal)
            lxc-start web1 20261121044353.424 INFO start - start.c:42 - Child <2> ended on signal Hangup(1)
            """
        #expect(LXCLog.ending(of: 17391, in: Array(text.utf8)) == expected)
        #expect(LXCLog.ending(of: 1739, in: Array(text.utf8)) == nil)
    }

    @Test("a cgroup's files say whether it is frozen")
    func frozen() {
        #expect(
            CgroupState.events(Array("populated 1\nfrozen 0\n".utf8)) == CgroupState(isPopulated: true, isFrozen: false)
        )
        #expect(CgroupState.freezer(Array("FROZEN\n".utf8)).isFrozen == true)
        #expect(CgroupState.freezer(Array("FREEZING\n".utf8)) == CgroupState(isFreezing: true))
        #expect(CgroupState.freezer(Array("?".utf8)) == CgroupState())
    }

    @Test("a process that waits to be reaped says how it ended, but only as the one that is meant")
    func dead() {
        let fields = ["Z"] + (0..<18).map { "\($0)" } + ["4711"] + (0..<29).map { "\($0)" } + ["768"]
        let stat = Array("42 (a) (b ) \(fields.joined(separator: " "))\n".utf8)
        #expect(DeadProcess.ending(of: ProcessKey(pid: 42, startTicks: 4711), in: stat) == .exited(3))
        #expect(DeadProcess.ending(of: ProcessKey(pid: 42, startTicks: 4712), in: stat) == nil)
        let alive = Array(String(decoding: stat, as: UTF8.self).replacing(" Z ", with: " S ").utf8)
        #expect(DeadProcess.ending(of: ProcessKey(pid: 42, startTicks: 4711), in: alive) == nil)
    }

    @Test("links are told of the container whose namespace they are in, with their other end on the host")
    func links() {
        var table = LinkTable()
        let (web, db) = (ContainerKey(runtime: "docker", id: "web"), ContainerKey(runtime: "docker", id: "db"))
        table.begin([.link(NetworkLink(index: 9, name: "veth9", link: 2, linkNamespace: 7))])
        #expect(table.take(.link(NetworkLink(index: 2, name: "eth0", link: 9)), in: 7) == nil)
        let taken = [table.take(7, for: web), table.take(7, for: db)]
        #expect(taken == [true, false])
        let change = table.take(.link(NetworkLink(index: 2, name: "eth0", isUp: true, link: 9)), in: 7)
        #expect(change?.key == web && change?.interface == ContainerInterface(name: "eth0", isUp: true, peer: "veth9"))
        #expect(table.take(.link(NetworkLink(index: 1, name: "lo", isLoopback: true)), in: 7) == nil)
        let gone = table.take(.linkGone(NetworkLink(index: 2, name: "eth0")), in: 7)
        #expect(gone?.index == 2 && gone?.interface == nil)
        table.release(web)
        let isTaken = table.take(7, for: db)
        #expect(isTaken)
    }

    @Test("an end waits for its exit code and for a reboot, but not for ever")
    func endings() {
        var endings = Endings()
        let (key, life) = (ContainerKey(runtime: "lxc", id: "web"), ProcessKey(pid: 7, startTicks: 1))
        let start = ContinuousClock.now
        endings.began(key, life, at: Timestamp(nanoseconds: 0), start)
        guard let ending = endings.due(at: start).first else { return #expect(Bool(false), "none is due") }
        func decide(
            _ status: ProcessDescriptor.Ending?, _ monitor: Bool, _ age: Duration, log: LXCLog.Ending? = nil
        ) -> Endings.Decision {
            Endings.decide(
                ending, status: status, mayCome: true, isMonitorThere: monitor, log: log, at: start + age)
        }
        #expect(decide(nil, false, .zero) == .wait)
        #expect(decide(nil, false, .milliseconds(400)) == .tell(.exited(.unknown)))
        #expect(decide(.exited(3), false, .zero) == .tell(.exited(.code(3))))
        #expect(decide(.signaled(9), true, .seconds(1)) == .wait)
        #expect(decide(.signaled(9), true, .seconds(4)) == .tell(.exited(.signal(9))))
        #expect(decide(.signaled(9), true, .zero, log: .halted) == .tell(.halted))
    }
}
