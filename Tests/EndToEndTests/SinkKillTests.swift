import AgentTestKit
import Testing

/// The short form of `make torture-sinks`.
@Suite("Sinks whose agent and server are killed")
struct SinkKillTests {
    @Test(
        "whenever agent and server are killed, 100,000 events are there once each and in order",
        .disabled(if: !TestFile.isExecutable("/usr/bin/redis-server"), "there is no redis-server"),
        .timeLimit(.minutes(5)))
    func kills() async throws {
        var seeded = SeededGenerator(test: 5)
        let script = "\(PackageRoot.path)/Tests/Torture/kills.py"
        let series = try ChildProcess(
            .init(
                "/usr/bin/python3",
                [
                    script, "--agent", BuiltProduct.path("guestwatch"), "--events", "100000", "--kills", "3", "--seed",
                    "\(UInt32.random(in: 1...UInt32(Int32.max), using: &seeded))", "redis",
                ]))
        let exit = try await series.waitForExit(limit: .seconds(240))
        #expect(exit == .code(0), "\(series.output)\(series.errors); \(seeded.repetition)")
        #expect(series.output.contains("redis     passed: lost 0, out of order 0, doubled 0"), "\(series.output)")
    }
}
