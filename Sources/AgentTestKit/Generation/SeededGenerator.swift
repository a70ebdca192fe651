/// SplitMix64: the same numbers for the same seed, on every machine.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    /// What it was made with: to be shown when a test fails.
    package let seed: UInt64
    private var state: UInt64

    package init(seed: UInt64) {
        (self.seed, state) = (seed, seed)
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension SeededGenerator {
    /// The generator of a test: seeded by `SEED=n` from the environment if it is set, else by `seed`.
    package init(test seed: UInt64) {
        self.init(seed: Environment["SEED"].flatMap { UInt64($0) } ?? seed)
    }

    /// How to repeat what was done with it: the comment of an expectation.
    package var repetition: String { "SEED=\(seed) repeats this" }

    /// Runs `body` with a generator for each of `count` seeds from `first` (only `SEED` if it is set); an error names
    /// its seed.
    package static func eachSeed(
        _ count: Int, from first: UInt64 = 1, _ body: (inout SeededGenerator) async throws -> Void
    ) async throws {
        let only = Environment["SEED"].flatMap { UInt64($0) }
        let seeds = only.map { $0...$0 } ?? first...first + UInt64(max(1, count)) - 1
        for seed in seeds {
            var generator = SeededGenerator(seed: seed)
            do {
                try await body(&generator)
            } catch {
                throw SeededFailure(seed: seed, underlying: error)
            }
        }
    }
}

/// An error in a seeded test, with the seed that brings it back.
package struct SeededFailure: Error, CustomStringConvertible {
    /// Makes the failure again.
    package let seed: UInt64
    /// What went wrong.
    package let underlying: any Error

    package var description: String { "SEED=\(seed) repeats this: \(underlying)" }
}
