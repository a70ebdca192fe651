import AgentCore
import EventModel
import Logging
import Pipeline
import Platform

/// Subscribers and streams over a journal, without the rest of the agent.
struct ReaderRig {
    let journal: any Journal
    let recent: RecentEntries
    let subscribers: SubscriberHub
    let streams: StreamHub
    let log = LogRecord()
    private let last = Locked(0)

    init(journal: any Journal, recent limits: RecentLog.Limits = .init(), limits streamLimits: StreamLimits = .init()) {
        self.journal = journal
        recent = RecentEntries(limits: limits)
        let source = EntrySource(recent: recent, journal: journal, clock: .system, random: .system)
        subscribers = SubscriberHub(
            source: source, clock: .system, log: Logger(label: "test") { [log] _ in log.handler })
        streams = StreamHub(source: source, journal: journal, clock: .system, limits: streamLimits)
    }

    /// Commits the next events, each alone.
    func publish(_ count: Int, type: EventType = "vm.powered-on") async throws {
        for _ in 0..<count { try await publish(batch: 1, type: type) }
    }

    /// Commits the next events together. The number of an event is its sequence.
    func publish(batch count: Int, type: EventType = "vm.powered-on") async throws {
        let first = last.withLock { last in
            defer { last += count }
            return last + 1
        }
        let events = (first..<first + count).map { numbered($0, type: type) }
        let ticket = recent.begin()
        recent.end(ticket, try await journal.commit(events, checkpoint: nil, of: "c"), of: events)
    }
}

/// What a subscriber received.
final class Received: Sendable {
    private let state = Locked<[UInt64]>([])

    var sequences: [UInt64] { state.withLock(\.self) }
    var count: Int { state.withLock(\.count) }

    func note(_ entry: Entry) {
        state.withLock { $0.append(entry.sequence) }
    }

    func noteAll(_ entries: [Entry]) {
        state.withLock { $0 += entries.map(\.sequence) }
    }
}

/// A filter of type patterns.
func types(_ patterns: String...) -> EventFilter {
    EventFilter(types: patterns.compactMap { TypePattern($0) })
}
