import AgentTestKit
import Measuring

/// The whole way: a canned vCenter in a process of its own → the built agent, journal and all → lines in a file; seen
/// from outside. Beside it readers on govmomi and pyVmomi, which store nothing, and libxml2 alone: what the machine gives today.
///
///     whole-way           both mixes, pages of 1000
///     whole-way pages     by the size of pages
///     whole-way storm     the agent's memory while a million events come
@main
enum WholeWay {
    private static let runs = 5
    private static let events = 250_000
    private static let mixes: [(String, EventPageGenerator.Mix)] = [("change", .change), ("power", .power)]

    static func main() async {
        await measuring {
            switch CommandLine.arguments.dropFirst().first {
            case "pages": try await pages()
            case "storm": try await storm()
            default: try await beside()
            }
        }
    }

    private static func pages() async throws {
        var table = Table("events in a page", "", "events/s", "processor time, µs/event", "peak memory, MiB")
        for (size, events) in [(10, 10_000), (30, 30_000), (100, 100_000), (300, 250_000), (1000, 250_000)] {
            var runs: [Passage] = []
            for _ in 0..<3 { runs.append(try await Passage(events: events, mix: "power", pageSize: size)) }
            func median(_ value: (Passage) -> Double) -> Double { Series(runs.map(value)).median }
            table.add(
                "\(size)", "", Figures.fixed(median(\.eventsPerSecond), 0),
                Figures.fixed(median(\.processorPerEvent), 2),
                Figures.fixed(median(\.peakMebibytes), 1))
        }
        table.show("Whole way by the size of pages, mix \"power\", medians of 3")
    }

    private static func storm() async throws {
        let events = 1_000_000
        let run = try await Passage(events: events, mix: "power")
        var table = Table("seconds", "", "resident memory, MiB")
        for sample in run.memory.enumerated() where sample.offset % 5 == 0 {
            table.add(Figures.fixed(sample.element.seconds, 1), "", Figures.fixed(sample.element.mebibytes, 1))
        }
        table.show("Memory over a storm of \(Figures.grouped(events)) events, mix \"power\", pages of 1000")
    }

    private static func beside() async throws {
        for (name, mix) in mixes {
            var (ours, yardsticks): ([Passage], [Yardstick]) = ([], [])
            var peers = Peer.all.map { (peer: $0, runs: [Passage]()) }
            for _ in 0..<Self.runs {
                yardsticks.append(try Yardstick(mix))
                ours.append(try await Passage(events: events, mix: name))
                for place in peers.indices {
                    let peer = peers[place].peer
                    peers[place].runs.append(try await Passage(of: peer, events: peer.events, mix: name))
                }
            }
            let bare = Series(yardsticks.map(\.processorPerEvent)).median
            let slowness = Series(yardsticks.map(\.slowness)).median
            table(of: ours, peers, slowness).show(
                """
                Whole way, mix "\(name)": \(Figures.grouped(events)) events in pages of 1000, lines of \
                \(ours[0].bytesPerLine) bytes, sqlite, synchronous = full, \(ours.count) runs; libxml2 alone \
                \(Figures.fixed(bare, 2)) µs/event, \(Figures.fixed(slowness, 2)) times what it takes where \
                the goals were set
                """)
        }
    }

    private static func table(of ours: [Passage], _ peers: [(peer: Peer, runs: [Passage])], _ slowness: Double) -> Table
    {
        var table = Table("", "", "min", "median", "max", "goal", "", "by today's libxml2", "")
        func add(_ title: String, _ of: [Passage], _ digits: Int, _ value: (Passage) -> Double, _ goal: Goal? = nil) {
            let series = Series(of.map(value))
            table.add(
                title, "", Figures.fixed(series.least, digits), Figures.fixed(series.median, digits),
                Figures.fixed(series.greatest, digits), goal?.text ?? "", goal?.verdict(series.median) ?? "",
                goal?.scaled(slowness)?.text ?? "", goal?.scaled(slowness)?.verdict(series.median) ?? "")
        }
        add("events/s", ours, 0, \.eventsPerSecond, .rate(150_000))
        add("agent's processor time, µs/event", ours, 2, \.processorPerEvent, .time(8))
        add("agent's peak memory, MiB", ours, 1, \.peakMebibytes, .memory(40))
        add("vCenter's processor time, µs/event", ours, 2, \.serverPerEvent)
        for (peer, runs) in peers {
            add("\(peer.name)'s reader, events/s", runs, 0, \.eventsPerSecond)
            add("\(peer.name)'s reader, processor time, µs/event", runs, 2, \.processorPerEvent)
        }
        return table
    }
}
