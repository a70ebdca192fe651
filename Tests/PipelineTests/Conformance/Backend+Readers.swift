import AgentCore
import AgentTestKit
import EventModel
import Logging
import Pipeline

extension Backend {
    /// Gives what readers read on such a journal.
    func withReaders(
        count: Int? = nil, recent: RecentLog.Limits = .init(), limits: StreamLimits = .init(),
        _ body: (ReaderRig) async throws -> Void
    ) async throws {
        try await withJournal(policy: RetentionPolicy(count: count)) {
            try await body(ReaderRig(journal: $0, recent: recent, limits: limits))
        }
    }

    /// Gives an event manager that only answers about history, and a way to add events.
    func withHistory(
        count: Int, _ body: (EventManager, _ add: (Int) async throws -> Void) async throws -> Void
    ) async throws {
        try await withJournal(policy: RetentionPolicy(count: count)) { journal in
            let manager = EventManager(
                journal: journal, collectors: [], sinks: [],
                log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            try await body(manager) { number in
                for _ in 0..<number {
                    let id = try await journal.state().head + 1
                    _ = try await journal.commit([numbered(Int(id))], checkpoint: nil, of: "c")
                }
            }
        }
    }
}

/// The event whose number will be its sequence.
func numbered(_ number: Int, type: EventType = "vm.powered-on", severity: Severity = .info) -> EncodedEvent {
    EncodedEvent(
        Event(
            id: "\(number)", source: "test://a", type: type, time: TestClock.start, severity: severity,
            guest: Guest(kind: .vm, id: "vm-\(number)", name: "web\(number)")))
}
