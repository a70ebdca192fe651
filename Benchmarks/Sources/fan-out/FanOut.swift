import Measuring

/// Publishing to subscribers: how many deliveries a second, what a blocked one costs the publisher, what an idle one
/// weighs. The journal is not part of it: what is measured begins where a commit has returned.
///
///     fan-out [throughput | latency | memory]
@main
enum FanOut {
    private static let rounds = 15

    static func main() async {
        await measuring {
            let part = CommandLine.arguments.dropFirst().first
            if part == nil || part == "throughput" { try throughput() }
            if part == nil || part == "latency" { try await latency() }
            if part == nil || part == "memory" { try weight() }
        }
    }

    private static func throughput() throws {
        var table = Table("published", "subscribers", "deliveries/s", "least", "most", "ns per delivery", "goal", "")
        for batch in [1, 64] {
            for (subscribers, goal) in [(1, 10.0), (10, 40.0), (100, 40.0)] {
                let contest = Throughput(batch: batch, subscribers: subscribers)
                _ = try contest.round()
                let series = Series(try (0..<rounds).map { _ in try contest.round() / 1e6 })
                table.add(
                    batch == 1 ? "singly" : "in batches of \(batch)", "\(subscribers)",
                    "\(Figures.fixed(series.median, 1)) M", Figures.fixed(series.least, 1),
                    Figures.fixed(series.greatest, 1), Figures.fixed(1e3 / series.median, 1),
                    ">= \(Figures.fixed(goal, 0)) M", Figures.verdict(series.median >= goal))
            }
        }
        table.show("Fan-out: deliveries of \(rounds) rounds, wall time, callbacks that check the order")
    }

    private static func latency() async throws {
        let contenders = [("none blocked", false), ("none blocked, again", false), ("one blocked", true)]
        var percentiles = contenders.map { _ in Percentiles() }
        for round in 0..<rounds {
            // Each has every place in the order equally often.
            for index in contenders.indices.map({ ($0 + round) % contenders.count }) {
                percentiles[index].add(try await Latency(hasBlocked: contenders[index].1).round())
            }
        }
        var table = Table("publish, 10 subscribers", "", "p50", "p99", "p99.9", "to none", "p99", "p99.9")
        for (contender, mine) in zip(contenders, percentiles) {
            let ratios = mine.ratios(to: percentiles[0])
            table.add(
                contender.0, "", Figures.fixed(mine.p50.median, 0), Figures.fixed(mine.p99.median, 0),
                Figures.fixed(mine.p999.median, 0), ratios.p50.spread, ratios.p99.spread, ratios.p999.spread)
        }
        table.show(
            """
            Latency of a publish, ns, medians of \(rounds) rounds of \(Figures.grouped(Latency.publishes)) in turns, 20 µs \
            apart; ratios within a round: median (quartiles)
            """)
    }

    private static func weight() throws {
        var table = Table("idle subscribers", "", "bytes each", "goal", "")
        for isCallback in [true, false] {
            let bytes = try Weight.bytes(isCallback: isCallback)
            table.add(
                isCallback ? "with a callback" : "iterated over", "", Figures.grouped(bytes), "<= 4,096",
                Figures.verdict(bytes <= 4096))
        }
        table.show("Memory: what 10,000 of them add to the resident memory, published to and at rest")
    }
}

/// The same percentiles of several rounds.
struct Percentiles {
    var p50 = Series()
    var p99 = Series()
    var p999 = Series()

    mutating func add(_ nanoseconds: [Double]) {
        let sorted = nanoseconds.sorted()
        p50.append(sorted[sorted.count / 2])
        p99.append(sorted[sorted.count * 99 / 100])
        p999.append(sorted[sorted.count * 999 / 1000])
    }

    /// The ratios to others within each round: what happens to the machine happens to both.
    func ratios(to other: Percentiles) -> Percentiles {
        var ratios = Percentiles()
        ratios.p50 = Series(zip(p50.values, other.p50.values).map(/))
        ratios.p99 = Series(zip(p99.values, other.p99.values).map(/))
        ratios.p999 = Series(zip(p999.values, other.p999.values).map(/))
        return ratios
    }
}

extension Series {
    /// The median, and between which values the middle half lies.
    fileprivate var spread: String {
        let sorted = values.sorted()
        let (first, third) = (sorted[sorted.count / 4], sorted[sorted.count * 3 / 4])
        return "\(Figures.fixed(median, 2)) (\(Figures.fixed(first, 2)) to \(Figures.fixed(third, 2)))"
    }
}
