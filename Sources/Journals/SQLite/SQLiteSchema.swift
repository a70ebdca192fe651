import AgentCore

/// Brings a file to the schema of this program, or says why it cannot.
struct SQLiteSchema {
    let path: String
    /// The steps this program knows; fewer only in tests.
    var migrations = SQLiteMigration.all

    /// Makes the schema where there is none, and runs the steps that are missing, all in one transaction. `instance`
    /// names the history if it begins here.
    func prepare(_ connection: SQLiteConnection, instance: String, at storedAt: Int64) throws(JournalError) {
        let version = try version(of: connection)
        let mode = try opening { () throws(SQLiteError) in try connection.text("PRAGMA journal_mode = WAL") }
        guard mode == "wal" else {
            throw .unusable("the journal \"\(path)\" cannot have a write-ahead log here; put it on a local file system")
        }
        try opening { () throws(SQLiteError) in
            guard version < migrations.count else { return }
            try connection.execute("BEGIN IMMEDIATE")
            do throws(SQLiteError) {
                try migrate(connection, from: version, instance: instance, at: storedAt)
                try connection.execute("COMMIT")
            } catch {
                if connection.isInTransaction { try? connection.execute("ROLLBACK") }
                throw error
            }
        }
    }

    /// The version of a file's schema; 0 for an empty file. Throws for files that are no journals of ours, and for
    /// newer ones.
    func version(of connection: SQLiteConnection) throws(JournalError) -> Int {
        let (tables, application) = try opening { () throws(SQLiteError) in
            (
                try connection.integer("SELECT count(*) FROM sqlite_schema"),
                try connection.integer("PRAGMA application_id")
            )
        }
        if tables == 0, application == 0 { return 0 }
        guard application == SQLiteMigration.applicationID else {
            throw .unusable(
                "\"\(path)\" is a database of another program, not a guestwatch journal; give \"path\" another file")
        }
        let version = try opening { () throws(SQLiteError) in
            Int(try connection.integer("SELECT max(number) FROM migrations") ?? 0)
        }
        guard version <= migrations.count else {
            throw .unusable(
                "the journal \"\(path)\" has schema \(version), which a newer guestwatch made; this one knows schema "
                    + "\(migrations.count) at most: run the newer one, or give \"path\" another file")
        }
        return version
    }

    private func migrate(
        _ connection: SQLiteConnection, from version: Int, instance: String, at storedAt: Int64
    ) throws(SQLiteError) {
        if version == 0 {
            try connection.execute(
                """
                PRAGMA application_id = \(SQLiteMigration.applicationID);
                CREATE TABLE migrations (
                    number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL
                ) STRICT;
                """)
        }
        let note = try connection.prepare("INSERT INTO migrations VALUES (?1, ?2, ?3)")
        for migration in migrations[version...] {
            try connection.execute(migration.sql)
            try migration.convert?(connection)
            note.bind(migration.number, at: 1)
            try note.bind(migration.name, at: 2)
            note.bind(storedAt, at: 3)
            try note.run()
        }
        if version == 0 {
            let begin = try connection.prepare("INSERT INTO journal VALUES (?1, 0, 0)")
            try begin.bind(instance, at: 1)
            try begin.run()
        }
    }

    private func opening<Value>(_ body: () throws(SQLiteError) -> Value) throws(JournalError) -> Value {
        do {
            return try body()
        } catch {
            throw error.journalError("open the journal \"\(path)\"")
        }
    }
}

extension JournalError {
    /// The same, for an opening: what stands in the way there, a person must mend.
    var unusable: JournalError {
        if case .unwritable(let reason) = self { .unusable(reason) } else { self }
    }
}
