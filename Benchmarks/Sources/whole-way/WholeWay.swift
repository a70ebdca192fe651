import AgentTestKit
import Measuring

/// The whole way: a canned vCenter in a process of its own → the built agent, journal and all → lines in a file; seen
/// from outside.
@main
enum WholeWay {
    private static let runs = 5
    private static let events = 250_000

    static func main() async {
        await measuring {
            for mix in ["change", "power"] {
                var runs: [Passage] = []
                for _ in 0..<Self.runs { runs.append(try await Passage(events: events, mix: mix)) }
                table(of: runs).show(
                    """
                    Whole way, mix "\(mix)": \(Figures.grouped(events)) events in pages of 1000, lines of \
                    \(runs[0].bytesPerLine) bytes, sqlite, synchronous = full, \(runs.count) runs
                    """)
            }
        }
    }

    private static func table(of runs: [Passage]) -> Table {
        var table = Table("", "", "min", "median", "max", "goal", "")
        func add(_ title: String, _ digits: Int, _ value: (Passage) -> Double, _ goal: String, _ isMet: Bool?) {
            let series = Series(runs.map(value))
            table.add(
                title, "", Figures.fixed(series.least, digits), Figures.fixed(series.median, digits),
                Figures.fixed(series.greatest, digits), goal, isMet.map(Figures.verdict) ?? "")
        }
        func median(_ value: (Passage) -> Double) -> Double { Series(runs.map(value)).median }
        add("events/s", 0, \.eventsPerSecond, ">= 150,000", median(\.eventsPerSecond) >= 150_000)
        add("agent's processor time, µs/event", 2, \.processorPerEvent, "< 8", median(\.processorPerEvent) < 8)
        add("agent's peak memory, MiB", 1, \.peakMebibytes, "< 40", median(\.peakMebibytes) < 40)
        add("vCenter's processor time, µs/event", 2, \.serverPerEvent, "", nil)
        return table
    }
}
