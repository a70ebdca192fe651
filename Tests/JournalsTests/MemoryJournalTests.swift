import AgentCore
import AgentTestKit
import Journals
import Testing

@Suite struct MemoryJournalTests {
    static let conformance = JournalConformance<MemoryJournal>(isDurable: false) { _, policy, clock in
        MemoryJournal(.init(), policy: policy, clock: clock)
    }

    @Test("keeps the contract", arguments: conformance.checks)
    func conforms(_ check: JournalConformance<MemoryJournal>.Check) async throws {
        try await check.run()
    }
}
