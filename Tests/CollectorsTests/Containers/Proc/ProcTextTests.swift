import AgentTestKit
import Collectors
import EventModel
import Testing

/// What procfs says, read from bytes that may be anything.
@Suite("Procfs's texts")
struct ProcTextTests {
    private func read(_ name: String, cutAt end: Int? = nil) -> ProcessStat? {
        let line = "4232 (\(name)) S 4211 4232 4232 0 -1 4194560 79 0 0 0 0 0 0 0 20 0 1 0 90847 2322432 332\n"
        return ProcessStat.read(Array(line.utf8.prefix(end ?? .max)))
    }

    @Test(
        "a process may call itself anything",
        arguments: ["sleep", "", "a b", ") S 1 (", "((", "runc:[2:INIT]", "new\nline", "a) R 1 1 1"])
    func names(name: String) throws {
        let stat = try #require(read(name))
        #expect(stat.name == ProcessName(name))
        #expect(stat.key == ProcessKey(pid: 4232, startTicks: 90847))
        #expect(stat.parent == 4211)
        #expect(!stat.isZombie)
    }

    @Test("a line that is cut off anywhere before the start time's end is none")
    func cut() {
        let whole = "4232 (sleep) S 4211 4232 4232 0 -1 4194560 79 0 0 0 0 0 0 0 20 0 1 0 90847"
        for end in 0...whole.utf8.count { #expect(read("sleep", cutAt: end) == nil) }
        #expect(read("sleep", cutAt: whole.utf8.count + 1) != nil)
    }

    @Test("numbers that do not fit are none")
    func large() {
        #expect(ProcessStat.read(Array("99999999999 (a) S 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 5 1".utf8)) == nil)
        let start = "1 (a) S 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 "
        #expect(ProcessStat.read(Array((start + "18446744073709551615 1").utf8))?.startTicks == .max)
        #expect(ProcessStat.read(Array((start + "18446744073709551616 1").utf8)) == nil)
    }

    @Test("the names of the kernel are 16 bytes, and longer ones are cut")
    func longNames() {
        #expect(ProcessName("containerd-shim-runc-v2") == ProcessName("containerd-shim-"))
        #expect(ProcessName("conmon").description == "conmon")
        #expect(ProcessName("lxc-start") != ProcessName("lxc-star"))
    }

    @Test("the numbers of nested namespaces tell who is in one, and who is its first")
    func depth() {
        func depth(_ line: String) -> ProcessDepth? { ProcessDepth.read(Array("Name:\tx\n\(line)\nNSpgid:\t1\n".utf8)) }
        #expect(depth("NSpid:\t4232\t1")?.isFirst == true)
        #expect(depth("NSpid:\t4232\t8")?.isForeign == true)
        #expect(depth("NSpid:\t4232\t8")?.isFirst == false)
        #expect(depth("NSpid:\t1")?.isForeign == false)
        #expect(depth("NSpid:\t1")?.isFirst == false)
        #expect(depth("NSpid:\t") == nil)
        #expect(depth("NStgid:\t4232\t1") == nil)
        #expect(depth("NSpid:\t" + String(repeating: "7\t", count: 5000))?.numbers.count == ProcessDepth.maximumDepth)
    }

    @Test("cgroups of any version, in the order in which they are believed")
    func cgroups() {
        let file =
            "9:name=systemd:/payload\n8:pids:/\n1:cpu,cpuacct:/a:b/c\nx\n5:memory\n3:cpuset:rel\n0::/p (deleted)\n"
        let membership = CgroupMembership.read(Array(file.utf8))
        #expect(membership.lines.map(\.path) == ["/p", "/payload", "/", "/a:b/c"])
        #expect(membership.path(in: "cpuacct") == "/a:b/c")
        #expect(membership.path(in: "") == "/p")
        #expect(membership.path(in: "memory") == nil)
    }

    @Test("a start time counts from the boot")
    func boot() {
        let stat = Array("cpu  1 2\nintr 5\nbtime 1795232470\nprocesses 9".utf8)
        let boot = HostBoot(id: "b", time: HostBoot.bootTime(in: stat.span) ?? Timestamp(nanoseconds: 0))
        #expect(boot.time(ofTicks: 90847).rfc3339 == "2026-11-21T03:56:18.47Z")
        #expect(boot.time(ofTicks: .max) > boot.time)
        #expect(HostBoot.bootTime(in: Array("btime x".utf8).span) == nil)
        #expect(HostBoot.bootTime(in: Array("btime 99999999999999999999".utf8).span) == nil)
    }

    @Test("a namespace's link tells its inode")
    func links() {
        #expect(NamespaceKind.inode(in: Array("pid:[4026531836]".utf8).span) == NamespaceKind.firstProcessNamespace)
        for text in ["", "pid:", "pid:[", "pid:[]", "pid:[12", "pid:[x]"] {
            #expect(NamespaceKind.inode(in: Array(text.utf8).span) == nil)
        }
    }

    @Test("mutations of a real line are read or refused, never worse")
    func mutations() {
        let line = Array("4232 (sle) ep) S 4211 4232 4232 0 -1 4194560 79 0 0 0 0 0 0 0 20 0 1 0 90847 2322432\n".utf8)
        var generator = SeededGenerator(test: 7)
        for _ in 0..<5000 {
            var bytes = line
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
            // What is read of damage is at least possible.
            if let stat = ProcessStat.read(bytes) { #expect(stat.pid >= 0) }
            _ = ProcessDepth.read(bytes)
            _ = CgroupMembership.read(bytes)
            _ = CgroupTree.processes(bytes.span)
            _ = ProcReader.texts(bytes)
            _ = MachineState.read(bytes)
            _ = ContainerDetails.lxc(bytes)
        }
    }
}
