import Foundation
import FuzzTargets
import Testing

/// Every fuzz target over its seeds, over seeds cut and changed at random, and over what fuzzers found before.
@Suite("The fuzz targets")
struct FuzzTargetTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    static let names = FuzzTarget.all.map(\.name)

    private func target(_ name: String) throws -> FuzzTarget {
        try #require(FuzzTarget.all.first { $0.name == name })
    }

    @Test("each has seeds, and takes them", arguments: names)
    func seeds(name: String) throws {
        let target = try target(name)
        let seeds = target.seeds(SeedFiles(root: Self.root))
        #expect(!seeds.isEmpty)
        for seed in seeds { target.run(seed) }
        target.run([])
    }

    @Test("each takes what was found before", arguments: names)
    func corpus(name: String) throws {
        let target = try target(name)
        let folder = "\(Self.root)/Tests/Fuzzing/Corpus/\(name)"
        for file in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            target.run(Array(try #require(FileManager.default.contents(atPath: "\(folder)/\(file)"))))
        }
    }

    /// Few for each in the ordinary tests; `MUTANTS=100000 swift test --filter FuzzTargetTests` looks longer.
    private static let mutants = ProcessInfo.processInfo.environment["MUTANTS"].flatMap { Int($0) } ?? 80

    @Test("each takes its seeds cut, repeated, joined and changed at random", arguments: names)
    func mutants(name: String) throws {
        let target = try target(name)
        let seeds = target.seeds(SeedFiles(root: Self.root)).filter { $0.count < 16_384 }
        var mutator = Mutator(seed: UInt64(name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) }))
        for _ in 0..<Self.mutants { target.run(mutator.mutant(of: seeds)) }
    }

    @Test("names are told once")
    func unique() {
        #expect(Set(Self.names).count == Self.names.count)
    }
}
