import AgentTestKit
import Collectors
import Testing

@Suite("A follower's lives")
struct FollowerSimulationTests {
    /// `LIVES=n`: so many; an optimised build makes a hundred a second.
    static let lives = Environment["LIVES"].flatMap { Int($0) } ?? 100

    @Test("through every rotation and crash each line comes exactly once, and nothing is told to be lost")
    func lives() async throws {
        try await SeededGenerator.eachSeed(Self.lives) { random in
            let seed = random.seed
            var life = FollowerLife(seed: seed)
            life.run(steps: 60)
            let received = life.received.map(\.text)
            let (missing, extra) = difference(life.written, received)
            guard missing.isEmpty, extra.isEmpty, life.gaps.isEmpty else {
                let names = life.disk.names.keys.sorted()
                Issue.record(
                    """
                    seed \(seed), follows rotated files: \(life.followsRotated), open limit \(life.settings.openLimit):
                    missing \(missing.prefix(3)), extra \(extra.prefix(3)), gaps \(life.gaps.prefix(2)), files \(names)
                    """)
                return
            }
            #expect(Set(life.received.map(\.id)).count == received.count, "seed \(seed)")
        }
    }

    private func difference(_ expected: [String], _ got: [String]) -> (missing: [String], extra: [String]) {
        var counts: [String: Int] = [:]
        for line in expected { counts[line, default: 0] += 1 }
        for line in got { counts[line, default: 0] -= 1 }
        return (counts.filter { $0.value > 0 }.keys.sorted(), counts.filter { $0.value < 0 }.keys.sorted())
    }
}
