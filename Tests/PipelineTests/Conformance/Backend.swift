import AgentCore
import AgentTestKit
import EventModel
import Foundation
import Journals
import Logging
import Pipeline
import Platform
import Testing

/// The journals the conformance tests run on.
enum Backend: String, CaseIterable, CustomTestStringConvertible {
    case memory
    case sqlite

    var testDescription: String { rawValue }

    /// Runs the body with a new journal of this kind.
    func withJournal(
        policy: RetentionPolicy = RetentionPolicy(), _ body: (any Journal) async throws -> Void
    ) async throws {
        switch self {
        case .memory:
            try await body(MemoryJournal(.init(), policy: policy, clock: .system))
        case .sqlite:
            let folder = FileManager.default.temporaryDirectory.appending(path: "conformance-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let path = folder.appending(path: "journal.db").path
            let journal = try await SQLiteJournal(.init(path: path), policy: policy, clock: .system)
            try await body(journal)
            try? await journal.close()
        }
    }

    /// Runs the body with a running event manager over a new journal, and stops it.
    func withManager(
        sinks: [NamedSink] = [], policy: RetentionPolicy = RetentionPolicy(), announces: Bool = false,
        _ body: (EventManager) async throws -> Void
    ) async throws {
        try await withJournal(policy: policy) { journal in
            let manager = EventManager(
                journal: journal, collectors: [], sinks: sinks,
                log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                settings: PipelineSettings(host: "test", announcesItself: announces, stopDeadline: .seconds(2)))
            try await manager.start()
            do {
                try await body(manager)
            } catch {
                await manager.stop()
                throw error
            }
            await manager.stop()
        }
    }
}

/// A producer's event.
func published(_ number: Int, by producer: String = "p", guest: String? = nil) -> Event {
    Event(
        id: "\(number)", source: "test://\(producer)", type: "vm.powered-on", time: TestClock.start,
        guest: guest.map { Guest(kind: .vm, id: $0) })
}

/// Counts, from any task.
final class Count: Sendable {
    private let state = Locked(0)

    var value: Int { state.withLock(\.self) }

    func add(_ number: Int) {
        state.withLock { $0 += number }
    }
}

/// A list, from any task.
final class Noted<Value: Sendable>: Sendable {
    private let state = Locked<[Value]>([])

    var values: [Value] { state.withLock(\.self) }

    func note(_ value: Value) {
        state.withLock { $0.append(value) }
    }
}

extension Entry {
    /// The source and the id of its event: `test://p 7`.
    var identity: String {
        guard let event = try? EventDecoder.decode(body).event else { return "not an event" }
        return "\(event.source) \(event.id)"
    }
}
