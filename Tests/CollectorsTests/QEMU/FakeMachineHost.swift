import AgentCore
import AgentTestKit
import Collectors
import EventModel
import Glibc
import Platform

/// A host in a folder: its /proc, /run and /var/log hold what a test puts there.
final class FakeMachineHost: Sendable {
    let folder: TemporaryDirectory
    let view: HostView
    static let booted = Timestamp(nanoseconds: 1_795_200_000_000_000_000)

    init() throws {
        folder = try TemporaryDirectory("qemu")
        view = HostView(name: "hv1", under: folder.path)
        for path in ["proc/sys/kernel/random", "run/libvirt/qemu", "var/log/libvirt/qemu"] {
            try File.makeFolder(folder.path(path))
        }
        write("btime 1795200000\n", to: "proc/stat")
        write("boot-1\n", to: "proc/sys/kernel/random/boot_id")
    }

    func write(_ text: String, to path: String) {
        TestFile.write(text.utf8, to: folder.path(path))
    }

    /// A QEMU process: it is there from now on.
    func start(_ pid: Int32, ticks: Int = 1000, _ words: [String]) throws {
        try File.makeFolder(folder.path("proc/\(pid)"))
        write(
            "\(pid) (qemu) S 1 \(pid) \(pid) 0 -1 1 2 3 4 5 6 7 8 9 20 0 4 0 \(ticks) 1 2 3 4 5 6",
            to: "proc/\(pid)/stat"
        )
        write((["/usr/bin/qemu-system-x86_64"] + words).joined(separator: "\0") + "\0", to: "proc/\(pid)/cmdline")
    }

    /// The process is gone.
    func end(_ pid: Int32) {
        for name in ["stat", "cmdline"] { unlink(folder.path("proc/\(pid)/\(name)")) }
        rmdir(folder.path("proc/\(pid)"))
    }

    /// libvirt's way: a new file, renamed over the old one.
    func replace(_ path: String, _ text: String) {
        write(text, to: "\(path).new")
        rename(folder.path("\(path).new"), folder.path(path))
    }
}

/// A QMP monitor that serves one client, played by a test.
final class FakeMonitor: Sendable {
    private let listener: UnixSocket?
    private let client = Locked<UnixSocket?>(nil)
    private let received = Locked<[UInt8]>([])

    /// Listens as QEMU does.
    init(at path: String) throws {
        listener = try UnixSocket.listen(at: path, mode: 0o600)
    }

    /// Connects as a QEMU with `reconnect=1` does.
    init(callingAt path: String) throws {
        listener = nil
        let socket = try UnixSocket.connect(to: path)
        client.withLock { $0 = socket }
    }

    var hasClient: Bool { client.withLock { $0 != nil } }

    /// Whether somebody connected; he is served from now on.
    func accept() -> Bool {
        guard let socket = try? listener?.accept() else { return false }
        client.withLock { $0 = socket }
        return true
    }

    /// Says a line.
    func say(_ line: String) {
        client.withLock { _ = try? $0?.write(Array((line + "\r\n").utf8)[...]) }
    }

    /// Greets, and answers until the client is attached.
    func serve(status: String) async throws {
        say(#"{"QMP": {"version": {}, "capabilities": []}}"#)
        try await hear("qmp_capabilities")
        say(#"{"return": {}, "id": "gw-capabilities"}"#)
        try await hear("query-status")
        say(#"{"return": {"status": "\#(status)"}, "id": "gw-status"}"#)
    }

    /// Waits until the client has said a word.
    func hear(_ word: String) async throws {
        try await waitUntil("the client said \(word)", limit: .seconds(5)) {
            guard let bytes = try self.client.withLock({ try $0?.read(upTo: 4096) }) else { return false }
            return self.received.withLock {
                $0 += bytes
                return String(decoding: $0, as: UTF8.self).contains(word)
            }
        }
    }

    func hangUp() {
        client.withLock {
            $0?.close()
            $0 = nil
        }
    }
}
