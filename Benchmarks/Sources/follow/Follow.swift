import AgentTestKit
import Glibc
import Measuring

/// One file of lines → the agent's journal, and on to a file or a syslog server, beside rsyslog and syslog-ng, which copy
/// it there; in turns.
@main
enum Follow {
    private static let runs = 5
    private static let lines = 500_000
    private static let lineBytes = 500

    static func main() async {
        await measuring {
            let folder = try TemporaryDirectory("follow")
            let input = try Lines(folder.path("input.log"), count: lines, bytes: lineBytes)
            let readers = Reader.all
            var costs = readers.map { _ in [Cost]() }
            for _ in 0..<runs {
                for (index, reader) in readers.enumerated() {
                    costs[index].append(try await reader.read(input))
                }
            }
            var table = Table("", "events/s min", "median", "max", "processor time, µs/event", "goal", "")
            for (reader, costs) in zip(readers, costs) {
                let rate = Series(costs.map { Double(lines) / $0.wall })
                let processor = Series(costs.map { $0.processor / Double(lines) * 1e6 })
                table.add(
                    reader.name, Figures.fixed(rate.least, 0), Figures.fixed(rate.median, 0),
                    Figures.fixed(rate.greatest, 0), Figures.fixed(processor.median, 2),
                    reader.output == .journal ? ">= 300,000" : "",
                    reader.output == .journal ? Figures.verdict(rate.median >= 300_000) : "")
            }
            table.show(
                """
                Following a file of \(Figures.grouped(lines)) lines of \(lineBytes) bytes, \(runs) runs: by way of the \
                journal (sqlite, synchronous = full); the others' queues are in memory, their file is not synchronised
                """)
        }
    }
}
