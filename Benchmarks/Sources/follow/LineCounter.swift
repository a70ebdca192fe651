import AgentTestKit
import Measuring

/// A `line-counter` in a process of its own: takes lines over TCP and says when all have come.
final class LineCounter: Sendable {
    private let process: ChildProcess
    let port: Int

    init(lines: Int) async throws {
        var program = ChildProcess.Program("\(OwnProgram.folder)/line-counter", ["\(lines)", Lines.word])
        program.holdsInput = true
        process = try ChildProcess(program)
        let line = try await process.waitForLine { $0.hasPrefix("port ") }
        guard let port = Int(line.dropFirst(5)) else { throw MeasuringError("line-counter said \"\(line)\"") }
        self.port = port
    }

    var isDone: Bool { process.output.hasSuffix("done\n") }
}
