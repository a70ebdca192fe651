import AgentCore
import AgentTestKit
import EventModel
import Foundation
import Journals
import Logging
import Pipeline
import Testing

@Suite("The event manager over the real journals", .timeLimit(.minutes(1)))
struct RealJournalTests {
    enum Kind: CaseIterable {
        case memory
        case sqlite
    }

    private func withJournal(_ kind: Kind, count: Int, _ body: (any Journal) async throws -> Void) async throws {
        let policy = RetentionPolicy(count: count)
        switch kind {
        case .memory:
            try await body(MemoryJournal(.init(), policy: policy, clock: .system))
        case .sqlite:
            let folder = FileManager.default.temporaryDirectory.appending(path: "pipeline-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let path = folder.appending(path: "journal.db").path
            try await body(SQLiteJournal(.init(path: path), policy: policy, clock: .system))
        }
    }

    @Test(
        "a small journal holds the collector again and again, and every sink gets every event once, in order",
        arguments: Kind.allCases)
    func held(kind: Kind) async throws {
        try await withJournal(kind, count: 10) { journal in
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
