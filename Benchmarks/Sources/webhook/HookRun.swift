import AgentTestKit
import Glibc
import Measuring

/// One run: all lines through a new agent to a new receiver.
struct HookRun {
    private static let patience = Duration.seconds(120)

    /// From the start of the agent to the last event at the receiver.
    var eventsPerSecond: Double
    /// The agent's, from its start to its end, in µs.
    var processorPerEvent: Double
    var peakMebibytes: Double

    /// Makes the run; throws when an event came twice or out of order.
    init(of input: String, lines: Int) async throws {
        let folder = try TemporaryDirectory("hook")
        // One event is the agent's own: it has started.
        let receiver = try await HookReceiver(events: lines + 1)
        try BinaryFile.write(
            """
            {
              "journal": { "kind": "sqlite", "path": "journal.db" },
              "collectors": [
                { "name": "logs", "kind": "file-watch", "paths": [ "\(input)" ], "start": "beginning" }
              ],
              "sinks": [
                { "name": "hook", "kind": "webhook", "url": "http://127.0.0.1:\(receiver.port)/", "mode": "batched" }
              ]
            }
            """, to: folder.path("collectors.json"))
        let binary = Environment["GUESTWATCH_BINARY"] ?? "\(PackageRoot.path)/.build/release/guestwatch"
        let start = Stopwatch.wall
        let agent = try ChildProcess(.init(binary, ["run", "--config", folder.path("collectors.json")]))
        let arrivals: HookReceiver.Arrivals
        do {
            arrivals = try await receiver.arrivals(limit: Self.patience)
        } catch {
            agent.kill()
            throw MeasuringError("\(error); the agent wrote: \(agent.errors.suffix(2000))")
        }
        eventsPerSecond = Double(lines) / (arrivals.last - start)
        peakMebibytes = Double(try ProcessFigures(pid: agent.pid).peakBytes) / 1_048_576
        agent.terminate()
        _ = try await agent.waitForExit(limit: .seconds(30))
        try await receiver.stop()
        guard let usage = agent.usage else { throw MeasuringError("the agent told no processor time") }
        processorPerEvent = (usage.user + usage.system) / .seconds(1) / Double(lines) * 1e6
    }
}
