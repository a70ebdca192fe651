/// One named step of the schema: how a journal of the version before becomes one of this version.
///
/// Steps are only ever added. A journal notes each in its table `migrations`; a file with a step this program does not
/// know was written by a newer one and is refused.
struct SQLiteMigration: Sendable {
    /// From 1, without gaps.
    let number: Int64
    let name: String
    let sql: String
    /// What SQL alone cannot do, after it.
    var convert: (@Sendable (SQLiteConnection) throws(SQLiteError) -> Void)?

    /// Marks a file as a guestwatch journal, for file(1) and for ourselves: "gwJ1" in the header's application id.
    static let applicationID: Int64 = 0x6777_4A31

    /// All steps, in order.
    static let all = [entries, deadLetters, batches, collectorSources, idRuns]

    /// `total` is the bytes of all bodies from the history's beginning through this entry: with it the bytes held after
    /// any sequence are one subtraction, and neither opening nor committing counts anything. `trimmed_…` say where
    /// is held begins, so that sequences go on even when nothing is left.
    private static let entries = SQLiteMigration(
        number: 1, name: "entries, checkpoints and cursors",
        sql: """
            CREATE TABLE journal (
                instance TEXT NOT NULL, trimmed_through INTEGER NOT NULL, trimmed_total INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE sources (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
            CREATE TABLE types (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
            CREATE TABLE entries (
                sequence INTEGER PRIMARY KEY, source INTEGER NOT NULL, id TEXT NOT NULL, type INTEGER NOT NULL,
                severity INTEGER NOT NULL, stored_at INTEGER NOT NULL, total INTEGER NOT NULL, body BLOB NOT NULL
            ) STRICT;
            CREATE UNIQUE INDEX entries_by_id ON entries (source, id);
            CREATE TABLE checkpoints (
                collector TEXT PRIMARY KEY, version INTEGER NOT NULL, bytes BLOB NOT NULL, stored_at INTEGER NOT NULL
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE cursors (sink TEXT PRIMARY KEY, sequence INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            """)

    /// A dead letter keeps its body, so that it outlives its entry. `total` as in `entries`.
    private static let deadLetters = SQLiteMigration(
        number: 2, name: "dead letters",
        sql: """
            CREATE TABLE dead_letters (
                number INTEGER PRIMARY KEY AUTOINCREMENT, sink TEXT NOT NULL, sequence INTEGER NOT NULL,
                reason TEXT NOT NULL, stored_at INTEGER NOT NULL, total INTEGER NOT NULL, body BLOB
            ) STRICT;
            CREATE UNIQUE INDEX dead_letters_by_sequence ON dead_letters (sink, sequence);
            """)

    /// Entries of a commit become one compressed row (see `BatchBuilder`): the file is a tenth as large, and a commit
    /// costs half the processor time. `total` as in `entries`; `sizes` are the bytes of each body.
    private static let batches = SQLiteMigration(
        number: 3, name: "batches",
        sql: """
            CREATE TABLE batches (
                first INTEGER PRIMARY KEY, last INTEGER NOT NULL, stored_at INTEGER NOT NULL, total INTEGER NOT NULL,
                sizes BLOB NOT NULL, content BLOB NOT NULL
            ) STRICT;
            CREATE TABLE ids (
                source INTEGER NOT NULL, id TEXT NOT NULL, sequence INTEGER NOT NULL, PRIMARY KEY (source, id)
            ) STRICT, WITHOUT ROWID;
            INSERT INTO ids SELECT source, id, sequence FROM entries;
            \(runs);
            """,
        convert: { connection throws(SQLiteError) in
            let table = try EntryTable(connection)
            let query = try connection.prepare(
                "SELECT sequence, source, id, type, severity, stored_at, total, body FROM entries ORDER BY sequence")
            while try query.next() {
                try table.convert(
                    sequence: UInt64(clamping: query.integer(0)), id: query.text(2),
                    BatchContent.Head(
                        type: query.integer(3), rank: Int(query.integer(4)), source: query.integer(1)),
                    storedAt: query.integer(5), total: Int(query.integer(6)), body: query.bytes(7))
            }
            try table.flush()
            try connection.execute("DROP TABLE entries")
        })

    /// Which sources a collector's events are of: entries say only the source. Of what was committed before this step
    /// it is known again once the collector commits an event.
    private static let collectorSources = SQLiteMigration(
        number: 4, name: "sources of collectors",
        sql: """
            CREATE TABLE collector_sources (
                collector TEXT NOT NULL, source TEXT NOT NULL, PRIMARY KEY (collector, source)
            ) STRICT, WITHOUT ROWID;
            """)

    /// Ids of one text and rising numbers, as files' lines have them, share a row: two bytes each instead of fifty.
    /// Those that are there stay as they are.
    private static let idRuns = SQLiteMigration(number: 5, name: "runs of ids", sql: "\(runs)")

    /// Made by the step before where that converts entries.
    private static let runs = """
        CREATE TABLE IF NOT EXISTS id_runs (
            source INTEGER NOT NULL, prefix TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
            sequence INTEGER NOT NULL, through INTEGER NOT NULL, steps BLOB NOT NULL,
            PRIMARY KEY (source, prefix, first)
        ) STRICT, WITHOUT ROWID
        """
}
