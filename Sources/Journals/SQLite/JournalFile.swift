import AgentCore
import EventModel

/// The journal's file as its only writer sees it: prepared statements and the numbers they keep. Every change goes
/// through `transaction`.
final class JournalFile {
    let path: String
    let instance: String
    /// The last checkpoint of each collector.
    private(set) var checkpoints: [String: Checkpoint]
    /// The sources of each collector's events.
    private(set) var sources: KnownSources
    /// The cursors as they were when the file was opened.
    private(set) var cursors: [String: UInt64]
    /// Dead letters kept.
    private(set) var deadLetters: Int

    private let connection: SQLiteConnection
    private let statements: WriterStatements
    private let entries: EntryTable

    /// What is held, changes of an open transaction included.
    var holding: Holding { entries.holding }

    /// Opens the file, making or migrating its schema first.
    init(_ configuration: SQLiteJournal.Configuration, ahead: RowsAhead, now: Timestamp) throws(JournalError) {
        path = configuration.path
        let attempt = "open the journal \"\(path)\""
        do {
            connection = try SQLiteConnection(path: path, access: .readWrite)
        } catch {
            throw error.journalError(attempt).unusable
        }
        do {
            try SQLiteSchema(path: path)
                .prepare(connection, instance: JournalInstance.random(), at: now.milliseconds)
        } catch {
            throw error.unusable
        }
        do {
            try connection.execute(Self.settings(configuration.synchronous))
            // What a killed agent left in the log may not be on the disk, and nobody may hear of it before it is: a
            // power failure would take it, and its sequences would be given to other events.
            try connection.execute("PRAGMA wal_checkpoint")
            if let pages = configuration.maximumPages { try connection.execute("PRAGMA max_page_count = \(pages)") }
            statements = try WriterStatements(connection)
            instance = try connection.text("SELECT instance FROM journal") ?? ""
            entries = try EntryTable(connection, ahead: ahead)
            checkpoints = try connection.checkpoints()
            sources = try connection.sources()
            cursors = try connection.cursors()
            deadLetters = Int(try connection.integer("SELECT count(*) FROM dead_letters") ?? 0)
        } catch {
            throw error.journalError(attempt).unusable
        }
    }

    /// A cache of 1 MiB holds the pages of a large batch. The log is copied into the database every 8 MiB; it is cut
    /// back only if a very large transaction let it grow to twice that: writing over what is there forces no news of
    /// the file's length to the disk.
    private static func settings(_ synchronous: SQLiteJournal.Configuration.Synchronous) -> String {
        """
        PRAGMA synchronous = \(synchronous.rawValue); PRAGMA cache_size = -1024; PRAGMA wal_autocheckpoint = 2048;
        PRAGMA journal_size_limit = 16777216; PRAGMA temp_store = MEMORY
        """
    }

    /// Runs `body` in one transaction: all of it is stored, or nothing, and the numbers here go back with it.
    func transaction<Value>(_ body: () throws(JournalError) -> Value) throws(JournalError) -> Value {
        let before = (checkpoints, sources, deadLetters)
        do {
            entries.begin()
            try writing { () throws(SQLiteError) in try statements.begin.run() }
            let value = try body()
            try writing { () throws(SQLiteError) in
                try entries.flush()
                try statements.commit.run()
            }
            entries.committed()
            return value
        } catch {
            if connection.isInTransaction { try? connection.execute("ROLLBACK") }
            (checkpoints, sources, deadLetters) = before
            entries.rollBack()
            throw error
        }
    }

    /// Stores the events that are news, and which sources they are of.
    func append(_ events: [EncodedEvent], of collector: String, at now: Timestamp) throws(JournalError) {
        try writing { () throws(SQLiteError) in
            try entries.append(events, at: now)
            for source in sources.take(events, of: collector) {
                try statements.source.bind(collector, at: 1)
                try statements.source.bind(source, at: 2)
                try statements.source.run()
            }
        }
    }

    /// Stores a checkpoint, if it is another than the last.
    func store(_ checkpoint: Checkpoint, of collector: String, at now: Timestamp) throws(JournalError) {
        guard checkpoints[collector] != checkpoint else { return }
        try writing { () throws(SQLiteError) in
            try statements.checkpoint.bind(collector, at: 1)
            statements.checkpoint.bind(Int64(checkpoint.version), at: 2)
            statements.checkpoint.bind(now.milliseconds, at: 4)
            try statements.checkpoint.run(lending: checkpoint.bytes, at: 3)
        }
        checkpoints[collector] = checkpoint
    }

    /// Stores a cursor; it never goes back.
    func store(cursor sequence: UInt64, of sink: String) throws(JournalError) {
        try writing { () throws(SQLiteError) in
            try statements.cursor.bind(sink, at: 1)
            statements.cursor.bind(Int64(sequence), at: 2)
            try statements.cursor.run()
        }
    }

    /// Keeps dead letters, with their bodies while the journal holds them, within the bounds of `JournalLimits`.
    func store(_ letters: [DeadLetter], of sink: String, at now: Timestamp) throws(JournalError) {
        try writing { () throws(SQLiteError) in
            for letter in letters {
                let body = try entries.body(of: letter.sequence)
                try statements.deadLetter.bind(sink, at: 1)
                statements.deadLetter.bind(Int64(clamping: letter.sequence), at: 2)
                try statements.deadLetter.bind(letter.reason, at: 3)
                statements.deadLetter.bind(now.milliseconds, at: 4)
                statements.deadLetter.bind(Int64(body?.count ?? 0), at: 5)
                if let body {
                    try statements.deadLetter.bind(body, at: 6)
                } else {
                    statements.deadLetter.bindNull(at: 6)
                }
                try statements.deadLetter.run()
            }
            try statements.trimDeadLetters.run()
            deadLetters = Int(try connection.integer("SELECT count(*) FROM dead_letters") ?? 0)
        }
    }

    /// Forgets dead letters.
    func removeDeadLetters(_ numbers: [UInt64]) throws(JournalError) {
        try writing { () throws(SQLiteError) in
            for number in numbers {
                statements.deadLetterRemoval.bind(Int64(clamping: number), at: 1)
                try statements.deadLetterRemoval.run()
                deadLetters -= connection.changes
            }
        }
    }

    /// Bytes of bodies held after `sequence`.
    func bytesHeld(after sequence: UInt64) throws(JournalError) -> Int {
        try writing { () throws(SQLiteError) in try entries.bytesHeld(after: sequence) }
    }

    /// As `EntryTable.remove`.
    func remove(
        through ceiling: UInt64, by retention: Retention, atMost slice: Int
    ) throws(JournalError) -> (removed: Range<UInt64>, isUnfinished: Bool) {
        try writing { () throws(SQLiteError) in
            try entries.remove(through: ceiling, by: retention, atMost: slice)
        }
    }

    private func writing<Value>(_ body: () throws(SQLiteError) -> Value) throws(JournalError) -> Value {
        do {
            return try body()
        } catch {
            throw error.journalError("write the journal \"\(path)\"")
        }
    }
}
