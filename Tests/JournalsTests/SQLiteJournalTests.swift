import AgentCore
import AgentTestKit
import Journals
import Testing

@Suite struct SQLiteJournalTests {
    static let folder = TemporaryFolder()
    static let conformance = JournalConformance<SQLiteJournal>(isDurable: true) { place, policy, clock in
        try await SQLiteJournal(.init(path: "\(folder.path)/\(place).db"), policy: policy, clock: clock)
    }

    @Test("keeps the contract", arguments: conformance.checks)
    func conforms(_ check: JournalConformance<SQLiteJournal>.Check) async throws {
        try await check.run()
    }
}
