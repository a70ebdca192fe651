import AgentTestKit
import Foundation
import Testing

@Suite("Thousands of simulated lives")
struct SimulationTests {
    /// `SEED=n` repeats one life.
    static let chosen = ProcessInfo.processInfo.environment["SEED"].flatMap(UInt64.init)
    /// `LIVES=n` lives more or fewer of them, of the manager and of readers.
    static let chosenLives = ProcessInfo.processInfo.environment["LIVES"].flatMap(UInt64.init)
    static let lives = chosenLives ?? 5000

    @Test("every life keeps every promise", arguments: 0..<8)
    func promises(part: UInt64) async throws {
        if let chosen = Self.chosen {
            var life = Life(seed: chosen)
            if part == 0 { try life.live() }
            return
        }
        var seen: Set<Hardship> = []
        for seed in stride(from: part, to: Self.lives, by: 8) {
            await Task.yield()  // Other tests share the two threads.
            var life = Life(seed: seed)
            do {
                try life.live()
            } catch {
                Issue.record("SEED=\(seed): \(error)")
                return
            }
            seen.formUnion(life.seen)
        }
        #expect(seen == Set(Hardship.allCases), "lives without trouble show nothing")
    }

    @Test("a planted bug is found, as a break of the promise it breaks", arguments: PlantedBug.allCases)
    func planted(bug: PlantedBug) async {
        var found: Set<Promise> = []
        for seed in 0..<Self.lives where !found.contains(bug.promise) {
            await Task.yield()
            var life = Life(seed: seed, bug: bug)
            do {
                try life.live()
            } catch let violation as Violation {
                found.insert(violation.promise)
            } catch {
                Issue.record("SEED=\(seed): \(error)")
            }
        }
        #expect(found.contains(bug.promise), "found only \(found.map(\.rawValue).sorted())")
    }

    @Test("the same seed gives the same life")
    func repeatable() throws {
        for seed: UInt64 in 0..<20 {
            var (first, second) = (Life(seed: seed), Life(seed: seed))
            try first.live()
            try second.live()
            #expect(first.history.archive == second.history.archive)
            #expect(first.sinks.map(\.taken) == second.sinks.map(\.taken))
        }
    }
}
