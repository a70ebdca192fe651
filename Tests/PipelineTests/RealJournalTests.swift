import AgentCore
import AgentTestKit
import EventModel
import Logging
import Pipeline
import Testing

@Suite("The event manager over the real journals", .timeLimit(.minutes(1)))
struct RealJournalTests {
    @Test(
        "a small journal holds the collector again and again, and every sink gets every event once, in order",
        arguments: Backend.allCases)
    func held(kind: Backend) async throws {
        try await kind.withJournal(policy: RetentionPolicy(count: 10)) { journal in
            let steps = (0..<50).map { ScriptedCollector.Step.batch(batch($0 * 4 + 1...$0 * 4 + 4, isLast: $0 == 49)) }
            let (first, second) = (ScriptedSink(), ScriptedSink())
            let manager = EventManager(
                journal: journal, collectors: [NamedCollector(name: "c", collector: ScriptedCollector(steps))],
                sinks: [
                    NamedSink(name: "x", batch: ReadLimit(entries: 3), sink: first), NamedSink(name: "y", sink: second),
                ],
                log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                settings: PipelineSettings(announcesItself: false))
            try await manager.start()
            await manager.finished()
            let status = await manager.status()
            await manager.stop()
            #expect(first.delivered.map(\.sequence) == Array(1...200))
            #expect(second.delivered.map(\.sequence) == Array(1...200))
            #expect(status.journal?.head == 200)
            #expect(status.collectors.first?.events == 200)
        }
    }
}
