import AgentCore
import EventModel
import Testing

@testable import Journals

@Suite struct SQLiteJournalReaderTests {
    let folder = TemporaryFolder()
    var path: String { "\(folder.path)/journal.db" }

    private func open() async throws -> SQLiteJournal {
        let journal = try await SQLiteJournal(.init(path: path), policy: .init(), clock: .frozen)
        try await journal.attach(sinks: ["archive"])
        _ = try await journal.commit(.test(1...50), checkpoint: .init(version: 2, bytes: [5]), of: "vc1")
        try await journal.acknowledge(through: 40, refused: [.init(sequence: 7, reason: "too large")], by: "archive")
        return journal
    }

    @Test("an open journal can be looked at, and goes on meanwhile")
    func whileOpen() async throws {
        let journal = try await open()
        let reader = try SQLiteJournalReader(path: path)
        #expect(reader.instance == journal.instance)
        #expect(try await journal.state() == reader.state())
        #expect(try reader.checkpoints() == ["vc1": Checkpoint(version: 2, bytes: [5])])
        #expect(
            try await reader.read(after: 10, limit: .init(entries: 5))
                == journal.read(after: 10, limit: .init(entries: 5)))
        let letter = try reader.deadLetters().first
        #expect(letter?.sink == "archive" && letter?.letter == DeadLetter(sequence: 7, reason: "too large"))
        #expect(letter?.body == EncodedEvent.test(7).body)
        #expect(try reader.check() == [])
        _ = try await journal.commit([.test(51)], checkpoint: nil, of: "vc1")
        #expect(try reader.read(after: 50, limit: .init()).entries.map(\.sequence) == [51])
        try await journal.close()
        #expect(try reader.state().head == 51)
    }

    @Test("a missing journal is said to be missing, and not made")
    func missing() {
        #expect(throws: JournalError.self) { try SQLiteJournalReader(path: path) }
        #expect(throws: JournalError.self) { try SQLiteJournalReader(path: path) }
    }

    @Test(
        "check finds what is wrong",
        arguments: [
            ("DELETE FROM entries WHERE sequence = 20", "entry 21 follows entry 19"),
            ("DELETE FROM entries WHERE sequence <= 3", "entry 4 follows entry 0"),
            ("UPDATE entries SET body = CAST('{\"a\":' AS BLOB) WHERE sequence = 9", "entry 9: its body is no JSON"),
            ("UPDATE entries SET body = CAST('[]' AS BLOB) WHERE sequence = 9", "entry 9: its body is no JSON object"),
            ("UPDATE entries SET total = total + 1 WHERE sequence = 50", "entry 50: the bytes counted do not add up"),
            ("UPDATE entries SET severity = 9 WHERE sequence = 50", "entry 50: no severity has its rank"),
            ("UPDATE entries SET type = 77 WHERE sequence = 50", "entry 50: its type has no name"),
            ("UPDATE entries SET source = 77 WHERE sequence = 50", "entry 50: its source has no name"),
            ("UPDATE cursors SET sequence = 51", "the cursor of sink \"archive\", 51, is beyond the head, 50"),
            (
                "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'entries_by_id'", "SQLite: "
            ),
        ])
    func findings(sql: String, expected: String) async throws {
        try await open().close()
        try runSQL(sql, in: path)
        let findings = try SQLiteJournalReader(path: path).check()
        #expect(findings.contains { $0.hasPrefix(expected) }, "\(findings)")
    }

    @Test("check gives a bounded number of findings, and tells its progress")
    func boundedFindings() async throws {
        let journal = try await SQLiteJournal(.init(path: path), policy: .init(), clock: .frozen)
        _ = try await journal.commit(.test(1...3000), checkpoint: nil, of: "vc1")
        try await journal.close()
        var told: [Int] = []
        _ = try SQLiteJournalReader(path: path).check { done, _ in told.append(done) }
        #expect(told == [1000, 2000, 3000])
        try runSQL("UPDATE entries SET severity = 9", in: path)
        let findings = try SQLiteJournalReader(path: path).check()
        #expect(findings.count == SQLiteJournalReader.maximumFindings + 1)
    }
}
