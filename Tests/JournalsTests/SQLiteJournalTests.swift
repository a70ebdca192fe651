import AgentCore
import AgentTestKit
import Journals
import Testing

@Suite struct SQLiteJournalTests {
    static let folder = TemporaryFolder()
    static let conformance = JournalConformance<SQLiteJournal>(isDurable: true) { place, policy, clock in
        // Nobody pulls the plug here: without syncing, 20,000 calls take seconds.
        try await SQLiteJournal(
            .init(path: "\(folder.path)/\(place).db", synchronous: .normal), policy: policy, clock: clock)
    }

    @Test("keeps the contract", arguments: conformance.checks)
    func conforms(_ check: JournalConformance<SQLiteJournal>.Check) async throws {
        try await check.run()
    }
}
