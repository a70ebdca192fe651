import AgentCore
import EventModel
import Journals
import Measuring
import Pipeline
import Synchronization

/// Subscribers over a journal in memory.
struct Readers {
    let journal: MemoryJournal
    let recent = RecentEntries()
    let hub: SubscriberHub

    init() {
        journal = MemoryJournal(.init(), policy: RetentionPolicy(), clock: .system)
        let source = EntrySource(recent: recent, journal: journal, clock: .system, random: .system)
        let limits = SubscriberHub.Limits(subscribers: 20_000, callbacks: 20_000)
        hub = SubscriberHub(source: source, clock: .system, limits: limits)
    }

    /// What a commit does once the journal has returned.
    func publish(_ events: [EncodedEvent], after last: UInt64) {
        let ticket = recent.begin()
        let commit = Commit(sequences: last + 1...last + UInt64(events.count), repeated: 0)
        recent.end(ticket, commit, of: events)
    }

    /// Events of an ordinary size.
    static func events(_ count: Int) -> [EncodedEvent] {
        (0..<count).map {
            EncodedEvent(
                source: "vsphere://vc1", id: "\($0)", type: "vm.powered-on", severity: .info,
                body: [UInt8](repeating: 0x20, count: 512)[...])
        }
    }
}

/// How far a subscriber has come; checks the order.
final class Place: Sendable {
    let last = Atomic<UInt64>(0)
    let mistakes = Atomic<Int>(0)

    func take(_ entry: Entry) {
        if entry.sequence != last.load(ordering: .relaxed) + 1 { mistakes.add(1, ordering: .relaxed) }
        last.store(entry.sequence, ordering: .relaxed)
    }

    func take(_ entries: [Entry]) {
        var last = last.load(ordering: .relaxed)
        for entry in entries {
            if entry.sequence != last + 1 { mistakes.add(1, ordering: .relaxed) }
            last = entry.sequence
        }
        self.last.store(last, ordering: .relaxed)
    }
}
