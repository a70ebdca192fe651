/// Finds ids in the table `id_runs`. Of one source and prefix no two runs overlap: each begins behind all that were
/// there.
final class IDRunSearch {
    private let find: SQLiteStatement
    /// The run found last: ids are asked for one after another.
    private var latest: IDRun?

    /// Prepares its statement: the schema must be there.
    init(_ connection: SQLiteConnection) throws(SQLiteError) {
        find = try connection.prepare(
            """
            SELECT first, sequence, steps FROM id_runs WHERE source = ?1 AND prefix = ?2 AND first <= ?3
            ORDER BY first DESC LIMIT 1
            """)
    }

    /// The run in which a number lies, or might; nil when there is none.
    func run(around number: Int64, source: Int64, prefix: some Collection<UInt8>) throws(SQLiteError) -> IDRun? {
        if let latest, latest.source == source, (latest.first...latest.last).contains(number),
            latest.prefix.elementsEqual(prefix)
        {
            return latest
        }
        let prefix = Array(prefix)
        find.bind(source, at: 1)
        try find.bind(text: prefix, at: 2)
        find.bind(number, at: 3)
        guard try find.next() else { return nil }
        defer { find.reset() }
        guard let numbers = IDRun.numbers(from: find.integer(0), find.bytes(2)) else { return nil }
        latest = IDRun(
            source: source, prefix: prefix, numbers: numbers, sequence: UInt64(clamping: find.integer(1)))
        return latest
    }

    /// The sequence of an id; nil when no run has it.
    func sequence(of id: String, source: Int64) throws(SQLiteError) -> UInt64? {
        guard let (start, number) = NumberedID.split(id) else { return nil }
        return try run(around: number, source: source, prefix: id.utf8.prefix(start))?.sequence(of: number)
    }

    /// Forgets what it read: it may be gone, or was never committed.
    func forget() {
        latest = nil
    }
}
