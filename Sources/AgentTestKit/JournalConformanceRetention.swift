import AgentCore
import EventModel

/// Retention by count, bytes and age, and what happens when it may not.
extension JournalConformance {
    /// The checks of this file.
    var retentionChecks: [Check] {
        [
            check("block: what a sink has not acknowledged stays; the commit is refused until it has", Self.block),
            check("block: bytes count as entries do", Self.blockBytes),
            check("dropOldest: the oldest go, acknowledged or not, and are counted", Self.dropOldest),
            check("only attached sinks hold anything back", Self.detached),
            check("by age: trim removes what was stored too long ago and no sink waits for", Self.age),
            check("by age: dropOldest waits for nobody", Self.ageDropping),
            check("a batch larger than all bounds is stored when it is alone", Self.oversize),
        ]
    }

    @Sendable private static func block(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open(.init(count: 10))
        try await journal.attach(sinks: ["slow", "fast"])
        _ = try await journal.commit(.numbered(1...10), checkpoint: nil, of: "one")
        try await journal.acknowledge(through: 10, refused: [], by: "fast")
        try await expectError(.full, "a commit the slow sink leaves no room for") {
            _ = try await journal.commit([.numbered(11)], checkpoint: nil, of: "one")
        }
        let repeats = try await journal.commit(.numbered(1...10), checkpoint: nil, of: "one")
        try expectEqual(repeats.repeated, 10, "repeats, which need no room")
        try await journal.acknowledge(through: 4, refused: [], by: "slow")
        try expectEqual(
            try await journal.commit(.numbered(11...14), checkpoint: nil, of: "one").sequences, 11...14,
            "a commit after the slow sink made room")
        try expectEqual(try await journal.sequences(), Array(5...14), "what is held")
        try await expectError(.full, "one more") {
            _ = try await journal.commit([.numbered(15)], checkpoint: nil, of: "one")
        }
        try expectEqual(try await journal.trim(), Trim(), "a trim when nothing may go")
        try expectEqual(try await journal.state().dropped, 0, "entries dropped")
        try await journal.close()
    }

    @Sendable private static func blockBytes(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open(.init(bytes: 1000))
        try await journal.attach(sinks: ["sink"])
        _ = try await journal.commit(.numbered(1...9, bytes: 100), checkpoint: nil, of: "one")
        _ = try await journal.commit([.numbered(10, bytes: 100)], checkpoint: nil, of: "one")
        try await expectError(.full, "a commit beyond the bytes") {
            _ = try await journal.commit([.numbered(11, bytes: 50)], checkpoint: nil, of: "one")
        }
        try await journal.acknowledge(through: 3, refused: [], by: "sink")
        _ = try await journal.commit([.numbered(12, bytes: 250)], checkpoint: nil, of: "one")
        try expectEqual(try await journal.sequences(), Array(4...11), "what is held: only as much went as was needed")
        try expectEqual(try await journal.state().bytes, 950, "the bytes held")
        try await journal.close()
    }

    @Sendable private static func dropOldest(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open(.init(count: 10, bytes: 1000, whenFull: .dropOldest))
        try await journal.attach(sinks: ["sink"])
        _ = try await journal.commit(.numbered(1...10, bytes: 50), checkpoint: nil, of: "one")
        try await journal.acknowledge(through: 3, refused: [], by: "sink")
        _ = try await journal.commit(.numbered(11...15, bytes: 50), checkpoint: nil, of: "one")
        let state = try await journal.state()
        try expectEqual([state.lowest, state.head], [6, 15], "the range held by count")
        try expectEqual(state.dropped, 2, "entries dropped before the sink had them")
        _ = try await journal.commit([.numbered(16, bytes: 700)], checkpoint: nil, of: "one")
        try expectEqual(try await journal.sequences(), Array(10...16), "what is held by bytes")
        try expectEqual(try await journal.state().dropped, 6, "entries dropped by both")
        let page = try await journal.read(after: 3, limit: ReadLimit(entries: 1))
        try expectEqual([page.lowest, page.entries[0].sequence], [10, 10], "what tells the sink its gap")
        try await journal.close()
    }

    @Sendable private static func detached(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open(.init(count: 5))
        try await journal.attach(sinks: ["sink"])
        _ = try await journal.commit(.numbered(1...5), checkpoint: nil, of: "one")
        try await journal.attach(sinks: [])
        _ = try await journal.commit(.numbered(6...9), checkpoint: nil, of: "one")
        try expectEqual(try await journal.sequences(), Array(5...9), "what is held with nobody attached")
        try expectEqual(try await journal.state().dropped, 0, "entries dropped with nobody attached")
        try await journal.attach(sinks: ["sink"])
        try expectEqual(try await journal.cursor(of: "sink"), 0, "the cursor of the sink that was away")
        try await expectError(.full, "a commit after it came back") {
            _ = try await journal.commit([.numbered(10)], checkpoint: nil, of: "one")
        }
        try await journal.close()
    }

    @Sendable private static func age(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open(.init(age: .seconds(60)))
        try await journal.attach(sinks: ["sink"])
        for start in [1, 4, 7] {
            _ = try await journal.commit(.numbered(start..<start + 3), checkpoint: nil, of: "one")
            subject.time.advance(by: .seconds(30))
        }
        try expectEqual(try await journal.trim(), Trim(), "a trim before the sink has anything")
        try await journal.acknowledge(through: 5, refused: [], by: "sink")
        try expectEqual(
            try await journal.trim(), Trim(removed: 3), "a trim when three are 90 s old, three 60, three 30")
        subject.time.advance(by: .seconds(1))
        try expectEqual(try await journal.trim(), Trim(removed: 2), "a trim a second later, as far as the sink is")
        try expectEqual(try await journal.sequences(), Array(6...9), "what is held")
        try await journal.close()
    }

    @Sendable private static func ageDropping(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open(.init(age: .seconds(60), whenFull: .dropOldest))
        try await journal.attach(sinks: ["sink"])
        _ = try await journal.commit(.numbered(1...5), checkpoint: nil, of: "one")
        try await journal.acknowledge(through: 2, refused: [], by: "sink")
        subject.time.advance(by: .seconds(61))
        try expectEqual(try await journal.trim(), Trim(removed: 2, dropped: 3), "a trim when all are too old")
        let state = try await journal.state()
        try expectEqual(
            [state.lowest, state.head, UInt64(state.count), UInt64(state.bytes)], [6, 5, 0, 0], "nothing held")
        try expectEqual(
            try await journal.commit([.numbered(6)], checkpoint: nil, of: "one").sequences, 6...6, "the next sequence")
        try await journal.close()
    }

    @Sendable private static func oversize(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open(.init(count: 5, bytes: 1000))
        try await journal.attach(sinks: ["sink"])
        _ = try await journal.commit(.numbered(1...8), checkpoint: nil, of: "one")
        try expectEqual(try await journal.sequences(), Array(1...8), "a batch larger than the bound, alone")
        try await expectError(.full, "anything more") {
            _ = try await journal.commit([.numbered(9)], checkpoint: nil, of: "one")
        }
        try await journal.acknowledge(through: 7, refused: [], by: "sink")
        try await expectError(.full, "a large one that would not be alone") {
            _ = try await journal.commit([.numbered(9, bytes: 5000)], checkpoint: nil, of: "one")
        }
        try await journal.acknowledge(through: 8, refused: [], by: "sink")
        _ = try await journal.commit([.numbered(9, bytes: 5000)], checkpoint: nil, of: "one")
        try expectEqual(try await journal.sequences(), [9], "a large one, alone")
        try await journal.close()
    }
}
