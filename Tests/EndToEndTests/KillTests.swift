import AgentTestKit
import EventModel
import Testing

@Suite("Killed at any moment")
struct KillTests {
    static let lives = 100
    static let eventsPerLife = 120

    @Test(
        "after 100 kills in a storm each event is exactly once in the journal and in the archive",
        .timeLimit(.minutes(6)))
    func killed() async throws {
        var seeded = SeededGenerator(test: 2)
        let vcenter = FixtureVCenter()
        let server = try LoopbackServer(answering: vcenter.answer)
        defer { server.stop() }
        let workplace = try Workplace(
            configuration: Workplace.configuration(
                url: "\(server.url)/sdk", changes: [.init("pageSize", 50), .init("interval", "20ms")],
                rotate: ["bytes": "64KiB"]))
        var appended: [Int32] = []
        for life in 1...Self.lives {
            let agent = try workplace.start(["run"], environment: ["PASSWORD": FixtureSettings().password])
            let pieces = Int.random(in: 1...6, using: &seeded)
            for _ in 0..<pieces {
                for number in 0..<(Self.eventsPerLife / pieces) {
                    appended.append(vcenter.append(FixtureEvent("VmPoweredOnEvent", vm: .vm(number % 7 + 1))))
                }
                // From before the first login to the middle of a page: a life ends anywhere in its first quarter
                // second.
                try await ContinuousClock().sleep(for: .milliseconds(Int.random(in: 0...40, using: &seeded)))
            }
            #expect(agent.exit == nil, "life \(life): \(agent.errors)")
            agent.kill()
            _ = try await agent.waitForExit()
        }
        let expected = appended
        let last = try await workplace.startAgent()
        try await waitUntil("all is in the archive; \(seeded.repetition)", limit: .seconds(60)) {
            try await workplace.archive().keys.count >= expected.count
        }
        last.terminate()
        #expect(try await last.waitForExit() == .code(0), "\(last.errors)")
        #expect(try await workplace.journal().keys == expected, "\(seeded.repetition)")
        #expect(try await workplace.archive().keys == expected, "\(seeded.repetition)")
        let (exit, output, _) = try await workplace.run(["journal", "check"])
        #expect(exit == .code(0), "\(output)")
        let history = expected.map { #"{"data.key":\#($0),"position":\#($0)}"# + "\n" }.joined()
        try #require(TestFile.write(Array(history.utf8), to: workplace.folder.path("history.jsonl")))
        try await TestScript.check([
            "--journal", workplace.folder.path("journal.db"), "--history",
            "vc=\(workplace.folder.path("history.jsonl"))",
            "--by", "data.key", "--archive", workplace.folder.path("events.jsonl"), "--sink", "archive", "--finished",
        ])
    }

    @Test("a second agent on the same journal is refused and the first goes on")
    func second() async throws {
        let vcenter = FixtureVCenter()
        let server = try LoopbackServer(answering: vcenter.answer)
        defer { server.stop() }
        let workplace = try Workplace(configuration: Workplace.configuration(url: "\(server.url)/sdk"))
        let first = try await workplace.startAgent()
        let (exit, _, errors) = try await workplace.run(["run"], environment: ["PASSWORD": "x"])
        #expect(exit == .code(70))
        #expect(errors.contains("in use"), "\(errors)")
        #expect(first.exit == nil)
    }
}
