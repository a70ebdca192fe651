import AgentCore
import EventModel

/// The entries as the journal's only writer sees them: rows of `batches`, and their ids for telling repeats from news.
///
/// Called within a transaction. News waits in a `BatchBuilder` until it is worth a row: `flush` ends a transaction that
/// is to be committed, `rollBack` one that is not.
final class EntryTable {
    /// What is held, changes of an open transaction included.
    private(set) var holding: Holding

    /// Full rows that are compressed or wait for it: enough to keep a thread busy, each an eighth of a MiB.
    private static let packed = 2

    private let ids: EntryIDs
    private let insertBatch, removeBatch, trimmed: SQLiteStatement
    private let sources, types: InternedNames
    private let batches: BatchReading
    private let ahead: RowsAhead?
    private var builder: BatchBuilder
    private let packing = BatchPacking()
    private var builtAt: Int64 = 0
    private var heads: [BatchContent.Head] = []
    /// Of the events with these heads, which are news.
    private var news: [Bool] = []
    private var start: Holding

    /// Prepares its statements: the schema must be there.
    init(_ connection: SQLiteConnection, ahead: RowsAhead? = nil) throws(SQLiteError) {
        self.ahead = ahead
        holding = try connection.holding()
        start = holding
        builder = BatchBuilder(first: holding.head + 1)
        batches = try BatchReading(connection)
        sources = try InternedNames(table: "sources", connection: connection)
        types = try InternedNames(table: "types", connection: connection)
        ids = try EntryIDs(connection)
        insertBatch = try connection.prepare(
            """
            INSERT INTO batches (first, last, stored_at, total, sizes, content) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            """)
        removeBatch = try connection.prepare("DELETE FROM batches WHERE first = ?1")
        trimmed = try connection.prepare("UPDATE journal SET trimmed_through = ?1, trimmed_total = ?2")
    }

    // MARK: Transactions

    /// A transaction begins.
    func begin() {
        start = holding
    }

    /// Stores what waits in the builder, and rows that are being compressed.
    func flush() throws(SQLiteError) {
        if builder.count > 0 {
            let batch = take()
            // A row that is alone would only make a detour over another thread.
            if packing.count > 0 { packing.add(batch) } else { try insert(packing.pack(batch)) }
        }
        while packing.count > 0 { try insert(packing.next()) }
    }

    /// Lets a full row be compressed while the ids of those that follow are stored.
    private func seal() throws(SQLiteError) {
        packing.add(take())
        while packing.count > Self.packed { try insert(packing.next()) }
    }

    private func take() -> NewBatch {
        builder.take(storedAt: builtAt, total: holding.total, memory: packing.memory())
    }

    private func insert(_ batch: NewBatch) throws(SQLiteError) {
        insertBatch.bind(Int64(batch.first), at: 1)
        insertBatch.bind(Int64(batch.last), at: 2)
        insertBatch.bind(batch.storedAt, at: 3)
        insertBatch.bind(Int64(batch.total), at: 4)
        try insertBatch.bind(batch.sizes, at: 5)
        try insertBatch.run(lending: batch.content, at: 6)
    }

    /// The transaction is committed.
    func committed() {
        guard let ahead, ahead.isUsed, sources.isChanged || types.isChanged else { return }
        ahead.learn(sources: sources.known(), types: types.known())
    }

    /// Everything is as it was when the transaction began.
    func rollBack() {
        holding = start
        packing.drop()
        builder.begin(at: holding.head + 1)
        ids.rollBack()
        batches.forget()
        sources.forget()
        types.forget()
    }

    // MARK: Storing

    /// Stores the events that are news.
    func append(_ events: [EncodedEvent], at now: Timestamp) throws(SQLiteError) {
        if builder.count > 0, builtAt != now.milliseconds { try flush() }
        builtAt = now.milliseconds
        // Looked at where they lie: to copy an event is to count a reference to each of its parts.
        let span = events.span
        guard let expected = ahead?.take(events) else { return try append(span) { nil } }
        defer { expected.drop() }
        for (number, row) in expected.rows.enumerated() {
            try append(span.extracting(row)) { expected.row(number) }
        }
    }

    /// Stores the events that are news; `row` gives them compressed, if that was done ahead.
    private func append(_ events: Span<EncodedEvent>, row: () -> PackedRow?) throws(SQLiteError) {
        let areAllNews = try enter(events)
        if areAllNews, let row = row(), row.heads == heads { return try insert(row) }
        for place in events.indices where news[place] {
            try add(heads[place], id: events[place].id, body: events[place].body)
        }
    }

    /// Stores the ids of news; gives whether all are.
    private func enter(_ events: Span<EncodedEvent>) throws(SQLiteError) -> Bool {
        heads.removeAll(keepingCapacity: true)
        news.removeAll(keepingCapacity: true)
        for place in events.indices {
            heads.append(
                BatchContent.Head(
                    type: try types.number(of: events[place].type.rawValue), rank: events[place].severity.rank,
                    source: try sources.number(of: events[place].source)))
        }
        try ids.insert(events, heads, from: holding.head + 1, trimmed: holding.trimmedThrough, &news)
        return news.allSatisfy { $0 }
    }

