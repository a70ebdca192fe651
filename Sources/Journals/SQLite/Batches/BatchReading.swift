import EventModel

/// Finds rows of `batches` and reads their content: what writers and readers of the file share.
final class BatchReading {
    private let statement: SQLiteStatement
    private let zstandard: Zstandard
    /// The row read last: readers that take it in parts, and retention that removes it in parts, decode it once.
    private var latest: (batch: StoredBatch, content: BatchContent?)?

    /// Prepares its statement: the schema must be there.
    init(_ connection: SQLiteConnection, zstandard: Zstandard = Zstandard()) throws(SQLiteError) {
        self.zstandard = zstandard
        statement = try connection.prepare(
            """
            SELECT first, last, stored_at, total, sizes, content FROM batches
            WHERE first >= coalesce((SELECT first FROM batches WHERE first <= ?1 ORDER BY first DESC LIMIT 1), 0)
            ORDER BY first
            """)
    }

    /// Calls `body` with the row that holds `sequence` (or the first one after it) and those that follow, until it
    /// returns false.
    func rows(from sequence: UInt64, _ body: (StoredBatch, () -> BatchContent?) throws(SQLiteError) -> Bool)
        throws(SQLiteError)
    {
        if let latest, latest.batch.sequences.contains(sequence) {
            guard try body(latest.batch, { latest.content }) else { return }
            return try rows(after: latest.batch.sequences.upperBound, body)
        }
        try rows(after: sequence - min(sequence, 1), body)
    }

    private func rows(
        after sequence: UInt64, _ body: (StoredBatch, () -> BatchContent?) throws(SQLiteError) -> Bool
    ) throws(SQLiteError) {
        statement.bind(Int64(clamping: sequence) &+ 1, at: 1)
        defer { statement.reset() }
        while try statement.next() {
            let batch = row()
            guard batch.sequences.upperBound > sequence else { continue }
            guard try body(batch, { self.content(of: batch) }) else { return }
        }
    }

    /// The row that holds `sequence`; nil when none does.
    func row(of sequence: UInt64) throws(SQLiteError) -> StoredBatch? {
        var found: StoredBatch?
        try rows(from: sequence) { batch, _ in
            if batch.sequences.contains(sequence) { found = batch }
            return false
        }
        return found
    }

    /// Forgets what it read: the row is gone, or was never committed.
    func forget() {
        latest = nil
    }

    private func row() -> StoredBatch {
        let first = UInt64(clamping: statement.integer(0))
        let last = max(first, UInt64(clamping: statement.integer(1)))
        let count = Int(min(last - first, UInt64(BatchContent.maximumBytes))) + 1
        return StoredBatch(
            sequences: first...last, storedAt: statement.integer(2), total: Int(statement.integer(3)),
            sizes: BatchContent.sizes(statement.bytes(4), count: count))
    }

    /// The content of the row the statement stands at; nil when it is damaged.
    private func content(of batch: StoredBatch) -> BatchContent? {
        var content: BatchContent?
        if let sizes = batch.sizes {
            let bytes = statement.withBytes(5) { zstandard.decompress($0, limit: BatchContent.maximumBytes) }
            content = bytes.flatMap { BatchContent($0, sizes: sizes) }
        }
        latest = (batch, content)
        return content
    }
}
