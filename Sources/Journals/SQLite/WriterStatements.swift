/// The statements of the journal's writer, prepared once.
final class WriterStatements {
    let begin, commit: SQLiteStatement
    let entry, checkpoint, cursor: SQLiteStatement
    let deadLetter, trimDeadLetters, deadLetterRemoval: SQLiteStatement
    let oldest, total, removal, trimmed: SQLiteStatement
    let sources, types: InternedNames

    /// Prepares them all: the schema must be there.
    init(_ connection: SQLiteConnection) throws(SQLiteError) {
        begin = try connection.prepare("BEGIN IMMEDIATE")
        commit = try connection.prepare("COMMIT")
        sources = try InternedNames(table: "sources", connection: connection)
        types = try InternedNames(table: "types", connection: connection)
        entry = try connection.prepare(
            """
            INSERT INTO entries (sequence, source, id, type, severity, stored_at, total, body)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (source, id) DO NOTHING
            """)
        checkpoint = try connection.prepare(
            """
            INSERT INTO checkpoints (collector, version, bytes, stored_at) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (collector) DO UPDATE
            SET version = excluded.version, bytes = excluded.bytes, stored_at = excluded.stored_at
            """)
        cursor = try connection.prepare(
            """
            INSERT INTO cursors (sink, sequence) VALUES (?1, ?2) ON CONFLICT (sink)
            DO UPDATE SET sequence = max(sequence, excluded.sequence)
            """)
        deadLetter = try connection.prepare(
            """
            INSERT OR REPLACE INTO dead_letters (sink, sequence, reason, stored_at, total, body)
            SELECT ?1, ?2, ?3, ?4,
                coalesce((SELECT total FROM dead_letters ORDER BY number DESC LIMIT 1), 0)
                    + coalesce(length(body), 0), body
            FROM (SELECT (SELECT body FROM entries WHERE sequence = ?2) AS body)
            """)
        trimDeadLetters = try connection.prepare(
            """
            DELETE FROM dead_letters
            WHERE number <= (SELECT max(number) FROM dead_letters) - \(JournalLimits.deadLetters) OR total <=
                (SELECT total FROM dead_letters ORDER BY number DESC LIMIT 1) - \(JournalLimits.deadLetterBytes)
            """)
        deadLetterRemoval = try connection.prepare("DELETE FROM dead_letters WHERE number = ?1")
        oldest = try connection.prepare(
            "SELECT sequence, total, stored_at FROM entries WHERE sequence > ?1 ORDER BY sequence")
        total = try connection.prepare("SELECT total FROM entries WHERE sequence = ?1")
        removal = try connection.prepare("DELETE FROM entries WHERE sequence <= ?1")
        trimmed = try connection.prepare("UPDATE journal SET trimmed_through = ?1, trimmed_total = ?2")
    }
}
