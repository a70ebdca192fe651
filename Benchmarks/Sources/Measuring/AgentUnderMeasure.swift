package import AgentTestKit
import Glibc

/// The built `guestwatch run`, with a configuration and files in a folder of its own.
package final class AgentUnderMeasure: Sendable {
    /// Where its journal is and what it reads.
    package struct Setting: Sendable {
        /// `sqlite` or `memory`.
        package var journal: String
        package var vcenter: CannedServer
        /// Events it asks for at once.
        package var pageSize: Int

        package init(journal: String, vcenter: CannedServer, pageSize: Int = 1000) {
            (self.journal, self.vcenter, self.pageSize) = (journal, vcenter, pageSize)
        }
    }

    /// How long it may take to be ready, and to stop.
    private static let patience = 30.0

    package let process: ChildProcess
    /// From the system call that starts the process until it says `READY=1`, in seconds.
    package let secondsToReady: Double
    private let folder: TemporaryDirectory

    /// Starts the agent and waits until it is ready.
    package init(_ setting: Setting) throws {
        let folder = try TemporaryDirectory("agent")
        try BinaryFile.write(Self.configuration(setting), to: folder.path("collectors.json"))
        try BinaryFile.write(FixtureSettings().password, to: folder.path("password"))
        let readiness = try ReadinessSocket(path: folder.path("notify"))
        let start = Stopwatch.wall
        process = try ChildProcess(
            .init(
                try Self.program, ["run", "--config", folder.path("collectors.json")],
                environment: ["NOTIFY_SOCKET": readiness.path]))
        do {
            secondsToReady = try readiness.waitForReady(seconds: Self.patience) - start
        } catch {
            throw MeasuringError("\(error); the agent wrote: \(process.errors.suffix(2000))")
        }
        self.folder = folder
    }

    /// The file the events go to.
    package var archive: String { folder.path("events.jsonl") }

    /// What the kernel tells about it now.
    package var figures: ProcessFigures {
        get throws { try ProcessFigures(pid: process.pid) }
    }

    /// Stops it as systemd does; gives the processor time of its whole life, in seconds.
    package func stop() async throws -> Double {
        process.terminate()
        let exit = try await process.waitForExit(limit: .seconds(Self.patience))
        guard exit == .code(0), let usage = process.usage else {
            throw MeasuringError("the agent ended by \(exit): \(process.errors.suffix(2000))")
        }
        return (usage.user + usage.system) / .seconds(1)
    }

    private static func configuration(_ setting: Setting) -> String {
        let journal = setting.journal == "memory" ? "" : #", "path": "journal.db""#
        return """
            {
              "journal": { "kind": "\(setting.journal)"\(journal) },
              "collectors": [
                { "name": "vc", "kind": "vsphere-events", "url": "\(setting.vcenter.url)", "pageSize": \(setting.pageSize),
                  "username": "\(FixtureSettings().userName)", "password": { "file": "password" }, "start": "beginning" }
              ],
              "sinks": [ { "name": "archive", "kind": "file", "path": "events.jsonl" } ]
            }
            """
    }

    /// `GUESTWATCH_BINARY`, or what `swift build -c release` of the package around this one made.
    private static var program: String {
        get throws {
            let path = Environment["GUESTWATCH_BINARY"] ?? "\(PackageRoot.path)/.build/release/guestwatch"
            guard TestFile.exists(path) else {
                throw MeasuringError(
                    "there is no \"\(path)\": build it by `swift build -c release --product guestwatch`")
            }
            return path
        }
    }
}
