import Testing

@Suite("Thousands of simulated lives of readers")
struct ReaderSimulationTests {
    static let lives = SimulationTests.chosenLives ?? 2000

    @Test("every life keeps Ordered, Reliable, Resumable, Isolated and Bounded", arguments: 0..<8)
    func promises(part: UInt64) async throws {
        if let chosen = SimulationTests.chosen {
            var life = ReaderLife(seed: chosen)
            if part == 0 { try life.live() }
            return
        }
        var seen: Set<ReaderHardship> = []
        for seed in stride(from: part, to: Self.lives, by: 8) {
            await Task.yield()  // Other tests share the two threads.
            var life = ReaderLife(seed: seed)
            do {
                try life.live()
            } catch {
                Issue.record("SEED=\(seed): \(error)")
                return
            }
            seen.formUnion(life.seen)
        }
        #expect(seen == Set(ReaderHardship.allCases), "lives without trouble show nothing")
    }

    @Test("a planted bug is found, as a break of the promise it breaks", arguments: ReaderBug.allCases)
    func planted(bug: ReaderBug) async {
        var found: Set<Promise> = []
        for seed in 0..<Self.lives where !found.contains(bug.promise) {
            await Task.yield()
            var life = ReaderLife(seed: seed, bug: bug)
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
}
