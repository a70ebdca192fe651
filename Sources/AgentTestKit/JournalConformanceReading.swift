import AgentCore
import EventModel

/// Reading, and what comes back.
extension JournalConformance {
    /// The checks of this file.
    var readingChecks: [Check] {
        [
            check("an entry comes back as it was committed", Self.fidelity),
            check("a read gives what comes after N, within its limits, one entry at least", Self.limits),
            check("a page tells the range held, also when it brings nothing", Self.ranges),
        ]
    }

    @Sendable private static func fidelity(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open()
        let bodies: [[UInt8]] = [
            Array("{}".utf8), Array(#"{"text":"Ärger \u0000 😀"}"#.utf8), Array(repeating: 0x20, count: 3_000_000), [],
        ]
        let events = bodies.enumerated().flatMap { index, body in
            Severity.allCases.map { severity in
                EncodedEvent(
                    source: "test://\(index)", id: "\(severity)", type: EventType(rawValue: "vm.type-\(severity)"),
                    severity: severity, body: body[...])
            }
        }
        _ = try await journal.commit(events, checkpoint: nil, of: "one")
        let entries = try await journal.everything(limit: ReadLimit(entries: 5, bytes: 64 << 20))
        try expectEqual(entries.count, events.count, "the entries read")
        for (entry, event) in zip(entries, events) {
            try expectEqual(entry.type, event.type, "the type of entry \(entry.sequence)")
            try expectEqual(entry.severity, event.severity, "the severity of entry \(entry.sequence)")
            try expect(entry.body == event.body, "the body of entry \(entry.sequence) is the event's")
        }
        try await journal.close()
    }

    @Sendable private static func limits(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open()
        _ = try await journal.commit(.numbered(1...100, bytes: 100), checkpoint: nil, of: "one")
        let table: [(after: UInt64, limit: ReadLimit, expected: [UInt64])] = [
            (0, ReadLimit(entries: 3), [1, 2, 3]), (98, ReadLimit(entries: 10), [99, 100]),
            (5, ReadLimit(entries: 10, bytes: 300), [6, 7, 8]), (5, ReadLimit(entries: 10, bytes: 299), [6, 7]),
            (5, ReadLimit(entries: 10, bytes: 0), [6]), (5, ReadLimit(entries: 0), [6]), (100, ReadLimit(), []),
            (1000, ReadLimit(), []), (.max, ReadLimit(), []),
        ]
        for row in table {
            let page = try await journal.read(after: row.after, limit: row.limit)
            try expectEqual(page.entries.map(\.sequence), row.expected, "read after \(row.after) within \(row.limit)")
        }
        let everything = try await journal.everything(limit: ReadLimit(entries: 7, bytes: 650))
        try expectEqual(everything.map(\.sequence), Array(1...100), "all pages together")
        try await journal.close()
    }

    @Sendable private static func ranges(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open(.init(count: 10, whenFull: .dropOldest))
        try expectEqual(
            try await journal.read(after: 0, limit: ReadLimit()), Page(entries: [], lowest: 1, head: 0),
            "an empty journal")
        _ = try await journal.commit(.numbered(1...25), checkpoint: nil, of: "one")
        _ = try await journal.commit(.numbered(26...30), checkpoint: nil, of: "one")
        let page = try await journal.read(after: 4, limit: ReadLimit(entries: 2))
        try expectEqual(page.entries.map(\.sequence), [21, 22], "the entries after a gap")
        try expectEqual([page.lowest, page.head], [21, 30], "the range that tells the gap")
        let end = try await journal.read(after: 30, limit: ReadLimit())
        try expectEqual(end, Page(entries: [], lowest: 21, head: 30), "the page at the head")
        try await journal.close()
    }
}
