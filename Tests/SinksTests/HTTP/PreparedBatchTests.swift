import AgentCore
import AgentTestKit
import Testing

@testable import Sinks

@Suite("Batches made ready before they are delivered")
struct PreparedBatchTests {
    @Test("are delivered once each, and others instead of them as well", arguments: HTTPSinkKind.allCases)
    func delivered(kind: HTTPSinkKind) async throws {
        let trial = try HTTPSinkTrial(kind)
        await trial.sink.prepare(Entry.numbered(1...5))
        try await trial.sink.deliver(Entry.numbered(1...5))
        // Made ready of more, of others, and twice.
        await trial.sink.prepare(Entry.numbered(6...12))
        try await trial.sink.deliver(Entry.numbered(6...9))
        await trial.sink.prepare(Entry.numbered(20...23))
        await trial.sink.prepare(Entry.numbered(20...23))
        try await trial.sink.deliver(Entry.numbered(10...13))
        try await trial.sink.deliver(Entry.numbered(14...20))
        await trial.sink.stop()
        #expect(trial.sequences() == Array(1...20))
    }

    @Test("a batch is kept for the very same entries, and for one question")
    func kept() {
        let prepared = PreparedBatch<Int>()
        #expect(prepared.take([]) == nil)
        prepared.keep(1, of: Entry.numbered(1...3))
        #expect(prepared.take(Entry.numbered(1...3)) == 1 && prepared.take(Entry.numbered(1...3)) == nil)
        for others in [Entry.numbered(1...2), Entry.numbered(2...4), [.numbered(1), .numbered(3), .numbered(4)]] {
            prepared.keep(2, of: Entry.numbered(1...3))
            #expect(prepared.take(others) == nil)
        }
    }
}
