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
        // Five rows of ten entries.
        for start in stride(from: 1, to: 50, by: 10) {
            _ = try await journal.commit(
                .test(start..<start + 10), checkpoint: .init(version: 2, bytes: [5]), of: "vc1")
        }
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
            ("DELETE FROM batches WHERE first = 21", "entry 31 follows entry 20"),
            ("DELETE FROM batches WHERE first = 1", "entry 11 follows entry 0"),
            ("UPDATE batches SET total = total + 1 WHERE last = 50", "entry 50: the bytes counted do not add up"),
            ("UPDATE batches SET last = 19 WHERE first = 11", "entries 11 to 19: they cannot be read back"),
            ("UPDATE batches SET sizes = x'80' WHERE first = 11", "entries 11 to 20: they cannot be read back"),
            ("UPDATE batches SET content = x'0102' WHERE first = 11", "entries 11 to 20: they cannot be read back"),
            ("DELETE FROM types", "entry 1: its type has no name"),
            ("DELETE FROM sources", "entry 1: its source has no name"),
            ("UPDATE id_runs SET sequence = 2 WHERE first = 1", "entry 1: its id is not known as its own"),
            ("UPDATE id_runs SET steps = x'0200' WHERE first = 1", "entry 1: its id is not known as its own"),
            ("DELETE FROM id_runs WHERE first = 11", "entry 11: its id is not known as its own"),
            ("INSERT INTO ids VALUES (7, 'more', 51)", "50 entries are held, but 51 ids"),
            ("UPDATE cursors SET sequence = 51", "the cursor of sink \"archive\", 51, is beyond the head, 50"),
            (
                "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'sqlite_autoindex_types_1'",
                "SQLite: "
            ),
        ])
    func findings(sql: String, expected: String) async throws {
        try await open().close()
        try runSQL(sql, in: path)
        let findings = try SQLiteJournalReader(path: path).check()
        #expect(findings.contains { $0.hasPrefix(expected) }, "\(findings)")
    }

    @Test("check reads what every entry says", arguments: [(#"{"a":"#, "is no JSON:"), ("[]", "is no JSON object")])
    func bodies(body: String, expected: String) async throws {
        let journal = try await open()
        let event = EncodedEvent(
            source: "test://one", id: "bad", type: "vm.other", severity: .info, body: Array(body.utf8)[...])
        _ = try await journal.commit([.test(51), event], checkpoint: nil, of: "vc1")
        try await journal.close()
        let findings = try SQLiteJournalReader(path: path).check()
        #expect(findings.count == 1 && findings[0].hasPrefix("entry 52: its body \(expected)"), "\(findings)")
    }

    @Test("entries the disk has damaged are told of in their places; the others are read (B20)")
    func damaged() async throws {
        try await open().close()
        try runSQL("UPDATE batches SET content = zeroblob(length(content)) WHERE first = 21", in: path)
        let journal = try await SQLiteJournal(.init(path: path), policy: .init(), clock: .frozen)
        let entries = try await journal.read(after: 0, limit: .init()).entries
        #expect(entries.map(\.sequence) == Array(1...50))
        #expect(entries.filter { $0.type == "agent.entry-damaged" }.map(\.sequence) == Array(21...30))
        #expect(entries[30].body == EncodedEvent.test(31).body[...])
        #expect(try EventDecoder.decode(entries[20].body).event.id == "agent.entry-damaged/\(journal.instance)/21")
        // Retention lets go of them as of others, and what was damaged may come again.
        _ = try await journal.setPolicy(.init(count: 15))
        #expect(try await journal.state().lowest == 36)
        #expect(try await journal.commit([.test(25), .test(40)], checkpoint: nil, of: "vc1").repeated == 1)
        try await journal.close()
        #expect(try SQLiteJournalReader(path: path).check() == [])
    }

    @Test("check gives a bounded number of findings, and tells its progress")
    func boundedFindings() async throws {
        let journal = try await SQLiteJournal(.init(path: path), policy: .init(), clock: .frozen)
        _ = try await journal.commit(.test(1...3000), checkpoint: nil, of: "vc1")
        try await journal.close()
        var told: [Int] = []
        _ = try SQLiteJournalReader(path: path).check { done, _ in told.append(done) }
        #expect(told == [1000, 2000, 3000])
        try runSQL("DELETE FROM types", in: path)
        let findings = try SQLiteJournalReader(path: path).check()
        #expect(findings.count == SQLiteJournalReader.maximumFindings + 1)
    }
}
