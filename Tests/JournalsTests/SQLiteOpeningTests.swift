import AgentCore
import EventModel
import Foundation
import Testing

@testable import Journals

@Suite struct SQLiteOpeningTests {
    let folder = TemporaryFolder()
    var path: String { "\(folder.path)/journal.db" }

    private func open(_ path: String? = nil) async throws -> SQLiteJournal {
        try await SQLiteJournal(.init(path: path ?? self.path), policy: .init(), clock: .frozen)
    }

    private func refusal(_ path: String? = nil) async -> String {
        let error = await journalError { try await open(path).close() }
        guard case .unusable(let reason) = error else { return "not refused: \(String(describing: error))" }
        return reason
    }

    @Test("a new journal is readable by its owner and group only")
    func mode() async throws {
        let journal = try await open()
        _ = try await journal.commit([.test(1)], checkpoint: nil, of: "one")
        for suffix in ["", "-wal", ".lock"] {
            let mode = try FileManager.default.attributesOfItem(atPath: path + suffix)[.posixPermissions] as? Int
            #expect((mode ?? 0o777) & ~0o640 == 0, "journal.db\(suffix)")
        }
        try await journal.close()
    }

    @Test("the folder of the journal is made, but not a path of missing folders")
    func makesFolder() async throws {
        try await open("\(folder.path)/new/journal.db").close()
        #expect(await refusal("\(folder.path)/mnt/missing/journal.db").contains("cannot make the folder"))
    }

