import AgentTestKit
import Measuring

/// The whole way: a canned vCenter in a process of its own → the built agent, journal and all → lines in a file; seen from
/// outside.
@main
enum WholeWay {
    private static let runs = 5
    private static let events = 250_000

    static func main() async {
        await measuring {
            var table = Table("", "", "min", "median", "max", "goal", "")
            for mix in ["change", "power"] {
                var runs: [Passage] = []
                for _ in 0..<Self.runs { runs.append(try await Passage(events: events, mix: mix)) }
                add(runs, of: mix, to: &table)
            }
            table.show(
                "Whole way: \(Figures.grouped(events)) events in pages of 1000, \(runs) runs; sqlite, synchronous = full"
            )
        }
    }

    private static func add(_ runs: [Passage], of mix: CannedServer.Mix, to table: inout Table) {
        func add(
            _ title: String, _ digits: Int, _ value: (Passage) -> Double, _ goal: String, _ isMet: (Double) -> Bool?
        ) {
            var series = Series()
            for run in runs { series.append(value(run)) }
            table.add(
                "\(mix), \(runs[0].bytesPerLine) bytes a line", title, Figures.fixed(series.least, digits),
                Figures.fixed(series.median, digits), Figures.fixed(series.greatest, digits), goal,
                isMet(series.median).map(Figures.verdict) ?? "")
        }
        add("events/s", 0, \.eventsPerSecond, ">= 150,000") { $0 >= 150_000 }
        add("agent's processor time, µs/event", 2, \.processorPerEvent, "< 8") { $0 < 8 }
        add("agent's peak memory, MiB", 1, \.peakMebibytes, "< 40") { $0 < 40 }
        add("vCenter's processor time, µs/event", 2, \.serverPerEvent, "") { _ in nil }
    }
}
