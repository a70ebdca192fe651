import AgentTestKit

/// A `canned-vcenter` in a process of its own, so that its work is not counted as the agent's.
package final class CannedServer: Sendable {
    /// `power` or `change`: see `EventPageGenerator.Mix`.
    package typealias Mix = String

    private let process: ChildProcess
    /// Of its SOAP service.
    package let url: String

    /// Starts it and waits until its events are made.
    package init(events: Int, mix: Mix = "change") async throws {
        var program = ChildProcess.Program("\(OwnProgram.folder)/canned-vcenter", ["\(events)", mix])
        program.holdsInput = true
        process = try ChildProcess(program)
        let line = try await process.waitForLine(limit: .seconds(60)) { $0.hasPrefix("port ") }
        url = "http://127.0.0.1:\(line.dropFirst(5))/sdk"
    }

    /// When events were asked for the first time, in seconds since 1970.
    package var first: Double? { said("first ") }

    /// What the kernel tells about it now.
    package var figures: ProcessFigures {
        get throws { try ProcessFigures(pid: process.pid) }
    }

    /// Ends it.
    package func stop() async throws {
        process.closeInput()
        _ = try await process.waitForExit()
    }

    private func said(_ word: String) -> Double? {
        let line = process.output.split(separator: "\n").first { $0.hasPrefix(word) }
        return line.flatMap { Double($0.dropFirst(word.count)) }
    }
}
