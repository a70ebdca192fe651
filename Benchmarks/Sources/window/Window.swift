import AgentCore
import AgentTestKit
import EventModel
import Glibc
import Journals
import Measuring

/// A journal of millions of entries: how long it takes to open it, and to read 10,000 entries of it anywhere.
///
///     window [ENTRIES]
@main
enum Window {
    private static let windowEntries = 10_000
    private static let rounds = 40

    static func main() async {
        await measuring {
            let entries = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 10_000_000
            let folder = try TemporaryDirectory("window")
            let path = folder.path("journal.db")
            let bytes = try await fill(path, entries)
            var opening: [Double] = []
            for _ in 0..<rounds / 4 {
                let start = Stopwatch.wall
                let journal = try await SQLiteJournal(.init(path: path), policy: .init(), clock: .system)
                opening.append((Stopwatch.wall - start) * 1000)
                try await journal.close()
            }
            let reading = try await read(path, entries)
            var table = Table("ms", "", "min", "median", "max", "goal", "")
            add("opening", opening, goal: 100, to: &table)
            add("reading \(Figures.grouped(windowEntries)) entries anywhere", reading.windows, goal: 10, to: &table)
            add("copying their bytes, C: the limit", reading.copies, goal: nil, to: &table)
            table.show(
                """
                A journal of \(Figures.grouped(entries)) entries of \(Workload.bodyBytes) bytes, \
                \(bytes / entries) bytes each in the file
                """)
        }
    }

    /// Fills a journal; gives the size of its file.
    private static func fill(_ path: String, _ entries: Int) async throws -> Int {
        let journal = try await SQLiteJournal(
            .init(path: path, synchronous: .normal), policy: .init(), clock: .system)
        let workload = try Workload(batch: 10_000)
        for _ in 0..<(entries + 9_999) / 10_000 {
            let batch = workload.next()
            _ = try await journal.commit(batch.events, checkpoint: batch.checkpoint, of: "measured")
        }
        try await journal.close()
        var status = stat()
        guard stat(path, &status) == 0 else { throw MeasuringError("the journal has no file") }
        return Int(status.st_size)
    }

    /// Reads windows at random places; gives how long each took, and how long it takes to copy as many bytes, in ms.
    private static func read(_ path: String, _ entries: Int) async throws -> (windows: [Double], copies: [Double]) {
        let journal = try await SQLiteJournal(.init(path: path), policy: .init(), clock: .system)
        var generator = SeededGenerator(seed: 1)
        var (windows, copies): ([Double], [Double]) = ([], [])
        for _ in 0..<rounds {
            let after = UInt64.random(in: 0...UInt64(entries - windowEntries), using: &generator)
            let start = Stopwatch.wall
            let page = try await journal.read(after: after, limit: .init(entries: windowEntries, bytes: .max))
            windows.append((Stopwatch.wall - start) * 1000)
            guard page.entries.count == windowEntries, page.entries.first?.sequence == after + 1 else {
                throw MeasuringError("the window after \(after) has \(page.entries.count) entries")
            }
            let begin = Stopwatch.wall
            var copy: [UInt8] = []
            copy.reserveCapacity(windowEntries * Workload.bodyBytes)
            for entry in page.entries { copy.append(contentsOf: entry.body) }
            copies.append((Stopwatch.wall - begin) * 1000)
        }
        try await journal.close()
        return (windows, copies)
    }

    private static func add(_ title: String, _ values: [Double], goal: Double?, to table: inout Table) {
        let series = Series(values)
        table.add(
            title, "", Figures.fixed(series.least, 2), Figures.fixed(series.median, 2),
            Figures.fixed(series.greatest, 2), goal.map { "< \(Figures.fixed($0, 0))" } ?? "",
            goal.map { Figures.verdict(series.median < $0) } ?? "")
    }
}
