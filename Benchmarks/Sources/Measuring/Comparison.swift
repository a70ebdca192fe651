/// A table of contenders in groups: ours first, then the limits it is measured beside, a row each.
package struct Comparison {
    private var table: Table
    private let cost: KeyPath<Cost, Double>
    private let digits: Int

    /// `unit`: what one unit of work is; its `cost` is told in µs with so many digits.
    package init(_ cost: KeyPath<Cost, Double>, per unit: String, digits: Int) {
        (self.cost, self.digits) = (cost, digits)
        table = Table(
            "", "µs per \(unit)", "min", "median", "max", "per event", "events/s", "ours / this", "at best", "goal", "")
    }

    /// Adds a group: the same work, a unit of so many events, by each contender. The second one is the limit the goal
    /// is about, if there is one: our time is at most `goal` times its time.
    package mutating func add(_ name: String, _ outcomes: [Contest.Outcome], events: Int, goal: Double?) {
        let series = outcomes.map { Series($0.costs.map { $0[keyPath: cost] }) }
        for (index, outcome) in outcomes.enumerated() {
            let (mine, isOurs) = (series[index], index == 0)
            let ratio = series[0].median / mine.median
            let goal = index == 1 ? goal : nil
            table.add(
                isOurs ? name : "", outcome.name, micro(mine.least), micro(mine.median), micro(mine.greatest),
                Figures.fixed(mine.median / Double(events) * 1e6, 2), Figures.fixed(Double(events) / mine.median, 0),
                isOurs ? "" : Figures.fixed(ratio, 2),
                isOurs ? "" : Figures.fixed(series[0].least / mine.least, 2),
                goal.map { "<= \(Figures.fixed($0, 2))" } ?? "", goal.map { Figures.verdict(ratio <= $0) } ?? "")
        }
    }

    package func show(_ title: String) {
        table.show(title)
    }

    private func micro(_ seconds: Double) -> String {
        Figures.fixed(seconds * 1e6, digits)
    }
}
