import AgentCore
import EventModel

/// Opening, closing, and the state in between.
extension JournalConformance {
    /// The checks of this file.
    var lifeChecks: [Check] {
        [
            check("state tells what is held, and where everybody is", Self.states),
            check("a closed journal says so to every call", Self.closed),
            check(
                "the sources of a collector's events are known, whether they are held, gone, or repeats", Self.sources),
            isDurable
                ? check("a history goes on where it was closed: entries, positions, sequences, instance", Self.reopened)
                : check("every opening is a new history", Self.anew),
        ]
            + (isDurable
                ? [check("sequences go on after the last entry was removed and the journal reopened", Self.emptied)]
                : [])
    }

    @Sendable private static func states(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open(.init(count: 6))
        let empty = JournalState(lowest: 1, head: 0, count: 0, bytes: 0, dropped: 0, cursors: [:], deadLetters: 0)
        try expectEqual(try await journal.state(), empty, "the state of an empty journal")
        try await journal.attach(sinks: ["sink"])
        _ = try await journal.commit(.numbered(1...6, bytes: 100), checkpoint: nil, of: "one")
        try await journal.acknowledge(through: 4, refused: [.init(sequence: 3, reason: "no")], by: "sink")
        _ = try await journal.commit(.numbered(7...8, bytes: 150), checkpoint: nil, of: "one")
        let state = JournalState(
            lowest: 3, head: 8, count: 6, bytes: 700, dropped: 0, cursors: ["sink": 4], deadLetters: 1)
        try expectEqual(try await journal.state(), state, "the state")
        try await journal.close()
    }

    @Sendable private static func sources(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open(.init(count: 2))
        try expectEqual(try await journal.sources(of: "one"), [], "the sources of a collector nobody knows")
        let mixed: [EncodedEvent] = .numbered(1...2) + .numbered(3...4, source: "test://two")
        _ = try await journal.commit(mixed, checkpoint: nil, of: "one")
        _ = try await journal.commit(.numbered(5...6), checkpoint: nil, of: "one")
        _ = try await journal.commit([], checkpoint: .init(version: 1, bytes: []), of: "two")
        // Those the journal has already: read again by another collector.
        _ = try await journal.commit(.numbered(5...6), checkpoint: nil, of: "three")
        try expectEqual(
            try await journal.sources(of: "one"), ["test://one", "test://two"], "the sources of a collector")
        try expectEqual(try await journal.sources(of: "two"), [], "the sources of one that brought no event")
        try expectEqual(try await journal.sources(of: "three"), ["test://one"], "the sources of repeats")
        try await journal.close()
    }

    @Sendable private static func closed(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open()
        _ = try await journal.commit(.numbered(1...3), checkpoint: nil, of: "one")
        try await journal.close()
        try await expectError(.closed, "commit") { _ = try await journal.commit([], checkpoint: nil, of: "one") }
        try await expectError(.closed, "checkpoint") { _ = try await journal.checkpoint(of: "one") }
        try await expectError(.closed, "sources") { _ = try await journal.sources(of: "one") }
        try await expectError(.closed, "read") { _ = try await journal.read(after: 0, limit: ReadLimit()) }
        try await expectError(.closed, "attach") { try await journal.attach(sinks: ["sink"]) }
        try await expectError(.closed, "cursor") { _ = try await journal.cursor(of: "sink") }
        try await expectError(.closed, "acknowledge") {
            try await journal.acknowledge(through: 1, refused: [], by: "sink")
        }
        try await expectError(.closed, "trim") { _ = try await journal.trim() }
        try await expectError(.closed, "state") { _ = try await journal.state() }
        try await expectError(.closed, "close") { try await journal.close() }
    }

    @Sendable private static func anew(_ subject: JournalSubject<Subject>) async throws {
        let first = try await subject.open()
        _ = try await first.commit(.numbered(1...3), checkpoint: nil, of: "one")
        try await first.close()
        let second = try await subject.open()
        try expect(first.instance != second.instance, "a new history has a new instance")
        try expectInstance(second.instance)
        try expectEqual(try await second.state().head, 0, "the head of a new history")
        try await second.close()
    }

    @Sendable private static func reopened(_ subject: JournalSubject<Subject>) async throws {
        let policy = RetentionPolicy(count: 50)
        let first = try await subject.open(policy)
        try await first.attach(sinks: ["sink", "idle"])
        _ = try await first.commit(.numbered(1...20), checkpoint: .init(version: 3, bytes: [1, 2]), of: "one")
        _ = try await first.commit(.numbered(21...40), checkpoint: .init(version: 4, bytes: [3]), of: "two")
        try await first.acknowledge(through: 17, refused: [.init(sequence: 5, reason: "no")], by: "sink")
        try await first.acknowledge(through: 18, refused: [], by: "sink")
        let (state, entries) = (try await first.state(), try await first.everything())
        try await first.close()

        let second = try await subject.open(policy)
        try expectEqual(second.instance, first.instance, "the instance")
        try expectInstance(second.instance)
        try expectEqual(try await second.state(), state, "the state")
        try expectEqual(try await second.everything(), entries, "the entries")
        try expectEqual(try await second.checkpoint(of: "one"), .init(version: 3, bytes: [1, 2]), "a checkpoint")
        try expectEqual(try await second.sources(of: "two"), ["test://one"], "the sources of a collector")
        try await second.attach(sinks: ["sink"])
        try expectEqual(try await second.cursor(of: "sink"), 18, "a cursor")
        let next = try await second.commit(.numbered(39...42), checkpoint: nil, of: "one")
        try expectEqual(next, Commit(sequences: 41...42, repeated: 2), "the next commit")
        try await second.close()
    }

    @Sendable private static func emptied(_ subject: JournalSubject<Subject>) async throws {
        let policy = RetentionPolicy(age: .seconds(10))
        let first = try await subject.open(policy)
        _ = try await first.commit(.numbered(1...5), checkpoint: nil, of: "one")
        subject.time.advance(by: .seconds(11))
        try expectEqual(try await first.trim(), Trim(removed: 5), "the trim")
        try await first.close()
        let second = try await subject.open(policy)
        let page = try await second.read(after: 0, limit: ReadLimit())
        try expectEqual(page, Page(entries: [], lowest: 6, head: 5), "the empty journal")
        try await second.attach(sinks: ["new"])
        try expectEqual(try await second.cursor(of: "new"), 5, "the cursor of a new sink")
        let commit = try await second.commit(.numbered(1...1), checkpoint: nil, of: "one")
        try expectEqual(commit.sequences, 6...6, "the next sequence")
        try await second.close()
    }

    private static func expectInstance(_ instance: String) throws {
        let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789".utf8)
        try expect(
            instance.utf8.count == 12 && instance.utf8.allSatisfy(allowed.contains),
            "the instance \"\(instance)\" is 12 lower-case letters and digits")
    }
}
