import AgentCore
import EventModel
import Glibc
import Measuring

/// One sink's `deliver` beside its client library sending the same bytes, in turns; `sinks.py` starts the servers and
/// makes a table of what this prints: KIND, µs of wall time per event and µs of processor time per event of ours (median),
/// then of the library.
///
///     sinks KIND PLACE FOLDER [ROUNDS]
@main
enum Sinks {
    /// The raw side's events are others: nothing may be a repeat.
    private static let apart = 1_000_000_000

    static func main() async {
        do {
            let words = CommandLine.arguments.dropFirst().map(\.self)
            guard words.count >= 3, let kind = Kind(rawValue: words[0]) else {
                throw MeasuringError("sinks KIND PLACE FOLDER [ROUNDS]")
            }
            try await measure(kind, place: words[1], folder: words[2], rounds: words.count > 3 ? Int(words[3]) ?? 8 : 8)
        } catch {
            let line = Array("\(error)\n".utf8)
            _ = write(2, line, line.count)
            exit(1)
        }
    }

    private static func measure(_ kind: Kind, place: String, folder: String, rounds: Int) async throws {
        let raw = try RawSide(kind, place: place, folder: folder)
        let ours = try Ours.sink(kind, kind.configuration(place, folder: folder), in: Ours.context())
        var (mine, theirs) = (0, apart)
        let units = kind.batches * Kind.batch
        let contest = Contest(
            rounds: rounds,
            [
                .init("ours") {
                    let batches = (0..<kind.batches).map { _ in entries(&mine) }
                    return try await Cost(of: units) { try await deliver(batches, to: ours) }
                },
                .init("library") {
                    var batches: [RawBatch] = []
                    for _ in 0..<kind.batches { batches.append(try await raw.prepared(entries(&theirs))) }
                    return try await Cost(of: units) { for batch in batches { try raw.deliver(batch) } }
                },
            ])
        let outcomes = try await contest.run()
        await ours.stop()
        let figures = outcomes.flatMap { outcome in
            [Series(outcome.costs.map(\.wall)).median, Series(outcome.costs.map(\.processor)).median]
        }
        print(([kind.rawValue] + figures.map { "\($0 * 1e6)" }).joined(separator: "\t"))
    }

    /// As the agent does: while one batch is under delivery, the next is made ready.
    private static func deliver(_ batches: [[Entry]], to sink: any Sink) async throws {
        for (place, batch) in batches.enumerated() {
            let next = place + 1 < batches.count ? batches[place + 1] : nil
            async let ready: Void = prepare(next, by: sink)
            try await sink.deliver(batch)
            await ready
        }
    }

    private static func prepare(_ entries: [Entry]?, by sink: any Sink) async {
        if let entries { await sink.prepare(entries) }
    }

    private static func entries(_ count: inout Int) -> [Entry] {
        (0..<Kind.batch).map { _ in
            count += 1
            let event = Event.measured(count)
            return Entry(
                sequence: UInt64(count), type: event.type, severity: event.severity,
                body: EventEncoder.encode(event)[...])
        }
    }
}
