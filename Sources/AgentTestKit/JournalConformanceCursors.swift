import AgentCore
import EventModel

/// Cursors and dead letters.
extension JournalConformance {
    /// The checks of this file.
    var cursorChecks: [Check] {
        [
            check("a sink new here starts before the oldest entry held; one known goes on", Self.attaching),
            check("a cursor moves forward, never back, never beyond the head", Self.forward),
            check("dead letters are kept, the same one once", Self.deadLetters),
            check(
                "dead letters are listed with their bodies, page by page, and forgotten on request", Self.lettersListed),
        ]
    }

    @Sendable private static func attaching(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open(.init(count: 5, whenFull: .dropOldest))
        try expectEqual(try await journal.cursor(of: "first"), nil, "the cursor of a sink never attached")
        try await journal.attach(sinks: ["first"])
        try expectEqual(try await journal.cursor(of: "first"), 0, "the first cursor of an empty journal")
        _ = try await journal.commit(.numbered(1...5), checkpoint: nil, of: "one")
        _ = try await journal.commit(.numbered(6...8), checkpoint: nil, of: "one")
        try await journal.acknowledge(through: 2, refused: [], by: "first")
        try await journal.attach(sinks: ["first", "second"])
        try expectEqual(try await journal.cursor(of: "second"), 3, "the cursor of a sink attached when 4 is the oldest")
        try expectEqual(try await journal.cursor(of: "first"), 2, "the cursor of a sink attached again")
        try await journal.attach(sinks: [])
        try expectEqual(
            try await journal.state().cursors, ["first": 2, "second": 3], "the cursors of sinks not attached")
        try await journal.close()
    }

    @Sendable private static func forward(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open()
        try await journal.attach(sinks: ["sink"])
        _ = try await journal.commit(.numbered(1...10), checkpoint: nil, of: "one")
        for (through, expected) in [(4, 4), (4, 4), (2, 4), (9, 9), (0, 9), (50, 10)] as [(UInt64, UInt64)] {
            try await journal.acknowledge(through: through, refused: [], by: "sink")
            try expectEqual(try await journal.cursor(of: "sink"), expected, "the cursor after acknowledging \(through)")
        }
        try await journal.close()
    }

    @Sendable private static func deadLetters(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open()
        try await journal.attach(sinks: ["sink", "other"])
        _ = try await journal.commit(.numbered(1...10), checkpoint: nil, of: "one")
        let refused = [DeadLetter(sequence: 2, reason: "too \"large\""), DeadLetter(sequence: 4, reason: "")]
        try await journal.acknowledge(through: 5, refused: refused, by: "sink")
        try expectEqual(try await journal.cursor(of: "sink"), 5, "the cursor acknowledged with dead letters")
        try expectEqual(try await journal.state().deadLetters, 2, "the dead letters")
        try await journal.acknowledge(through: 5, refused: refused, by: "sink")
        try expectEqual(try await journal.state().deadLetters, 2, "the dead letters acknowledged again")
        try await journal.acknowledge(through: 2, refused: [refused[0]], by: "other")
        try expectEqual(try await journal.state().deadLetters, 3, "the dead letters with another sink's")
        try await journal.close()
    }

    @Sendable private static func lettersListed(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open(.init(count: 5, whenFull: .dropOldest))
        try await journal.attach(sinks: ["sink"])
        _ = try await journal.commit(.numbered(1...5), checkpoint: nil, of: "one")
        _ = try await journal.commit(.numbered(6...8), checkpoint: nil, of: "one")
        let refused = [2, 5, 8].map { DeadLetter(sequence: $0, reason: "no \($0)") }
        try await journal.acknowledge(through: 8, refused: refused, by: "sink")
        let letters = try await journal.deadLetters(after: 0, limit: 10)
        try expectEqual(letters.map(\.letter), refused, "the letters")
        try expectEqual(letters.map(\.sink), ["sink", "sink", "sink"], "the sinks of the letters")
        try expectEqual(
            letters.map(\.body), [nil, EncodedEvent.numbered(5).body, EncodedEvent.numbered(8).body],
            "the bodies: 2 was gone when it was refused")
        let first = try await journal.deadLetters(after: 0, limit: 2)
        try expectEqual(first, Array(letters.prefix(2)), "a page of two")
        try expectEqual(
            try await journal.deadLetters(after: first[1].number, limit: 2), [letters[2]], "the page after it")
        try await journal.removeDeadLetters([letters[1].number, 999])
        try expectEqual(
            try await journal.deadLetters(after: 0, limit: 10), [letters[0], letters[2]], "the letters that are left")
        try expectEqual(try await journal.state().deadLetters, 2, "the dead letters that are left")
        try await journal.close()
    }
}
