#if PostgreSQL
    /// The statements that make and use the tables of a `postgres` sink, within one schema of the database.
    package struct PostgresSchema: Sendable, Hashable {
        static let partitionPrefix = "events_"
        /// The advisory locks of all our sinks begin with it: "gwev".
        private static let lockClass = 0x6777_6576
        /// How long upkeep waits for readers of the table; others who want to read it wait as long behind it.
        private static let lockTimeout = "1s"

        /// The schema's name: letters, digits and `_`.
        package let name: String

        package init(name: String) {
            self.name = name
        }

        /// A table of the schema, quoted.
        func table(_ table: String) -> String { "\"\(name)\".\"\(table)\"" }

        // MARK: Versions

        /// What each version adds to the one before it. A version once published is never changed.
        var migrations: [String] {
            [
                """
                CREATE TABLE \(table("events")) (
                    time timestamptz NOT NULL,
                    source text COLLATE "C" NOT NULL,
                    id text COLLATE "C" NOT NULL,
                    journal text COLLATE "C" NOT NULL,
                    sequence bigint NOT NULL,
                    type text COLLATE "C" NOT NULL,
                    severity text COLLATE "C" NOT NULL,
                    subject text COLLATE "C",
                    guest_name text,
                    guest_host text,
                    event jsonb NOT NULL,
                    PRIMARY KEY (source, id, time)
                ) PARTITION BY RANGE (time);
                CREATE INDEX events_subject ON \(table("events")) (subject, time);
                CREATE INDEX events_sequence ON \(table("events")) (journal, sequence);
                CREATE TABLE \(table("events_other")) PARTITION OF \(table("events")) DEFAULT;
                COMMENT ON TABLE \(table("events")) IS 'What happened to guests';
                """
            ]
        }

        /// Gives the number of the newest version applied; no row, or an error of class 42, before the first.
        var readVersion: String { "SELECT max(version) FROM \(table("schema_version"))" }

        /// Before `readVersion` is asked within a migration: whoever comes second waits here. Gives a row when there is
        /// the schema.
        var beginMigration: String {
            """
            BEGIN;
            SELECT pg_advisory_xact_lock(\(Self.lockClass), hashtext('\(name)'));
            SELECT 1 FROM pg_namespace WHERE nspname = '\(name)';
            """
        }

        /// Only where there is none: even IF NOT EXISTS wants the right to make one.
        var makeSchema: String { "CREATE SCHEMA \"\(name)\"" }

        /// Makes the table of versions.
        var makeVersions: String {
            """
            CREATE TABLE IF NOT EXISTS \(table("schema_version")) (
                version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());
            """
        }

        /// Notes a version as applied.
        func noteVersion(_ version: Int) -> String {
            "INSERT INTO \(table("schema_version")) (version) VALUES (\(version))"
        }

        // MARK: Deliveries

        /// Where a batch is copied to before it is inserted: on this connection alone, empty after each transaction.
        package var makeStaging: String {
            """
            CREATE TEMPORARY TABLE guestwatch_batch (
                time timestamptz, source text, id text, journal text, sequence bigint, type text, severity text,
                subject text, guest_name text, guest_host text, event jsonb
            ) ON COMMIT DELETE ROWS
            """
        }

        package static let copy = "COPY pg_temp.guestwatch_batch FROM STDIN (FORMAT binary)"

        /// What is there already stays as it is.
        package var insert: String {
            """
            INSERT INTO \(table("events")) SELECT * FROM pg_temp.guestwatch_batch
            ON CONFLICT (source, id, time) DO NOTHING
            """
        }

        // MARK: Partitions

        /// Gives the names of the partitions of days, the oldest first.
        var listPartitions: String {
            """
            SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = '\(table("events"))'::regclass AND c.relname ~ '^\(Self.partitionPrefix)[0-9]{8}$'
            ORDER BY c.relname
            """
        }

        /// Begins a transaction for one change of partitions: one at a time, and none that waits long.
        var beginUpkeep: String {
            """
            BEGIN;
            SET LOCAL lock_timeout = '\(Self.lockTimeout)';
            SELECT pg_advisory_xact_lock(\(Self.lockClass), hashtext('\(name)'));
            """
        }

        /// Makes the partition of a day, with the rows of that day that had to wait in `events_other`; and commits.
        ///
        /// The partition is attached, not created in place, because that lets others read and write the table
        /// meanwhile.
        func makePartition(_ day: PostgresDay) -> String {
            let (part, other) = (table(day.partition), table("events_other"))
            let (first, end) = ("'\(day.text)T00:00:00Z'", "'\(day.next.text)T00:00:00Z'")
            return """
                LOCK TABLE \(other) IN ACCESS EXCLUSIVE MODE;
                CREATE TABLE \(part) (LIKE \(table("events")) INCLUDING DEFAULTS INCLUDING CONSTRAINTS);
                WITH moved AS (DELETE FROM \(other) WHERE time >= \(first) AND time < \(end) RETURNING *)
                INSERT INTO \(part) SELECT * FROM moved;
                ALTER TABLE \(table("events")) ATTACH PARTITION \(part) FOR VALUES FROM (\(first)) TO (\(end));
                COMMIT;
                """
        }

        /// Drops a day that retention lets go; and commits.
        func dropPartition(_ name: String) -> String {
            "DROP TABLE IF EXISTS \(table(name)); COMMIT;"
        }

        /// Removes rows before that day from where no partition of a day was.
        func trimOthers(before day: PostgresDay) -> String {
            "DELETE FROM \(table("events_other")) WHERE time < '\(day.text)T00:00:00Z'"
        }
    }
#endif
