import AgentCore

/// The ids of all entries held: what tells repeats from news.
final class EntryIDs {
    /// Ids stored by one statement: a third of the processor time of one each.
    static let block = 50

    private let connection: SQLiteConnection
    private let insertOne, insertBlock, removeOne: SQLiteStatement
    private var texts: [UInt8] = []
    private var ranges: [Range<Int>] = []

    /// Prepares its statements: the schema must be there.
    init(_ connection: SQLiteConnection) throws(SQLiteError) {
        self.connection = connection
        // The ids of rows that were removed although damaged are still there; they are no repeats of anything.
        insertOne = try connection.prepare(
            """
            INSERT INTO ids (source, id, sequence) VALUES (?1, ?2, ?3) ON CONFLICT (source, id)
            DO UPDATE SET sequence = excluded.sequence WHERE sequence <= (SELECT trimmed_through FROM journal)
            """)
        let rows = (0..<Self.block).map { "(?\(3 * $0 + 1), ?\(3 * $0 + 2), ?\(3 * $0 + 3))" }
        insertBlock = try connection.prepare(
            "INSERT INTO ids (source, id, sequence) VALUES \(rows.joined(separator: ", "))")
        removeOne = try connection.prepare("DELETE FROM ids WHERE source = ?1 AND id = ?2 AND sequence = ?3")
    }

    /// Stores an id; false when it is held already.
    func insert(_ id: String, source: Int64, sequence: UInt64) throws(SQLiteError) -> Bool {
        insertOne.bind(source, at: 1)
        insertOne.bind(Int64(sequence), at: 3)
        try insertOne.run(lending: id, at: 2)
        return connection.changes == 1
    }

    /// Stores the ids of `block` events with the sequences from `first` on; false, and nothing is stored, when one of
    /// them may be held already.
    func insert(
        _ events: Span<EncodedEvent>, _ heads: [BatchContent.Head], from first: UInt64
    ) throws(SQLiteError) -> Bool {
        texts.removeAll(keepingCapacity: true)
        ranges.removeAll(keepingCapacity: true)
        for place in events.indices {
            let start = texts.count
            texts.append(contentsOf: events[place].id.utf8)
            ranges.append(start..<texts.count)
            insertBlock.bind(heads[place].source, at: Int32(3 * place + 1))
            insertBlock.bind(Int64(first) + Int64(place), at: Int32(3 * place + 3))
        }
        do {
            try insertBlock.run(lending: texts, ranges, from: 2, every: 3)
            return true
        } catch  where error.isConflict {
            return false
        }
    }

    /// Forgets the id of an entry.
    func remove(_ id: String, source: Int64, sequence: UInt64) throws(SQLiteError) {
        removeOne.bind(source, at: 1)
        removeOne.bind(Int64(sequence), at: 3)
        try removeOne.run(lending: id, at: 2)
    }
}
