import AgentCore
import EventModel
import Glibc
import Platform

/// One run of an external collector's program: its pipes, taken apart into lines.
final class CommandRun: Sendable {
    /// No line is longer. In bytes.
    static let lineLimit = 1 << 20
    /// Read from the pipe at once.
    private static let pieceBytes = 64 << 10
    /// Of standard error the end is kept, for the reason of a failure. In bytes.
    private static let errorTail = 2048
    private static let outputToken: UInt64 = 1
    private static let errorsToken: UInt64 = 2
    private static let endingToken: UInt64 = 3

    private struct State: Sendable {
        var splitter = LineSplitter(limit: CommandRun.lineLimit)
        var errors: [UInt8] = []
        var isOutputOver = false
        var areErrorsOver = false
    }

    private let program: ChildProgram
    private let readiness: Readiness
    private let state = Locked(State())

    /// Starts the program. Throws when it cannot be.
    init(_ command: ChildProgram.Command, readiness: Readiness) throws {
        (program, self.readiness) = (try ChildProgram(command), readiness)
        try readiness.add(program.output.raw, for: .readable, token: Self.outputToken)
        try readiness.add(program.errors.raw, for: .readable, token: Self.errorsToken)
        if let ending = program.ending { try readiness.add(ending.raw, for: .readable, token: Self.endingToken) }
    }

    /// The lines that are there, at most about `limit` bytes of them: what is left in the pipe makes the program wait.
    func lines(upTo limit: Int) throws -> [LineReader.Line] {
        try readErrors()
        var lines: [LineReader.Line] = []
        var count = 0
        while count < limit, !state.withLock({ $0.isOutputOver }) {
            // Once it has ended its group is dead, and what is in the pipe is all there will be, whoever holds its end.
            let hasEnded = program.exit != nil
            let piece = try program.output.read(upTo: Self.pieceBytes)
            if piece == nil, !hasEnded { break }
            count += piece?.count ?? 0
            lines += take(piece ?? [])
        }
        return lines
    }

    /// An empty piece is the end.
    private func take(_ piece: [UInt8]) -> [LineReader.Line] {
        if piece.isEmpty { readiness.remove(program.output.raw) }
        return state.withLock { state in
            if !piece.isEmpty { return state.splitter.take(piece) }
            state.isOutputOver = true
            return state.splitter.finish().map { [$0] } ?? []
        }
    }

    /// How the program ended, once all it wrote was read; nil before.
    func ending() throws -> ChildProgram.Exit? {
        guard state.withLock({ $0.isOutputOver }), let exit = program.exit else { return nil }
        try readErrors()
        return exit
    }

    /// The last lines it wrote on standard error, on one line.
    var complaint: String {
        let bytes = state.withLock { $0.errors }
        let lines = bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        return lines.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " / ")
    }

    /// Asks the program's group to end, waits so long, and kills it.
    func stop(within limit: Duration) {
        program.terminate()
        let deadline = ContinuousClock.now.advanced(by: limit)
        while program.exit == nil, ContinuousClock.now < deadline {
            // What it still writes is not wanted, and must not make it wait.
            _ = try? program.output.read(upTo: Self.pieceBytes)
            _ = try? program.errors.read(upTo: Self.pieceBytes)
            _ = try? readiness.wait(upTo: .milliseconds(20))
        }
        program.kill()
        for descriptor in [program.output.raw, program.errors.raw, program.ending?.raw ?? -1] where descriptor >= 0 {
            readiness.remove(descriptor)
        }
    }

    private func readErrors() throws {
        while !state.withLock({ $0.areErrorsOver }) {
            guard let piece = try program.errors.read(upTo: Self.errorTail) else { return }
            state.withLock { state in
                state.errors = Array((state.errors + piece).suffix(Self.errorTail))
                state.areErrorsOver = piece.isEmpty
            }
            if piece.isEmpty { readiness.remove(program.errors.raw) }
        }
    }
}

/// Why an external collector's program did not go on.
struct CommandEnded: Error, CustomStringConvertible {
    let description: String
}

extension ChildProgram.Command {
    /// What the agent starts: the configured program, told where to go on in `GUESTWATCH_CHECKPOINT`.
    init(_ configuration: CommandConfiguration, name: String, host: String, checkpoint: JSONText?) {
        var environment: [String: String] = [:]
        for name in ["PATH", "HOME", "LANG", "TZ"] {
            // SAFETY: the environment is not changed by the agent; the text is copied at once.
            if let value = getenv(name) { environment[name] = String(cString: value) }
        }
        for entry in configuration.environment {
            let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { environment[String(parts[0])] = String(parts[1]) }
        }
        environment["GUESTWATCH_NAME"] = name
        environment["GUESTWATCH_HOST"] = host
        environment["GUESTWATCH_CHECKPOINT"] = checkpoint.map { String(decoding: $0.bytes, as: UTF8.self) }
        self.init(configuration.command, environment: environment, directory: configuration.directory)
    }
}
