/// The statements of the journal's writer, prepared once.
final class WriterStatements {
    let begin, commit: SQLiteStatement
    let checkpoint, source, cursor: SQLiteStatement
    let deadLetter, trimDeadLetters, deadLetterRemoval: SQLiteStatement

    /// Prepares them all: the schema must be there.
    init(_ connection: SQLiteConnection) throws(SQLiteError) {
        begin = try connection.prepare("BEGIN IMMEDIATE")
        commit = try connection.prepare("COMMIT")
        checkpoint = try connection.prepare(
            """
            INSERT INTO checkpoints (collector, version, bytes, stored_at) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (collector) DO UPDATE
            SET version = excluded.version, bytes = excluded.bytes, stored_at = excluded.stored_at
            """)
        source = try connection.prepare(
            "INSERT OR IGNORE INTO collector_sources (collector, source) VALUES (?1, ?2)")
        cursor = try connection.prepare(
            """
            INSERT INTO cursors (sink, sequence) VALUES (?1, ?2) ON CONFLICT (sink)
            DO UPDATE SET sequence = max(sequence, excluded.sequence)
            """)
        deadLetter = try connection.prepare(
            """
            INSERT OR REPLACE INTO dead_letters (sink, sequence, reason, stored_at, total, body)
            VALUES (?1, ?2, ?3, ?4, ?5 + coalesce((SELECT total FROM dead_letters ORDER BY number DESC LIMIT 1), 0), ?6)
            """)
        trimDeadLetters = try connection.prepare(
            """
            DELETE FROM dead_letters
            WHERE number <= (SELECT max(number) FROM dead_letters) - \(JournalLimits.deadLetters) OR total <=
                (SELECT total FROM dead_letters ORDER BY number DESC LIMIT 1) - \(JournalLimits.deadLetterBytes)
            """)
        deadLetterRemoval = try connection.prepare("DELETE FROM dead_letters WHERE number = ?1")
    }
}
