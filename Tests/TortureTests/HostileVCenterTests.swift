import AgentTestKit
import HTTPClient
import Platform
import Testing

/// A vCenter behind a network that does its worst: `make torture SEEDS=10000`; `SEED=n` repeats one life.
@Suite("A hostile vCenter", .serialized)
struct HostileVCenterTests {
    /// Lives at a time: most of a life is waiting.
    static let width = Environment["WIDTH"].flatMap { Int($0) } ?? 12
    static let seeds = Environment["SEEDS"].flatMap { UInt64($0) } ?? 16
    static let first = Environment["FIRST"].flatMap { UInt64($0) } ?? 1
    static let only = Environment["SEED"].flatMap { UInt64($0) }

    @Test("whatever the network does, in the end the journal holds every event once and the server nothing of ours")
    func lives() async throws {
        let range = Self.only.map { $0...$0 } ?? Self.first...Self.first + Self.seeds - 1
        // What is made once and stays is there before it is counted.
        _ = try await HostileLife(seed: 1).run()
        let before = ProcessCount.now
        ProcessCount.forgetPeak()
        let tally = try await Self.live(range)
        let after = ProcessCount.now
        print(
            "\(tally.lives) lives in \(tally.seconds) s: \(tally.events) events, \(tally.exchanges) exchanges, "
                + "\(tally.faults.values.reduce(0, +)) faults; memory \(before.memoryMiB) to \(after.memoryMiB) MiB, "
                + "peak \(after.peakMiB) MiB; \(before.descriptors) to \(after.descriptors) descriptors, "
                + "\(before.threads) to \(after.threads) threads")
        for kind in HostileFault.Kind.allCases { print("  \(kind.rawValue): \(tally.faults[kind] ?? 0)") }
        #expect(after.descriptors <= before.descriptors + 2)
        #expect(after.threads <= before.threads + 4)
        // Each life has its own server and its own journal: what grows with their number would be left of them.
        #expect(after.memoryMiB <= before.memoryMiB + 96, "memory grew with the lives")
        #expect(after.peakMiB <= before.memoryMiB + 8 * Self.width, "a life took too much memory")
    }

    struct Tally {
        var lives = 0
        var events = 0
        var exchanges = 0
        var seconds = 0
        var faults: [HostileFault.Kind: Int] = [:]
    }

    private static func live(_ seeds: ClosedRange<UInt64>) async throws -> Tally {
        var tally = Tally()
        let begin = ContinuousClock.now
        try await withThrowingTaskGroup(of: (UInt64, HostileLife.Outcome).self) { group in
            var next = seeds.lowerBound
            for _ in 0..<width where next <= seeds.upperBound {
                group.addTask { [next] in (next, try await HostileLife(seed: next).run()) }
                next += 1
            }
            while let (seed, outcome) = try await group.next() {
                tally.lives += 1
                tally.events += outcome.events
                tally.exchanges += outcome.exchanges
                tally.faults.merge(outcome.faults, uniquingKeysWith: +)
                if !outcome.problems.isEmpty {
                    Issue.record(
                        """
                        SEED=\(seed) repeats this: \(outcome.problems.prefix(4).joined(separator: "; "))
                        \(outcome.log.suffix(only == nil ? 4 : 60).joined(separator: "\n"))
                        """)
                }
                if next <= seeds.upperBound {
                    group.addTask { [next] in (next, try await HostileLife(seed: next).run()) }
                    next += 1
                }
            }
        }
        tally.seconds = Int((ContinuousClock.now - begin).components.seconds)
        return tally
    }
}
