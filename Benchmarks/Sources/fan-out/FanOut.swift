import Measuring

/// Publishing to subscribers: how many deliveries a second, what a blocked one costs the publisher, what an idle one
/// weighs. The journal is not part of it: what is measured begins where a commit has returned.
@main
enum FanOut {
    private static let rounds = 15

    static func main() async {
        await measuring {
            try throughput()
            try await latency()
            try weight()
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
        var table = Table("publish, 10 subscribers", "", "p50 ns", "p99 ns", "p99.9 ns")
        var without = Percentiles()
        var with = Percentiles()
        for _ in 0..<rounds {
            without.add(try await Latency(hasBlocked: false).round())
            with.add(try await Latency(hasBlocked: true).round())
        }
        for (name, percentiles) in [("none blocked", without), ("and one blocked", with)] {
            table.add(name, "", percentiles.text(\.p50), percentiles.text(\.p99), percentiles.text(\.p999))
        }
        table.add(
            "ratio", "", Figures.fixed(with.p50.median / without.p50.median, 2),
            Figures.fixed(with.p99.median / without.p99.median, 2),
            Figures.fixed(with.p999.median / without.p999.median, 2))
        table.show("Latency of a publish, medians of \(rounds) rounds of \(Latency.publishes) in turns, 20 µs apart")
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

    func text(_ series: KeyPath<Percentiles, Series>) -> String {
        Figures.fixed(self[keyPath: series].median, 0)
    }
}
