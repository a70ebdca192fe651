import AgentCore
import EventModel

/// What writers and readers alike ask of a journal's file.
extension SQLiteConnection {
    /// What is held: three rows, however many entries there are.
    func holding() throws(SQLiteError) -> Holding {
        var holding = Holding()
        let trimmed = try prepare("SELECT trimmed_through, trimmed_total FROM journal")
        if try trimmed.next() {
            holding.trimmedThrough = UInt64(clamping: trimmed.integer(0))
            holding.trimmedTotal = Int(trimmed.integer(1))
        }
        (holding.head, holding.total) = (holding.trimmedThrough, holding.trimmedTotal)
        let last = try prepare("SELECT last, total FROM batches ORDER BY first DESC LIMIT 1")
        if try last.next() {
            holding.head = max(holding.head, UInt64(clamping: last.integer(0)))
            holding.total = Int(last.integer(1))
        }
        return holding
    }

    /// The last checkpoint of each collector.
    func checkpoints() throws(SQLiteError) -> [String: Checkpoint] {
        let query = try prepare("SELECT collector, version, bytes FROM checkpoints")
        var checkpoints: [String: Checkpoint] = [:]
        while try query.next() {
            checkpoints[query.text(0)] = Checkpoint(version: Int(query.integer(1)), bytes: query.bytes(2))
        }
        return checkpoints
    }

    /// The sources of each collector's events.
    func sources() throws(SQLiteError) -> KnownSources {
        let query = try prepare("SELECT collector, source FROM collector_sources")
        var sources = KnownSources()
        while try query.next() { sources.insert(query.text(1), of: query.text(0)) }
        return sources
    }

    /// The stored cursors.
    func cursors() throws(SQLiteError) -> [String: UInt64] {
        let query = try prepare("SELECT sink, sequence FROM cursors")
        var cursors: [String: UInt64] = [:]
        while try query.next() { cursors[query.text(0)] = UInt64(clamping: query.integer(1)) }
        return cursors
    }

    /// The text a query gives in its first row; nil without a row.
    func text(_ sql: String) throws(SQLiteError) -> String? {
        let statement = try prepare(sql)
        return try statement.next() ? statement.text(0) : nil
    }
}

extension Timestamp {
    /// Milliseconds since the Unix epoch: what journals store.
    var milliseconds: Int64 { nanoseconds / 1_000_000 }

    /// The moment stored as milliseconds.
    init(milliseconds: Int64) {
        let (nanoseconds, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
        self.init(nanoseconds: overflow ? (milliseconds < 0 ? .min : .max) : nanoseconds)
    }
}
