import AgentTestKit
import Testing

@testable import Collectors

/// Thousands of seeded lives of both readings. `SEED=n` repeats one.
@Suite struct ReadingSimulationTests {
    @Test(
        "a kept collector brings each visible event once and in order, through storms, gaps, crashes and lost collectors"
    )
    func kept() async throws {
        try await lives(150) { plan, _ in plan.isKept = true }
    }

    @Test("fresh collectors bring each visible event once and in order")
    func fresh() async throws {
        try await lives(150) { plan, _ in plan.isKept = false }
    }

    @Test("a kept collector delivers what is left of a cut history, and tells the rest as a gap")
    func cutHistory() async throws {
        try await lives(150) { plan, _ in plan.cuts = true }
    }

    @Test("fresh collectors deliver what is left of a cut history, and tell the rest as a gap")
    func cutHistoryFresh() async throws {
        try await lives(100) { plan, _ in (plan.cuts, plan.isKept) = (true, false) }
    }

    @Test("of a server that gives only the newest events, older slices are read, or a gap is told")
    func newestOnly() async throws {
        try await lives(100) { plan, random in
            // Such servers are simulators, which store nothing late.
            (plan.isKept, plan.late) = (false, false)
            plan.fault = Bool.random(using: &random) ? .newestOnly : .newestOnlyWithoutTimes
        }
    }

    @Test("an event nobody can decode costs that event only")
    func poison() async throws {
        try await lives(60) { plan, random in
            plan.poison = true
            plan.isKept = Bool.random(using: &random)
        }
    }

    @Test("an answer that was given to an earlier call is seen through: no event is lost, and no gap invented")
    func lies() async throws {
        try await lives(Environment["SEEDS"].flatMap { Int($0) } ?? 400) { plan, random in
            plan.pageSize = [2, 3, 10].randomElement(using: &random) ?? 3
            // What is stored late and then hidden by another answer cannot be known of.
            (plan.lies, plan.late) = (3, false)
        }
    }

    private func lives(
        _ count: Int, _ change: (inout SimulatedLife.Plan, inout SeededGenerator) -> Void
    ) async throws {
        try await SeededGenerator.eachSeed(count) { random in
            var plan = SimulatedLife.Plan()
            plan.pageSize = [1, 2, 5, 20].randomElement(using: &random) ?? 5
            plan.firstKey = Bool.random(using: &random) ? .max - 40 : 1
            plan.startsAtBeginning = Bool.random(using: &random)
            change(&plan, &random)
            var life = SimulatedLife(plan, random: random)
            life.live(rounds: 40)
            #expect(life.problems.isEmpty, "SEED=\(random.seed) repeats this: \(plan)")
        }
    }
}
