import AgentTestKit
import Collectors
import Testing

@Suite("What a QEMU's command line says")
struct QEMUCommandLineTests {
    private func read(_ words: String...) -> QEMUCommandLine? {
        QEMUCommandLine(Array((words.joined(separator: "\0") + "\0").utf8))
    }

    @Test(
        "the name, with commas undone, also in the older form",
        arguments: [
            ("guest=web-01,debug-threads=on", "web-01"),
            ("guest=web 02 (päron),, a,debug-threads=on", "web 02 (päron), a"),
            ("foo", "foo"), ("foo,debug-threads=on", "foo"), ("debug-threads=on,guest=bar", "bar"), ("a,,b", "a,b"),
        ])
    func names(value: String, name: String) {
        #expect(read("/usr/bin/qemu-system-x86_64", "-name", value)?.name == name)
    }

    @Test("the UUID, in lower case, also from the SMBIOS table")
    func uuids() {
        #expect(read("/usr/bin/kvm", "-uuid", "0A1B2C3D-1111-4222-8333-444455556666")?.uuid?.hasPrefix("0a1b") == true)
        #expect(read("kvm", "-smbios", "type=1,uuid=0a1b,serial=x")?.uuid == "0a1b")
        #expect(read("kvm", "-smbios", "type=2,uuid=0a1b")?.uuid == nil)
    }

    @Test("the sockets of monitors, those that listen and those that call")
    func monitors() {
        let line = read(
            "qemu-system-x86_64", "-qmp", "unix:/a,,b.qmp,server=on,wait=off", "-chardev",
            "socket,id=ev,path=/agent.sock,reconnect=1", "-mon", "chardev=ev,mode=control", "-chardev",
            "socket,id=m2,path=/m2.qmp,server,nowait", "-mon", "m2,mode=control", "-chardev",
            "socket,id=hmp,path=/hmp,server=on", "-mon", "hmp", "-qmp", "tcp:127.0.0.1:1,server", "-qmp", "stdio")
        #expect(line?.monitors == ["/a,b.qmp", "/m2.qmp"])
        #expect(line?.calledMonitors == ["/agent.sock"])
    }

    @Test("who only asks QEMU something, or is another program, has no machine")
    func noMachines() {
        #expect(read("qemu-system-x86_64", "--version") == nil)
        #expect(read("qemu-system-x86_64", "-device", "help") == nil)
        #expect(read("qemu-system-x86_64", "-S", "-machine", "none,accel=kvm:tcg") == nil)
        #expect(read("/usr/bin/vim", "qemu-system-x86_64") == nil)
        #expect(read("qemu-img", "create") == nil)
        #expect(read("") == nil && QEMUCommandLine([]) == nil && QEMUCommandLine([0, 0, 0xFF]) == nil)
    }

    @Test("the machine libvirt started is its own")
    func libvirt() throws {
        guard let path = SharedMaterial["hostside/procfs/libvirt-qemu/web-01/cmdline"] else { return }
        let line = try #require(QEMUCommandLine(TestFile.read(path) ?? []))
        #expect(line.isLibvirts && line.name != nil && line.uuid?.count == 36 && line.monitors.isEmpty)
    }

    @Test("a process's state is read behind a name that may hold anything")
    func states() {
        let rest = " 19 20 21 22 23 24 25 26 27 28 29 4711 30"
        let state = ProcessState(Array("7 (a) b) S 3 7 9 0 -1 1 2 3 4 5 6 7 8 9 20 0 4 0 4711\(rest)".utf8))
        #expect(state?.parent == 3 && state?.session == 9 && state?.startTicks == 4711 && state?.isGone == false)
        #expect(ProcessState(Array("7 (a) Z 3 7 9 0 -1 1 2 3 4 5 6 7 8 9 20 0 4 0 4711\(rest)".utf8))?.isGone == true)
        #expect(ProcessState(Array("7 (a) S 3".utf8)) == nil && ProcessState([]) == nil)
    }

    @Test("who is connected to a socket is told by the kernel's table")
    func sockets() {
        let table = """
            Num       RefCount Protocol Flags    Type St Inode Path
            00000000635f071f: 00000002 00000000 00010000 0001 01 1936144 /x/a b.qmp
            000000001b72e0f4: 00000003 00000000 00000000 0001 03 1937359 /x/a b.qmp
            000000005766931c: 00000003 00000000 00000000 0001 02     0 /x/a b.qmp
            000000005766931d: 00000003 00000000 00000000 0001 03 9
            """
        let sockets = SocketTable(Array(table.utf8), of: ["/x/a b.qmp"])
        #expect(sockets["/x/a b.qmp"] == .init(isListening: true, accepted: 1, waiting: 1))
        #expect(sockets["/y"] == .init())
    }

    @Test("a path pattern takes any text but slashes for a star")
    func patterns() {
        #expect(PathPattern("*").matches("/run/a/b.qmp"))
        #expect(PathPattern("/run/*/b.qmp").matches("/run/a/b.qmp"))
        #expect(PathPattern("/run/*.qmp").matches("/run/a.b.qmp"))
        #expect(!PathPattern("/run/*.qmp").matches("/run/a/b.qmp"))
        #expect(!PathPattern("/run/*.qmp").matches("/run/a.qmpx") && !PathPattern("/run").matches("/run/"))
    }
}
