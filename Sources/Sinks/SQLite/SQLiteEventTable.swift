/// The table of a `sqlite` sink, and the statements that fill it. `Docs/Sinks.md` tells its readers what is in it.
package enum SQLiteEventTable {
    /// Marks the file as one of ours: "gwev".
    static let application: Int64 = 0x6777_6576

    /// What each version adds to the one before it; the file's `user_version` counts them. A version once published is
    /// never changed.
    package static let migrations = [
        """
        CREATE TABLE events (
            number INTEGER PRIMARY KEY,
            time TEXT NOT NULL,
            source TEXT NOT NULL,
            id TEXT NOT NULL,
            journal TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            type TEXT NOT NULL,
            severity TEXT NOT NULL,
            subject TEXT,
            guest_name TEXT,
            guest_host TEXT,
            event TEXT NOT NULL,
            UNIQUE (source, id)
        ) STRICT;
        CREATE INDEX events_time ON events (time);
        CREATE INDEX events_subject ON events (subject, time);
        """
    ]

    /// Readers do not wait for the writer, nor it for them; a commit is on the disk when it returns.
    package static let settings = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA journal_size_limit = 67108864;
        """

    package static let insert = """
        INSERT INTO events
        (time, source, id, journal, sequence, type, severity, subject, guest_name, guest_host, event)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (source, id) DO NOTHING
        """

    /// Removes what came before the last `?1`.
    static let trimCount = "DELETE FROM events WHERE number <= (SELECT max(number) FROM events) - ?1"

    /// Removes what happened before `?1`, at most `?2` at once.
    static let trimAge = """
        DELETE FROM events WHERE number IN (SELECT number FROM events WHERE time < ?1 ORDER BY time LIMIT ?2)
        """
}