    /// Stores a row that was compressed ahead, behind those that were not.
    private func insert(_ row: PackedRow) throws(SQLiteError) {
        if builder.count > 0 { try seal() }
        while packing.count > 0 { try insert(packing.next()) }
        let first = holding.head + 1
        (holding.head, holding.total) = (holding.head + UInt64(row.heads.count), holding.total + row.bytes)
        try insert(
            NewBatch(
                first: first, last: holding.head, storedAt: builtAt, total: holding.total, sizes: row.sizes,
                content: row.content))
        builder.begin(at: holding.head + 1)
    }

    private func add(_ head: BatchContent.Head, id: String, body: ArraySlice<UInt8>) throws(SQLiteError) {
        builder.add(head, id: id, body: body)
        (holding.head, holding.total) = (holding.head + 1, holding.total + body.count)
        if builder.isFull { try seal() }
    }

    /// Stores an entry of a journal from before there were batches, whose id is stored already.
    func convert(
        sequence: UInt64, id: String, _ head: BatchContent.Head, storedAt: Int64, total: Int, body: [UInt8]
    ) throws(SQLiteError) {
        if builder.isFull || builtAt != storedAt { try flush() }
        if builder.count == 0 { builder.begin(at: sequence) }
        builtAt = storedAt
        builder.add(head, id: id, body: body)
        (holding.head, holding.total) = (sequence, total)
    }

    // MARK: Reading

    /// Bytes of bodies held after `sequence`.
    func bytesHeld(after sequence: UInt64) throws(SQLiteError) -> Int {
        guard sequence > holding.trimmedThrough else { return holding.bytes }
        guard sequence < holding.head else { return 0 }
        try flush()
        return holding.total - (try batches.row(of: sequence)?.total(through: sequence) ?? holding.total)
    }

    /// The JSON of an entry; nil when it is not held, or damaged.
    func body(of sequence: UInt64) throws(SQLiteError) -> [UInt8]? {
        guard sequence >= holding.lowest, sequence <= holding.head else { return nil }
        try flush()
        var body: [UInt8]?
        try batches.rows(from: sequence) { batch, content in
            if batch.sequences.contains(sequence), let content = content() {
                body = Array(content.body(content.items[Int(sequence - batch.sequences.lowerBound)]))
            }
            return false
        }
        return body
    }

    // MARK: Retention

    /// Removes what is due and free through `ceiling`, at most `slice` entries; gives how many went, and whether it may
    /// have stopped only because of the slice.
    func remove(
        through ceiling: UInt64, by retention: Retention, atMost slice: Int
    ) throws(SQLiteError) -> (removed: Range<UInt64>, isUnfinished: Bool) {
        let lowest = holding.lowest
        guard retention.oldest != nil || retention.isExceeded(count: holding.count, bytes: holding.bytes),
            lowest <= ceiling
        else { return (lowest..<lowest, false) }
        try flush()
        var removed = 0
        var whole: [UInt64] = []
        try batches.rows(from: lowest) { batch, content throws(SQLiteError) in
            removed += try self.remove(
                from: batch, content, through: min(ceiling, lowest + UInt64(slice - 1)), by: retention)
            guard self.holding.trimmedThrough == batch.sequences.upperBound else { return false }
            whole.append(batch.sequences.lowerBound)
            return true
        }
        guard removed > 0 else { return (lowest..<lowest, false) }
        for first in whole {
            removeBatch.bind(Int64(first), at: 1)
            try removeBatch.run()
        }
        trimmed.bind(Int64(holding.trimmedThrough), at: 1)
        trimmed.bind(Int64(holding.trimmedTotal), at: 2)
        try trimmed.run()
        return (lowest..<holding.lowest, removed == slice)
    }

    /// Moves the beginning of what is held past the entries of one row that are due, and forgets their ids; gives how
    /// many. The ids of a damaged row stay.
    private func remove(
        from batch: StoredBatch, _ content: () -> BatchContent?, through last: UInt64, by retention: Retention
    ) throws(SQLiteError) -> Int {
        let storedAt = Timestamp(milliseconds: batch.storedAt)
        lazy var known = content()
        var removed = 0
        while holding.trimmedThrough < min(last, batch.sequences.upperBound),
            retention.isDue(storedAt: storedAt, count: holding.count, bytes: holding.bytes)
        {
            let sequence = max(holding.lowest, batch.sequences.lowerBound)
            let place = Int(sequence - batch.sequences.lowerBound)
            if let known {
                let item = known.items[place]
                try ids.remove(known.id(item), source: item.head.source, sequence: sequence)
            }
            let total = holding.trimmedTotal + (batch.sizes?[place] ?? 0)
            holding.trimmedTotal = sequence == batch.sequences.upperBound ? batch.total : total
            holding.trimmedThrough = sequence
            removed += 1
        }
        return removed
    }
}
