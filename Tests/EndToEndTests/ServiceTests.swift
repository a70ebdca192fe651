import AgentCore
import AgentTestKit
import EventModel
import Glibc
import Logging
import Platform
import Testing

@testable import guestwatch

/// A unix socket that takes datagrams: what systemd listens on.
private final class DatagramInbox: Sendable {
    let path: String
    private let descriptor: Int32

    init(_ path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        try #require(result == 0)
    }

    deinit {
        close(descriptor)
    }

    /// The next datagram, if one has come.
    func next() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : Array(bytes[..<count])
    }

    /// Waits for the next datagram that begins so.
    func wait(for beginning: String) async throws -> String {
        let found = Locked("")
        try await waitUntil("\(beginning) is said", limit: .seconds(30)) {
            while let bytes = next() {
                let text = String(decoding: bytes, as: UTF8.self)
                found.withLock { $0 = text }
                if text.hasPrefix(beginning) { return true }
            }
            return false
        }
        return found.withLock(\.self)
    }
}

@Suite("A service of systemd")
struct ServiceTests {
    private static let configuration: JSONValue = [
        "journal": ["kind": "sqlite", "path": "journal.db"],
        "collectors": [["name": "log", "kind": "file-watch", "paths": ["app.log"]]],
    ]

    @Test("systemd is told of start, reload and stop, and its watchdog is fed")
    func notifications() async throws {
        let workplace = try Workplace(configuration: Self.configuration)
        let inbox = try DatagramInbox(workplace.folder.path("notify"))
        let agent = try workplace.start(
            ["run"], environment: ["NOTIFY_SOCKET": inbox.path, "WATCHDOG_USEC": "300000"])
        _ = try await inbox.wait(for: "READY=1")
        for _ in 1...3 { _ = try await inbox.wait(for: "WATCHDOG=1") }
        agent.signal(SIGHUP)
        let reloading = try await inbox.wait(for: "RELOADING=1\nMONOTONIC_USEC=")
        #expect((reloading.split(separator: "=").last.flatMap { Int64($0) } ?? 0) > 0)
        _ = try await inbox.wait(for: "READY=1")
        agent.terminate()
        _ = try await inbox.wait(for: "STOPPING=1")
        #expect(try await agent.waitForExit() == .code(0), "\(agent.errors)")
    }

    @Test("the watchdog is fed three times in its patience, and only where it is meant for this process")
    func watchdog() {
        #expect(Watchdog(microseconds: "30000000", process: nil)?.interval == .seconds(10))
        #expect(Watchdog(microseconds: "30000000", process: "\(getpid())") != nil)
        #expect(Watchdog(microseconds: "30000000", process: "1") == nil)
        for text in [nil, "", "0", "-5", "soon"] { #expect(Watchdog(microseconds: text, process: nil) == nil) }
    }

    @Test("a pipeline that is stuck lets the watchdog starve")
    func starving() async throws {
        let folder = try TemporaryDirectory("watchdog")
        let inbox = try DatagramInbox(folder.path("notify"))
        let watchdog = try #require(Watchdog(microseconds: "3000", process: nil))
        let (pulses, gate) = (Locked(0), ScriptedGate())
        let feeding = Task {
            await watchdog.feed(ServiceNotifier(socket: inbox.path), clock: .system) {
                let pulse = pulses.withLock { pulses in
                    pulses += 1
                    return pulses
                }
                if pulse == 3 { try? await gate.pass() }
            }
        }
        try await waitUntil("the third pulse", limit: .seconds(30)) { pulses.withLock { $0 == 3 } }
        #expect(inbox.next() != nil && inbox.next() != nil)
        #expect(inbox.next() == nil)
        gate.open()
        _ = try await inbox.wait(for: "WATCHDOG=1")
        feeding.cancel()
        await feeding.value
    }

    @Test("the log in systemd's journal has the metadata as fields, text of several lines included")
    func journald() throws {
        let folder = try TemporaryDirectory("journald")
        let inbox = try DatagramInbox(folder.path("journal"))
        var handler = AgentLogHandler(format: .journald, level: .info, journal: DatagramSocket(inbox.path))
        handler.metadata = ["collector": "vc1"]
        let log = Logger(label: "test") { _ in handler }
        log.warning("collector failed", metadata: ["last-error": "two\nlines", "attempt": "2"])
        let bytes = try #require(inbox.next())
        let message = "collector failed  attempt=2  collector=vc1  last-error=two\nlines"
        let expected =
            Array("MESSAGE\n".utf8) + [UInt8(message.utf8.count), 0, 0, 0, 0, 0, 0, 0]
            + Array("\(message)\nPRIORITY=4\nSYSLOG_IDENTIFIER=guestwatch\n".utf8)
            + Array("GUESTWATCH_ATTEMPT=2\nGUESTWATCH_COLLECTOR=vc1\nGUESTWATCH_LAST_ERROR\n".utf8)
            + [9, 0, 0, 0, 0, 0, 0, 0] + Array("two\nlines\n".utf8)
        #expect(bytes == expected, "\(String(decoding: bytes, as: UTF8.self))")
    }

    @Test("names of fields are such as the journal takes")
    func fieldNames() {
        #expect(JournaldMessage.fieldName("last-error") == "GUESTWATCH_LAST_ERROR")
        #expect(JournaldMessage.fieldName("ümlaut.9") == "GUESTWATCH__MLAUT_9")
        #expect(JournaldMessage.fieldName(String(repeating: "a", count: 99)).utf8.count == 64)
    }
}
