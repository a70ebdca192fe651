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
    /// Seeds that once cost an event, invented a gap or left something behind.
    static let oncePerilous: [UInt64] =
        Environment["SEEDS"] == nil
        ? [34, 148, 173, 222, 376, 389, 473, 488, 537, 542, 572, 654, 670, 820, 882, 890, 962] : []
    static let only = Environment["SEED"].flatMap { UInt64($0) }

    @Test("whatever the network does, in the end the journal holds every event once and the server nothing of ours")
    func lives() async throws {
        let range = Self.only.map { [$0] } ?? Array(Self.first..<Self.first + Self.seeds) + Self.oncePerilous
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

    /// Tells what must not be, and how to see it again.
    static func report(_ seed: UInt64, _ outcome: HostileLife.Outcome, exchanges: Int = only == nil ? 0 : 400) {
        guard !outcome.problems.isEmpty else { return }
        Issue.record(
            """
            SEED=\(seed) repeats this: \(outcome.problems.prefix(4).joined(separator: "; "))
            \(outcome.log.suffix(only == nil ? 4 : 60).joined(separator: "\n"))
            \(outcome.history.suffix(exchanges).map { "\($0)" }.joined(separator: "\n"))
            """)
    }

    struct Tally {
        var lives = 0
        var events = 0
        var exchanges = 0
        var seconds = 0
        var faults: [HostileFault.Kind: Int] = [:]
    }

    private static func live(_ seeds: [UInt64]) async throws -> Tally {
        var tally = Tally()
        let begin = ContinuousClock.now
        try await withThrowingTaskGroup(of: (UInt64, HostileLife.Outcome).self) { group in
            var waiting = seeds[...]
            for seed in waiting.prefix(width) { group.addTask { (seed, try await HostileLife(seed: seed).run()) } }
            waiting = waiting.dropFirst(width)
            while let (seed, outcome) = try await group.next() {
                tally.lives += 1
                tally.events += outcome.events
                tally.exchanges += outcome.exchanges
                tally.faults.merge(outcome.faults, uniquingKeysWith: +)
                report(seed, outcome)
                if let seed = waiting.popFirst() {
                    group.addTask { (seed, try await HostileLife(seed: seed).run()) }
                }
            }
        }
        tally.seconds = Int((ContinuousClock.now - begin).components.seconds)
        return tally
    }
}
