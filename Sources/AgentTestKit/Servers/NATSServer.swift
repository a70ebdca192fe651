import Glibc
import Platform

/// A real nats-server on loopback, on a port of its own and in a folder of its own; killed with its last reference.
package final class NATSServer: Sendable {
    private static let program = "/usr/sbin/nats-server"
    /// Whether there is no such program here.
    package static var isMissing: Bool { !TestFile.isExecutable(program) }

    /// Where it listens.
    package let port: Int
    private let folder: TemporaryDirectory
    private let process = Locked<ChildProcess?>(nil)
    private let settings: String
    private let jetStream: Bool

    /// Starts one. `settings`: lines of its configuration, in which `FOLDER` is its folder.
    package init(settings: String = "", jetStream: Bool = true) async throws {
        folder = try TemporaryDirectory("nats")
        port = try FreePort.find()
        (self.settings, self.jetStream) = (settings, jetStream)
        try await start()
    }

    /// `nats://127.0.0.1:PORT`.
    package var url: String { "nats://127.0.0.1:\(port)" }
    /// Its folder.
    package var path: String { folder.path }
    /// Its process; nil before the first start.
    package var pid: Int32? { process.withLock { $0?.pid } }

    /// The path of something in its folder.
    package func path(of name: String) -> String { folder.path(name) }

    /// Starts it where it was; what it stored is there again.
    package func start() async throws {
        let text = """
            listen: "127.0.0.1:\(port)"
            max_payload: 8MB
            \(jetStream ? "jetstream { store_dir: \"\(folder.path("store"))\" }" : "")
            \(settings.split(separator: "FOLDER", omittingEmptySubsequences: false).joined(separator: folder.path))
            """
        TestFile.write(Array(text.utf8), to: folder.path("server.conf"))
        let started = try ChildProcess(.init(Self.program, ["-c", folder.path("server.conf")]))
        process.withLock { $0 = started }
        _ = try await started.waitForLine(limit: .seconds(60)) { $0.contains("Server is ready") }
    }

    /// kill -9.
    package func kill() async throws {
        let running = process.withLock { $0 }
        running?.kill()
        _ = try await running?.waitForExit()
    }

    /// SIGSTOP or SIGCONT: a server that is there and says nothing.
    package func signal(_ number: Int32) {
        process.withLock { $0 }?.signal(number)
    }
}
