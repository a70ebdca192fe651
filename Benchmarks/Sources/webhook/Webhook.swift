import AgentTestKit
import Glibc
import Measuring

/// A file of lines → the agent's journal → a webhook in batched mode, taken by a process that hardly costs anything.
@main
enum Webhook {
    private static let runs = 5
    private static let lines = 500_000
    private static let lineBytes = 500

    static func main() async {
        await measuring {
            let folder = try TemporaryDirectory("webhook")
            let input = folder.path("input.log")
            _ = try Lines(input, count: lines, bytes: lineBytes)
            var runs: [HookRun] = []
            for _ in 0..<Self.runs { runs.append(try await HookRun(of: input, lines: lines)) }
            table(of: runs).show(
                """
                File → journal (sqlite, synchronous = full) → webhook, batched: \(Figures.grouped(lines)) lines of \
                \(lineBytes) bytes, \(runs.count) runs
                """)
        }
    }

    private static func table(of runs: [HookRun]) -> Table {
        var table = Table("", "", "min", "median", "max", "goal", "")
        func add(
            _ title: String, _ digits: Int, _ value: (HookRun) -> Double, _ goal: String, _ isMet: (Double) -> Bool
        ) {
            let series = Series(runs.map(value))
            table.add(
                title, "", Figures.fixed(series.least, digits), Figures.fixed(series.median, digits),
                Figures.fixed(series.greatest, digits), goal, Figures.verdict(isMet(series.median)))
        }
        add("events/s", 0, \.eventsPerSecond, ">= 150,000") { $0 >= 150_000 }
        add("agent's processor time, µs/event", 2, \.processorPerEvent, "<= 5") { $0 <= 5 }
        add("agent's peak memory, MiB", 1, \.peakMebibytes, "<= 40") { $0 <= 40 }
        return table
    }
}
