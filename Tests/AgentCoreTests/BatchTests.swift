import AgentCore
import EventModel
import Testing

@Suite("What a poll brings")
struct BatchTests {
    private static func event(_ id: String) -> Event {
        Event(id: id, source: "test://a", type: "log.line", time: Timestamp(nanoseconds: 7))
    }

    @Test("events encoded ahead are those of the batch, until these change")
    func encodedAhead() {
        var batch = Batch(events: [Self.event("1"), Self.event("2")], checkpoint: nil)
        #expect(batch.encoded == nil)
        batch.encodeAhead()
        #expect(batch.encoded == batch.events.map { EncodedEvent($0) })
        batch.events.removeLast()
        #expect(batch.encoded == nil)
    }
}
