import AgentCore
import AgentTestKit
import EventModel
import Logging
import Pipeline
import Platform
import Testing

/// An event manager among doubles.
struct Rig {
    let journal: SimulatedJournal
    let clock: TestClock
    let log = LogRecord()
    let manager: EventManager

    init(
        collectors: [String: ScriptedCollector] = [:], limited: [String: (ScriptedCollector, PublishLimits)] = [:],
        sinks: [NamedSink] = [], policy: RetentionPolicy = RetentionPolicy(),
        journal: SimulatedJournal? = nil, clock: TestClock.Mode = .moved,
        settings: PipelineSettings = PipelineSettings(host: "test", announcesItself: false),
        publishRule: @escaping PublishRule = { .accepted($0) }
    ) {
        self.journal = journal ?? SimulatedJournal(policy: policy)
        self.clock = TestClock(clock)
        let all = limited.merging(collectors.mapValues { ($0, PublishLimits()) }) { first, _ in first }
        let named = all.sorted { $0.key < $1.key }
            .map { NamedCollector(name: $0.key, limits: $0.value.1, collector: $0.value.0) }
        let log = log
        manager = EventManager(
            journal: self.journal, collectors: named, sinks: sinks, clock: self.clock.clock,
            random: RandomSource { .max }, log: Logger(label: "test") { _ in log.handler }, settings: settings,
            publishRule: publishRule)
    }

    /// Stops at the pace of the test clock, as far as it takes.
    func stop(within deadline: Duration = .seconds(10)) async {
        let stopping = Task { await manager.stop(within: deadline) }
        let done = Watermark()
        let waiting = Task {
            await stopping.value
            done.advance()
        }
        await eventually("stopped") {
            clock.advance(by: .milliseconds(100))
            return done.value > 0
        }
        // What did not stop in time is told above; waiting for it would hang the whole run.
        if done.value > 0 { await waiting.value }
    }

    /// The types of the agent's own events in the journal.
    var announced: [String] {
        journal.history.archive.map(\.entry.type.rawValue).filter { $0.hasPrefix("agent.") }
    }

    func collector(_ name: String) async -> CollectorStatus? {
        await manager.status().collectors.first { $0.name == name }
    }

    func sink(_ name: String) async -> SinkStatus? {
        await manager.status().sinks.first { $0.name == name }
    }
}

/// Waits for a condition, five seconds at the most.
func eventually(
    _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async rethrows {
    let end = ContinuousClock.now + .seconds(5)
    while ContinuousClock.now < end {
        if try await condition() { return }
        await Task.yield()
        try? await Task.sleep(for: .milliseconds(1))
    }
    Issue.record("not within 5 s: \(what)", sourceLocation: sourceLocation)
}

/// Events `first` through `last`, their numbers as ids and as the checkpoint after them.
func batch(
    _ range: ClosedRange<Int>, source: String = "test://a", type: EventType = "vm.powered-on", isLast: Bool = false
) -> Batch {
    let events = range.map {
        Event(id: "\($0)", source: source, type: type, time: TestClock.start)
    }
    return Batch(events: events, checkpoint: checkpoint(range.upperBound), isLast: isLast)
}

func checkpoint(_ number: Int) -> Checkpoint {
    Checkpoint(version: 1, bytes: [UInt8(number)])
}

/// What was logged.
final class LogRecord: Sendable {
    struct Line: Sendable {
        var level: Logger.Level
        var message: String
        var metadata: Logger.Metadata
    }

    private struct Recorder: LogHandler {
        let record: LogRecord
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let line = Line(level: event.level, message: "\(event.message)", metadata: event.metadata ?? [:])
            record.state.withLock { $0.append(line) }
        }
    }

    private let state = Locked<[Line]>([])

    var handler: some LogHandler { Recorder(record: self) }

    var lines: [Line] { state.withLock(\.self) }

    /// Lines with this message, in order.
    func lines(_ message: String) -> [Line] {
        lines.filter { $0.message == message }
    }
}

extension Rig {
    /// Lets the test clock run until the task has ended.
    func advance(until task: Task<Void, any Error>) async throws {
        let done = Watermark()
        let waiting = Task {
            _ = await task.result
            done.advance()
        }
        await eventually("done") {
            clock.advance(by: .milliseconds(100))
            return done.value > 0
        }
        if done.value > 0 { await waiting.value }
        try await task.value
    }
}
