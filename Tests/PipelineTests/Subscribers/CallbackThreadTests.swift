import AgentCore
import AgentTestKit
import EventModel
import Journals
import Pipeline
import Platform
import Testing

@Suite("The threads of callbacks")
struct CallbackThreadTests {
    @Test("a callback that blocks in the first moment after a rest holds up no other")
    func blockedAfterRest() async throws {
        let rig = ReaderRig(journal: MemoryJournal(.init(), policy: RetentionPolicy(), clock: .system))
        let gate = LockedCondition((isOpen: true, inside: 0))
        let all = [Received(), Received(), Received()]
        for (number, received) in all.enumerated() {
            _ = try rig.subscribers.subscribe(SubscriberRequest("\(number)")) { entry in
                received.note(entry)
                gate.withLock { $0.inside += 1 }
                gate.wait { $0.isOpen ? .done(()) : .sleep(atMost: nil) }
                gate.withLock { $0.inside -= 1 }
            }
        }
        for round in 1...20 {
            // So that all threads sleep when the entry comes.
            try await AgentClock.system.sleep(.milliseconds(2))
            gate.withLock { $0.isOpen = false }
            try await rig.publish(1)
            try await waitUntil("all have the entry, though each blocks") {
                all.allSatisfy { $0.count == round } && gate.withLock { $0.inside == all.count }
            }
            gate.change { $0.isOpen = true }
            try await waitUntil("all are out again") { gate.withLock { $0.inside == 0 } }
        }
        rig.subscribers.abandon()
        #expect(all.map(\.sequences) == Array(repeating: Array(1...20), count: 3))
    }
}
