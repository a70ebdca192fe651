import AgentCore
import AgentTestKit
import EventModel
import Glibc
import Journals
import Measuring

/// A journal of millions of entries: how long it takes to open it, and to read 10,000 entries of it anywhere. Of several
/// sizes, ascending, one journal is filled further and further: how costs grow with it.
///
///     window [ENTRIES …]
@main
enum Window {
    private static let windowEntries = 10_000
    private static let rounds = 40

    /// What a journal of one size costs: medians.
    private struct Size {
        var entries: Int
        /// µs of processor time for an entry while it grew to this size.
        var commit: Double
        /// ms.
        var opening, reading: Double
        var bytesPerEntry: Int
    }

    static func main() async {
        await measuring {
            let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
            let folder = try TemporaryDirectory("window")
            let workload = try Workload(batch: windowEntries)
            var sizes: [Size] = []
            for entries in arguments.isEmpty ? [10_000_000] : arguments {
                sizes.append(
                    try await measure(folder.path("journal.db"), workload, from: sizes.last?.entries ?? 0, to: entries))
            }
            if sizes.count > 1 {
                table(of: sizes).show("A journal that grows: processor time to commit, wall time to read")
            }
        }
    }

    private static func measure(
        _ path: String, _ workload: Workload, from held: Int, to entries: Int
    ) async throws -> Size {
        let commit = try await fill(path, workload, from: held, to: entries) / Double(entries - held)
        var opening: [Double] = []
        for _ in 0..<rounds / 4 {
            let start = Stopwatch.wall
            let journal = try await SQLiteJournal(.init(path: path), policy: .init(), clock: .system)
            opening.append((Stopwatch.wall - start) * 1000)
            try await journal.close()
        }
        let reading = try await read(path, entries)
        var status = stat()
        guard stat(path, &status) == 0 else { throw MeasuringError("the journal has no file") }
        let bytesPerEntry = Int(status.st_size) / entries
        var table = Table("ms", "", "min", "median", "max", "goal", "")
        add("opening", opening, goal: 100, to: &table)
        add("reading \(Figures.grouped(windowEntries)) entries anywhere", reading.windows, goal: 10, to: &table)
        add("copying their bytes, C: the limit", reading.copies, goal: nil, to: &table)
        table.show(
            """
            A journal of \(Figures.grouped(entries)) entries of \(Workload.bodyBytes) bytes, \(bytesPerEntry) bytes \
            each in the file
            """)
        return Size(
            entries: entries, commit: commit * 1e6, opening: Series(opening).median,
            reading: Series(reading.windows).median, bytesPerEntry: bytesPerEntry)
    }

    private static func table(of sizes: [Size]) -> Table {
        var table = Table("entries", "", "commit, µs/entry", "opening, ms", "reading 10,000, ms", "bytes/entry")
        for size in sizes {
            table.add(
                Figures.grouped(size.entries), "", Figures.fixed(size.commit, 2), Figures.fixed(size.opening, 2),
                Figures.fixed(size.reading, 2), "\(size.bytesPerEntry)")
        }
        return table
    }

    /// Fills a journal further; gives the processor time of its commits, in seconds.
    private static func fill(
        _ path: String, _ workload: Workload, from held: Int, to entries: Int
    ) async throws -> Double {
        let journal = try await SQLiteJournal(
            .init(path: path, synchronous: .normal), policy: .init(), clock: .system)
        var processor = 0.0
        for _ in 0..<(entries - held) / windowEntries {
            let batch = workload.next()
            let start = Stopwatch.processor
            _ = try await journal.commit(batch.events, checkpoint: batch.checkpoint, of: "measured")
            processor += Stopwatch.processor - start
        }
        try await journal.close()
        return processor
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
