import AgentTestKit
import Testing

/// vcsim behind a network that does its worst: a server nobody here wrote. `SIMULATORS=n` lives longer.
@Suite("A real server behind a hostile network", .serialized, .timeLimit(.minutes(600)))
struct HostileSimulatorTests {
    private static let lives = Environment["SIMULATORS"].flatMap { UInt64($0) } ?? 4

    @Test("whatever the network does, in the end the journal holds every event of vcsim once")
    func lives() async throws {
        let first = HostileVCenterTests.only ?? HostileVCenterTests.first
        let count = HostileVCenterTests.only == nil ? Self.lives : 1
        var (events, exchanges) = (0, 0)
        for seed in first..<first + count {
            let outcome = try await HostileSimulatorLife(seed: seed).run()
            // What the simulator and the network do at one moment is not the seed's: it may not come again.
            HostileVCenterTests.report(seed, outcome, exchanges: 400)
            (events, exchanges) = (events + outcome.events, exchanges + outcome.exchanges)
        }
        print("\(count) lives before vcsim: \(events) events, \(exchanges) exchanges")
    }
}
