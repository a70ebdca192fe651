import AgentTestKit
import EventModel
import Foundation
import HTTPClient
import Testing

/// The agent as a program in a folder of its own, looked at from outside. `AGENT=PATH` names another build of it.
final class LoadAgent: Sendable {
    let folder: TemporaryDirectory
    let process: ChildProcess
    private let api: CurlTransport

    /// Starts it and waits until it is ready. The API's socket is `api.sock`, the journal `journal.db` in the folder.
    init(
        collectors: JSONValue, sinks: JSONValue = [], journal: [JSONValue.Member] = [], limits: JSONValue = .object([]),
        folder: TemporaryDirectory
    ) async throws {
        self.folder = folder
        let kept: [JSONValue.Member] = [.init("kind", "sqlite"), .init("path", "journal.db")]
        let configuration: JSONValue = [
            "journal": .object(kept + journal), "collectors": collectors, "sinks": sinks,
            "api": ["socket": "api.sock", "limits": limits],
        ]
        try #require(TestFile.write(JSONWriter.indented(configuration), to: folder.path("collectors.json")))
        let path = Environment["AGENT"] ?? BuiltProduct.path("guestwatch")
        var program = ChildProcess.Program(path, ["run"], directory: folder.path)
        program.environment["PASSWORD"] = FixtureSettings().password
        program.environment["SWIFT_BACKTRACE"] = "enable=no"
        process = try ChildProcess(program)
        api = CurlTransport(HTTPConnection(socket: folder.path("api.sock")))
        _ = try await process.waitForLine(limit: .seconds(60)) { $0.contains(" ready") }
    }

    var socket: String { folder.path("api.sock") }

    /// What it has of memory, descriptors and threads now.
    var count: ProcessCount { .of("\(process.pid)") }

    /// The sum of a metric over all its labels.
    func metric(_ name: String) async throws -> Double {
        let (_, body) = try await api.send(HTTPRequest("GET", "http://localhost/metrics"))
        let lines = String(decoding: body, as: UTF8.self).split(separator: "\n")
        return lines.filter { $0.hasPrefix("\(name){") || $0.hasPrefix("\(name) ") }
            .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
    }

    /// What it used over its life.
    struct Usage {
        var peakMiB: Int
        var processor: Duration

        /// For a line of results.
        var text: String { "peak \(peakMiB) MiB, CPU \(processor)" }
    }

    /// Stops it as systemd does.
    func stop() async throws -> Usage {
        await api.close()
        // While it runs: what is told of it afterwards begins with the memory of the process that started it.
        let peak = count.peakMiB
        process.terminate()
        let exit = try await process.waitForExit(limit: .seconds(60))
        #expect(exit == .code(0), "\(process.errors.suffix(2000))")
        let usage = try #require(process.usage)
        return Usage(peakMiB: peak, processor: usage.user + usage.system)
    }
}

/// A number from the environment, for long forms.
func number(_ name: String, default value: Int) -> Int {
    Environment[name].flatMap { Int($0) } ?? value
}
