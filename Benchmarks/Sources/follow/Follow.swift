import AgentTestKit
import Glibc
import Measuring

/// One file of lines → the agent's journal, beside rsyslog and syslog-ng, which copy it into a file; in turns.
@main
enum Follow {
    private static let runs = 5
    private static let lines = 500_000
    private static let lineBytes = 500

    static func main() async {
        await measuring {
            let folder = try TemporaryDirectory("follow")
            let input = folder.path("input.log")
            try writeLines(to: input)
            let readers = [Reader.guestwatch] + (Reader.peers.map { [.rsyslog($0), .syslogNG($0)] } ?? [])
            var costs = readers.map { _ in [Cost]() }
            for _ in 0..<runs {
                for (index, reader) in readers.enumerated() {
                    costs[index].append(try await reader.read(input, lines: lines, bytes: lines * lineBytes))
                }
            }
            var table = Table("", "events/s min", "median", "max", "processor time, µs/event", "goal", "")
            for (reader, costs) in zip(readers, costs) {
                let rate = Series(costs.map { Double(lines) / $0.wall })
                let processor = Series(costs.map { $0.processor / Double(lines) * 1e6 })
                table.add(
                    reader.name, Figures.fixed(rate.least, 0), Figures.fixed(rate.median, 0),
                    Figures.fixed(rate.greatest, 0), Figures.fixed(processor.median, 2),
                    reader.isOurs ? ">= 300,000" : "", reader.isOurs ? Figures.verdict(rate.median >= 300_000) : "")
            }
            table.show(
                """
                Following a file of \(Figures.grouped(lines)) lines of \(lineBytes) bytes, \(runs) runs: into the \
                journal (sqlite, synchronous = full); the others into a file, not synchronised
                """)
        }
    }

    /// Lines as programs write them: a time, a name, words that are not all alike.
    private static func writeLines(to path: String) throws {
        var random = SeededGenerator(seed: 1)
        var text = ""
        text.reserveCapacity(lines * lineBytes)
        for number in 0..<lines {
            var line = "2026-11-21T12:00:\(10 + number / 10_000).\(100_000 + number)Z app[\(number % 977)]: request"
            while line.utf8.count < lineBytes - 32 { line += " field=\(random.next() % 100_000_000)" }
            line += String(repeating: ".", count: lineBytes - 1 - line.utf8.count)
            text += line + "\n"
        }
        try BinaryFile.write(text, to: path)
    }
}
