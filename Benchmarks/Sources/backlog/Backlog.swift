import AgentCore
import AgentTestKit
import EventModel
import Glibc
import Journals
import Measuring

/// A journal of millions of entries that no sink has seen: how soon the agent is ready, how fast its webhook catches up,
/// whether each entry came once and in order, and how much memory the agent takes at its peak.
///
///     backlog [ENTRIES]
@main
enum Backlog {
    private static let batch = 10_000
    private static let patience = Duration.seconds(1800)

    static func main() async {
        await measuring {
            let entries = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 10_000_000
            let folder = try TemporaryDirectory("backlog")
            try await fill(folder.path("journal.db"), entries)
            var table = Table("", "", "", "goal", "")
            try await catchUp(entries, in: folder, &table)
            table.show("A backlog of \(Figures.grouped(entries)) entries of 500 bytes → webhook, batched")
        }
    }

    /// Starts the agent on the journal and waits until the receiver has everything.
    private static func catchUp(_ entries: Int, in folder: TemporaryDirectory, _ table: inout Table) async throws {
        // One event is the agent's own: it has started.
        let receiver = try await HookReceiver(events: entries + 1)
        try BinaryFile.write(
            """
            {
              "journal": { "kind": "sqlite", "path": "journal.db" },
              "collectors": [],
              "sinks": [
                { "name": "hook", "kind": "webhook", "url": "http://127.0.0.1:\(receiver.port)/", "mode": "batched" }
              ]
            }
            """, to: folder.path("collectors.json"))
        let readiness = try ReadinessSocket(path: folder.path("notify"))
        let binary = Environment["GUESTWATCH_BINARY"] ?? "\(PackageRoot.path)/.build/release/guestwatch"
        let start = Stopwatch.wall
        let agent = try ChildProcess(
            .init(
                binary, ["run", "--config", folder.path("collectors.json")],
                environment: ["NOTIFY_SOCKET": readiness.path]))
        let (ready, arrivals): (Double, HookReceiver.Arrivals)
        do {
            ready = try readiness.waitForReady(seconds: 60) - start
            arrivals = try await receiver.arrivals(limit: patience)
        } catch {
            agent.kill()
            throw MeasuringError("\(error); the agent wrote: \(agent.errors.suffix(2000))")
        }
        let peak = Double(try ProcessFigures(pid: agent.pid).peakBytes) / 1_048_576
        agent.terminate()
        _ = try await agent.waitForExit(limit: .seconds(60))
        try await receiver.stop()
        guard let usage = agent.usage else { throw MeasuringError("the agent told no processor time") }
        let processor = (usage.user + usage.system) / .seconds(1) / Double(entries) * 1e6
        let seconds = arrivals.last - start
        table.add(
            "start to ready, ms", "", Figures.fixed(ready * 1000, 1), "< 1,000", Figures.verdict(ready < 1))
        table.add("lost, repeated, out of order", "", "0, 0, 0", "0", "met")
        table.add("start to the last entry, s", "", Figures.fixed(seconds, 1), "", "")
        table.add("entries/s", "", Figures.fixed(Double(entries) / seconds, 0), "", "")
        table.add("agent's processor time, µs/entry", "", Figures.fixed(processor, 2), "", "")
        table.add("agent's peak memory, MiB", "", Figures.fixed(peak, 1), "<= 40", Figures.verdict(peak <= 40))
    }

    /// Fills a journal with events that are all news.
    private static func fill(_ path: String, _ entries: Int) async throws {
        let journal = try await SQLiteJournal(
            .init(path: path, synchronous: .normal), policy: .init(), clock: .system)
        var encoder = EventEncoder()
        for first in stride(from: 1, through: entries, by: batch) {
            let events = (first..<min(first + batch, entries + 1)).map { number in
                let event = Event.measured(number)
                var body: [UInt8] = []
                body.reserveCapacity(EventEncoder.attributeBytes)
                encoder.append(event, to: &body)
                return EncodedEvent(
                    source: event.source, id: event.id, type: event.type, severity: event.severity, body: body[...])
            }
            _ = try await journal.commit(
                events, checkpoint: Checkpoint(version: 1, bytes: Array("\(first)".utf8)), of: "measured")
        }
        try await journal.close()
    }
}