    @Test("what cannot be a journal's path is refused with the reason")
    func badPaths() async throws {
        try Data("x".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/file"))
        #expect(await refusal("\(folder.path)/file/journal.db").contains("Not a directory"))
        try FileManager.default.createDirectory(atPath: "\(folder.path)/dir.db", withIntermediateDirectories: false)
        #expect(await refusal("\(folder.path)/dir.db").contains("Is a directory"))
    }

    @Test("a file that is no database is refused and left as it is")
    func notADatabase() async throws {
        let content =
            Data("this is somebody's text file, longer than a header of a database would be\n".utf8) + Data(count: 9000)
        try content.write(to: URL(fileURLWithPath: path))
        #expect(await refusal().contains("is no journal"))
        #expect(FileManager.default.contents(atPath: path) == content)
    }

    @Test("another program's database is refused and left as it is")
    func otherDatabase() async throws {
        try runSQL("CREATE TABLE pictures (name TEXT)", in: path)
        let content = FileManager.default.contents(atPath: path)
        #expect(await refusal().contains("database of another program"))
        #expect(FileManager.default.contents(atPath: path) == content)
    }

    @Test("a journal of a newer guestwatch is refused, by agents and by readers")
    func newer() async throws {
        try await open().close()
        try runSQL("INSERT INTO migrations VALUES (99, 'from the future', 0)", in: path)
        #expect(await refusal().contains("has schema 99, which a newer guestwatch made"))
        #expect(throws: JournalError.self) { try SQLiteJournalReader(path: path) }
    }

    @Test("a truncated journal is refused as damaged", arguments: [9000, 20_000, 40_000])
    func truncated(length: UInt64) async throws {
        let journal = try await open()
        _ = try await journal.commit(.test(1...500, bytes: 1000), checkpoint: nil, of: "one")
        try await journal.close()
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.truncate(atOffset: length)
        try file.close()
        #expect(await refusal().contains("damaged"))
    }

    @Test("an empty file becomes a journal: a crash while making one leaves nothing to mend")
    func empty() async throws {
        #expect(FileManager.default.createFile(atPath: path, contents: Data()))
        let journal = try await open()
        #expect(journal.instance.count == 12)
        try await journal.close()
    }

    // MARK: One process

    @Test("a journal in use is refused, and free again when it is closed")
    func inUse() async throws {
        let journal = try await open()
        let reason = await refusal()
        #expect(reason.contains("is in use by another process (pid \(getpid()))"), "\(reason)")
        _ = try await journal.commit([.test(1)], checkpoint: nil, of: "one")
        try await journal.close()
        try await open().close()
    }

    @Test("a journal dropped without closing is free again")
    func dropped() async throws {
        do {
            let journal = try await open()
            _ = try await journal.commit([.test(1)], checkpoint: nil, of: "one")
        }
        #expect(try await eventually { await journalError { try await open().close() } == nil })
    }

    @Test(
        "the lock of a process killed is gone",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/flock")))
    func killed() async throws {
        try await open().close()
        let other = Process()
        other.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        other.arguments = ["--no-fork", "--verbose", "\(path).lock", "sleep", "60"]
        other.standardOutput = FileHandle.nullDevice
        try other.run()
        defer { other.terminate() }
        #expect(try await eventually { await refusal().contains("is in use") })
        kill(other.processIdentifier, SIGKILL)
        other.waitUntilExit()
        try await open().close()
    }

    // MARK: Migrations

    @Test("a journal of an older version is migrated and keeps what it holds")
    func migrated() async throws {
        try runSQL(Self.versionOne, in: path)
        #expect(throws: JournalError.self) { try SQLiteJournalReader(path: path) }
        let journal = try await open()
        #expect(journal.instance == "abcdefghijkl")
        #expect(try await journal.read(after: 0, limit: .init()).entries.map(\.sequence) == [7, 8])
        #expect(try await journal.read(after: 7, limit: .init()).entries.first?.type == "vm.powered-on")
        #expect(try await journal.checkpoint(of: "vc1") == Checkpoint(version: 2, bytes: [1, 2]))
        #expect(try await journal.state().bytes == 6)
        let commit = try await journal.commit([.test(1), .test(9)], checkpoint: nil, of: "vc1")
        #expect(commit == Commit(sequences: 9...9, repeated: 1))
        try await journal.attach(sinks: ["archive"])
        try await journal.acknowledge(through: 8, refused: [.init(sequence: 8, reason: "no")], by: "archive")
        #expect(try await journal.state().deadLetters == 1)
        try await journal.close()
        #expect(try SQLiteJournalReader(path: path).check() == [])
    }

    @Test("a migration that fails leaves the file at the version it had")
    func failedMigration() throws {
        try runSQL(Self.versionOne, in: path)
        let bad = SQLiteMigration(number: 2, name: "bad", sql: "CREATE TABLE more (x); CREATE TABLE entries (x)")
        let connection = try SQLiteConnection(path: path, access: .readWrite)
        let schema = SQLiteSchema(path: path, migrations: [SQLiteMigration.all[0], bad])
        #expect(throws: JournalError.self) { try schema.prepare(connection, instance: "x", at: 0) }
        #expect(try schema.version(of: connection) == 1)
        #expect(try connection.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'more'") == 0)
    }

    @Test("migrations count from 1 without gaps")
    func migrationNumbers() {
        #expect(SQLiteMigration.all.map(\.number) == Array(1...Int64(SQLiteMigration.all.count)))
    }

    /// A file as the first version left it, written out so that no later change of the program changes it.
    private static let versionOne = """
        PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA application_id = 1735871025;
        CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT;
        INSERT INTO migrations VALUES (1, 'entries, checkpoints and cursors', 1760000000000);
        CREATE TABLE journal (
            instance TEXT NOT NULL, trimmed_through INTEGER NOT NULL, trimmed_total INTEGER NOT NULL) STRICT;
        INSERT INTO journal VALUES ('abcdefghijkl', 6, 600);
        CREATE TABLE sources (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        INSERT INTO sources VALUES (1, 'test://one');
        CREATE TABLE types (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        INSERT INTO types VALUES (1, 'vm.powered-on');
        CREATE TABLE entries (
            sequence INTEGER PRIMARY KEY, source INTEGER NOT NULL, id TEXT NOT NULL, type INTEGER NOT NULL,
            severity INTEGER NOT NULL, stored_at INTEGER NOT NULL, total INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
        CREATE UNIQUE INDEX entries_by_id ON entries (source, id);
        INSERT INTO entries VALUES (7, 1, 'event/0', 1, 1, 1760000000000, 602, CAST('{}' AS BLOB));
        INSERT INTO entries VALUES (8, 1, 'event/1', 1, 5, 1760000000000, 606, CAST('{  }' AS BLOB));
        CREATE TABLE checkpoints (
            collector TEXT PRIMARY KEY, version INTEGER NOT NULL, bytes BLOB NOT NULL, stored_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO checkpoints VALUES ('vc1', 2, x'0102', 1760000000000);
        CREATE TABLE cursors (sink TEXT PRIMARY KEY, sequence INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        INSERT INTO cursors VALUES ('archive', 7);
        """
}
