import AgentTestKit

/// A `hook-receiver` in a process of its own: takes webhooks in batched mode as cheaply as can be, and says when all
/// events were there.
package final class HookReceiver: Sendable {
    /// What came.
    package struct Arrivals: Sendable {
        package var repeated: Int
        package var disordered: Int
        /// When the first request and the last event came, by `Stopwatch.wall`.
        package var (first, last): (Double, Double)
    }

    private let process: ChildProcess
    package let port: Int

    /// Starts it. `answer`: the body of every answer, with the status 200; none and 204 when nil.
    package init(events: Int, answer: String? = nil) async throws {
        var program = ChildProcess.Program(
            "\(OwnProgram.folder)/hook-receiver", ["\(events)"] + (answer.map { [$0] } ?? []))
        program.holdsInput = true
        process = try ChildProcess(program)
        let line = try await process.waitForLine { $0.hasPrefix("port ") }
        guard let port = Int(line.dropFirst(5)) else { throw MeasuringError("hook-receiver said \"\(line)\"") }
        self.port = port
    }

    /// Waits until all events were there, each once and in order; throws otherwise.
    package func arrivals(limit: Duration) async throws -> Arrivals {
        let line = try await process.waitForLine(limit: limit) { $0.hasPrefix("done ") }
        let words = line.split(separator: " ").compactMap { Double($0) }
        guard words.count == 5, words[1] == 0, words[2] == 0 else {
            throw MeasuringError("came, repeated, out of order, first, last: \(line)")
        }
        return Arrivals(
            repeated: Int(words[1]), disordered: Int(words[2]), first: words[3], last: words[4])
    }

    /// Ends it.
    package func stop() async throws {
        process.closeInput()
        _ = try await process.waitForExit()
    }
}
