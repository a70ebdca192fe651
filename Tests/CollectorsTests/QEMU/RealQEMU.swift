import AgentCore
import AgentTestKit
import Collectors
import EventModel
import Glibc
import Platform

/// A real QEMU without hardware help, with a monitor for the test and perhaps one for the agent.
final class RealQEMU: Sendable {
    private static let program = "/usr/bin/qemu-system-x86_64"
    private static let guest = PackageRoot[".build/qemu"]
    static let isInstalled = access(program, X_OK) == 0
    /// A kernel and an init that takes orders: `Tests/qemu/build.sh .build/qemu`.
    static let hasGuest = isInstalled && TestFile.exists("\(guest)/initramfs") && TestFile.exists("\(guest)/kernel")

    /// How the agent may see it.
    enum Monitor {
        case none
        /// It listens.
        case found
        /// It connects to the agent, again and again.
        case calling(String)
    }

    let folder: TemporaryDirectory
    let uuid: String
    let process: ChildProcess
    private let control: MonitorClient

    /// Starts one. `boots`: with the small guest; else its firmware finds nothing to boot.
    init(_ monitor: Monitor, boots: Bool = false, _ more: [String] = [], in folder: TemporaryDirectory? = nil)
        async throws
    {
        let folder = try folder ?? TemporaryDirectory("realqemu")
        uuid = Self.someUUID()
        var arguments = [
            "-name", "guest=real,, \(uuid.prefix(4)),debug-threads=on", "-uuid", uuid, "-accel", "tcg", "-m", "128",
            "-nographic", "-nodefaults", "-no-user-config", "-qmp", "unix:\(folder.path("control")),server=on,wait=off",
        ]
        switch monitor {
        case .none: break
        case .found: arguments += ["-qmp", "unix:\(folder.path("agent.qmp")),server=on,wait=off"]
        case .calling(let path):
            arguments += ["-chardev", "socket,id=ev,path=\(path),reconnect=1", "-mon", "chardev=ev,mode=control"]
        }
        if boots {
            arguments += ["-kernel", "\(Self.guest)/kernel", "-initrd", "\(Self.guest)/initramfs"]
            arguments += ["-append", "console=ttyS0 quiet panic=-1"]
            arguments += ["-serial", "unix:\(folder.path("serial")),server=on,wait=off"]
        }
        self.folder = folder
        process = try ChildProcess(.init(Self.program, arguments + more))
        control = try await MonitorClient(folder.path("control"))
    }

    /// A UUID nobody else has.
    static func someUUID() -> String {
        let digits = (0..<32).map { _ in String(UInt8.random(in: 0..<16), radix: 16) }.joined()
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { range in
            String(digits.dropFirst(range.lowerBound).prefix(range.count))
        }.joined(separator: "-")
    }

    /// Waits until somebody talks with the monitor that is found, or with the one that listens at the path, and has had
    /// the time to ask for the state.
    func isSpokenTo(at path: String? = nil) async throws {
        let path = path ?? folder.path("agent.qmp")
        try await waitUntil("the agent is attached", limit: .seconds(120)) { Self.clients(of: path) > 0 }
        try await AgentClock.system.sleep(HostPace.allowed(.milliseconds(500)))
    }

    /// How many connections somebody who listens has accepted.
    static func clients(of path: String) -> Int {
        SocketTable(TestFile.read("/proc/net/unix") ?? [], of: [path])[path].accepted
    }

    /// Gives its monitor an order, and waits for the answer.
    func order(_ command: String, _ arguments: String = "{}") async throws {
        try await control.order(#"{"execute": "\#(command)", "arguments": \#(arguments)}"#)
    }

    /// Waits until the guest has booted; orders for it go through what is given.
    func guest() async throws -> MonitorClient {
        let serial = try await MonitorClient(folder.path("serial"), greets: false)
        try await serial.hear("ready", limit: .seconds(120))
        return serial
    }

    /// A configuration that sees this machine's monitor, and no other's.
    var watching: QEMUConfiguration {
        QEMUConfiguration(sockets: [PathPattern(folder.path("agent.qmp"))], libvirt: false)
    }
}

/// The other end of a monitor or a serial port.
final class MonitorClient: Sendable {
    private let socket: UnixSocket
    private let heard = Locked<[UInt8]>([])

    /// Connects as soon as somebody listens.
    init(_ path: String, greets: Bool = true) async throws {
        let made = Locked<UnixSocket?>(nil)
        try await waitUntil("somebody listens at \(path)") {
            guard let socket = try? UnixSocket.connect(to: path) else { return false }
            made.withLock { $0 = socket }
            return true
        }
        guard let socket = made.withLock({ $0 }) else { throw CancellationError() }
        self.socket = socket
        guard greets else { return }
        try await hear("\"QMP\"", limit: .seconds(60))
        try await order(#"{"execute": "qmp_capabilities"}"#)
    }

    /// Says a line.
    func say(_ line: String) throws {
        _ = try socket.write(Array((line + "\n").utf8)[...])
    }

    /// Waits until a word was heard; forgets what was heard up to then.
    func hear(_ word: String, limit: Duration) async throws {
        try await waitUntil("\"\(word)\" is heard", limit: limit) {
            if let bytes = try self.socket.read(upTo: 65_536) { self.heard.withLock { $0 += bytes } }
            return self.heard.withLock { heard in
                guard String(decoding: heard, as: UTF8.self).contains(word) else { return false }
                heard = []
                return true
            }
        }
    }

    /// Says an order, and waits for the answer; the end of the connection is one too.
    func order(_ line: String) async throws {
        try say(line)
        do {
            try await hear("\"return\"", limit: .seconds(60))
        } catch {
            let text = heard.withLock { String(decoding: $0, as: UTF8.self) }
            throw WaitedInVain(condition: "\(line) is answered: \(text)", limit: .seconds(60))
        }
    }

    /// Reads and forgets what comes, so that who writes is never held up; for as long as the task runs.
    func drain() async {
        while !Task.isCancelled {
            _ = try? socket.read(upTo: 65_536)
            try? await AgentClock.system.sleep(.milliseconds(5))
        }
    }

    func close() {
        socket.close()
    }
}
