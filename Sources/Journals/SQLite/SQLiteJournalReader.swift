public import AgentCore
import EventModel

/// Looks into a journal's file without changing it, also while an agent writes it: for `journal show`, `check` and
/// `export`.
///
/// Every call sees one moment of the journal. It blocks on the disk and is used by one thread at a time.
public final class SQLiteJournalReader {
    public let path: String
    public let instance: String
    let connection: SQLiteConnection
    let batches: BatchReading
    private let lowest: SQLiteStatement
    private let head: SQLiteStatement
    private let typeName: SQLiteStatement
    private var types: [Int64: EventType] = [:]

    /// Opens the file. Throws `.unusable` for anything but a journal of this program's schema.
    public init(path: String) throws(JournalError) {
        self.path = path
        let attempt = "read the journal \"\(path)\""
        do {
            connection = try SQLiteConnection(path: path, access: .readOnly)
        } catch {
            // Descriptors or memory may be short for a while only: an agent's readers try again.
            throw error.journalError(attempt)
        }
        let version = try SQLiteSchema(path: path).version(of: connection)
        guard version == SQLiteMigration.all.count else {
            throw .unusable(
                "cannot \(attempt): it has schema \(version), this program reads schema \(SQLiteMigration.all.count); "
                    + "let the agent open it once, it migrates")
        }
        do {
            try connection.execute("PRAGMA cache_size = -256")
            instance = try connection.text("SELECT instance FROM journal") ?? ""
            batches = try BatchReading(connection)
            lowest = try connection.prepare("SELECT trimmed_through FROM journal")
            head = try connection.prepare("SELECT last FROM batches ORDER BY first DESC LIMIT 1")
            typeName = try connection.prepare("SELECT name FROM types WHERE number = ?1")
        } catch {
            throw error.journalError(attempt)
        }
    }

    /// Entries after `sequence`, as `Journal.read` gives them.
    public func read(after sequence: UInt64, limit: ReadLimit) throws(JournalError) -> Page {
        try reading { () throws(SQLiteError) in
            let trimmed = try value(of: lowest)
            let head = max(try value(of: head), trimmed)
            var page = Page(entries: [], lowest: trimmed + 1, head: head)
            guard sequence < head else { return page }
            var bytes = 0
            let start = max(sequence, trimmed) + 1
            try batches.rows(from: start) { batch, content throws(SQLiteError) in
                let content = content()
                for sequence in max(start, batch.sequences.lowerBound)...batch.sequences.upperBound {
                    let entry = try entry(sequence, of: batch, content)
                    bytes += entry.body.count
                    guard page.entries.isEmpty || (page.entries.count < limit.entries && bytes <= limit.bytes) else {
                        return false
                    }
                    page.entries.append(entry)
                }
                return page.entries.count < limit.entries
            }
            return page
        }
    }

    /// The journal at a glance. Nothing is attached here, so nothing was dropped.
    public func state() throws(JournalError) -> JournalState {
        try reading { () throws(SQLiteError) in
            let holding = try connection.holding()
            return JournalState(
                lowest: holding.lowest, head: holding.head, count: holding.count, bytes: holding.bytes, dropped: 0,
                cursors: try connection.cursors(),
                deadLetters: Int(try connection.integer("SELECT count(*) FROM dead_letters") ?? 0))
        }
    }

    /// The collectors' checkpoints, by name.
    public func checkpoints() throws(JournalError) -> [String: Checkpoint] {
        try reading { () throws(SQLiteError) in try connection.checkpoints() }
    }

    /// Dead letters in the order they were kept, from the one after `number` on.
    public func deadLetters(after number: UInt64 = 0, limit: Int = 1000) throws(JournalError) -> [KeptDeadLetter] {
        try reading { () throws(SQLiteError) in
            let query = try connection.prepare(
                """
                SELECT number, sink, sequence, reason, stored_at, body FROM dead_letters
                WHERE number > ?1 ORDER BY number LIMIT ?2
                """
            )
            query.bind(Int64(clamping: number), at: 1)
            query.bind(Int64(limit), at: 2)
            var letters: [KeptDeadLetter] = []
            while try query.next() {
                letters.append(
                    KeptDeadLetter(
                        number: UInt64(clamping: query.integer(0)), sink: query.text(1),
                        letter: DeadLetter(sequence: UInt64(clamping: query.integer(2)), reason: query.text(3)),
                        storedAt: Timestamp(milliseconds: query.integer(4)),
                        body: query.isNull(5) ? nil : query.bytes(5)[...]))
            }
            return letters
        }
    }

    /// Runs `body` in one read transaction: all of it sees the same moment.
    func reading<Value>(_ body: () throws(SQLiteError) -> Value) throws(JournalError) -> Value {
        do throws(SQLiteError) {
            try connection.execute("BEGIN")
            defer { try? connection.execute("COMMIT") }
            return try body()
        } catch {
            throw error.journalError("read the journal \"\(path)\"")
        }
    }

    private func entry(
        _ sequence: UInt64, of batch: StoredBatch, _ content: BatchContent?
    ) throws(SQLiteError) -> Entry {
        guard let content else {
            return .damaged(sequence, storedAt: Timestamp(milliseconds: batch.storedAt), journal: instance)
        }
        let item = content.items[Int(sequence - batch.sequences.lowerBound)]
        return Entry(
            sequence: sequence, type: try type(item.head.type), severity: Severity(rank: item.head.rank) ?? .info,
            body: content.body(item))
    }

    private func type(_ number: Int64) throws(SQLiteError) -> EventType {
        if let type = types[number] { return type }
        typeName.bind(number, at: 1)
        guard try typeName.next() else { return EventType(rawValue: "") }
        defer { typeName.reset() }
        // Bounded as the writer's: types are few, but a journal may have seen many.
        if types.count >= 4096 { types.removeAll() }
        let type = EventType(rawValue: typeName.text(0))
        types[number] = type
        return type
    }

    private func value(of statement: borrowing SQLiteStatement) throws(SQLiteError) -> UInt64 {
        guard try statement.next() else { return 0 }
        defer { statement.reset() }
        return UInt64(clamping: statement.integer(0))
    }
}
