public import AgentCore
import EventModel

extension SQLiteJournalReader {
    /// Findings given at most; a journal with more is not made clearer by more.
    public static let maximumFindings = 100

    /// Reads the whole journal and says what is wrong with it, a sentence each; empty when all is well.
    ///
    /// First SQLite's own integrity check, then ours: entries follow each other without a gap, the oldest follows what
    /// was removed, the byte counts add up, bodies are JSON objects, types and sources have names, no cursor is beyond
    /// the head. Sees one moment; while it runs, an agent's log file grows. `progress` is told entries read and entries
    /// in all.
    public func check(progress: (Int, Int) -> Void = { _, _ in }) throws(JournalError) -> [String] {
        let findings = try reading { () throws(SQLiteError) in
            var findings = try integrity()
            let holding = try connection.holding()
            findings += try entries(of: holding, progress: progress)
            findings += try positions(of: holding)
            return findings
        }
        guard findings.count > Self.maximumFindings else { return findings }
        return findings.prefix(Self.maximumFindings) + ["there is more: only the first findings are given"]
    }

    private func integrity() throws(SQLiteError) -> [String] {
        let query = try connection.prepare("PRAGMA integrity_check(\(Self.maximumFindings))")
        var findings: [String] = []
        do throws(SQLiteError) {
            while try query.next() {
                if query.text(0) != "ok" { findings.append("SQLite: \(query.text(0))") }
            }
        } catch {
            findings.append("SQLite: \(error.message)")
        }
        return findings
    }

    private func entries(of holding: Holding, progress: (Int, Int) -> Void) throws(SQLiteError) -> [String] {
        var findings: [String] = []
        var (last, total, count) = (holding.trimmedThrough, holding.trimmedTotal, 0)
        let names = try CheckedNames(connection)
        try batches.rows(from: holding.lowest) { batch, content throws(SQLiteError) in
            let first = batch.sequences.lowerBound
            if first > last + 1 || (first < last + 1 && count > 0) {
                findings.append("entry \(first) follows entry \(last): entries between are missing")
            }
            let content = content()
            if let content {
                findings += try problems(of: batch, content, after: last, total: total, names)
            } else {
                findings.append("entries \(first) to \(batch.sequences.upperBound): they cannot be read back")
            }
            let held = batch.sequences.upperBound - min(max(last, first - 1), batch.sequences.upperBound)
            for number in count..<count + Int(held) where (number + 1).isMultiple(of: 1000) {
                progress(number + 1, holding.count)
            }
            (last, total, count) = (batch.sequences.upperBound, batch.total, count + Int(held))
            return findings.count <= Self.maximumFindings
        }
        let trimmed = holding.trimmedThrough
        var ids = try connection.integer("SELECT count(*) FROM ids WHERE sequence > \(trimmed)") ?? 0
        ids +=
            try connection.integer(
                "SELECT sum(through - max(sequence, \(trimmed + 1)) + 1) FROM id_runs WHERE through > \(trimmed)") ?? 0
        if findings.isEmpty, Int(ids) != count { findings.append("\(count) entries are held, but \(ids) ids") }
        return findings
    }

    private func problems(
        of batch: StoredBatch, _ content: BatchContent, after last: UInt64, total: Int, _ names: CheckedNames
    ) throws(SQLiteError) -> [String] {
        var (findings, total) = ([String](), total)
        for (sequence, item) in zip(batch.sequences, content.items) where sequence > last {
            total += item.body.count
            var problems: [String] = []
            if Severity(rank: item.head.rank) == nil { problems.append("no severity has its rank") }
            if let problem = Self.problem(of: Array(content.body(item))) { problems.append("its body \(problem)") }
            if !names.sources.contains(item.head.source) { problems.append("its source has no name") }
            if !names.types.contains(item.head.type) { problems.append("its type has no name") }
            if try !names.knows(content.id(item), source: item.head.source, as: sequence) {
                problems.append("its id is not known as its own")
            }
            findings += problems.map { "entry \(sequence): \($0)" }
        }
        if total != batch.total {
            findings.append("entry \(batch.sequences.upperBound): the bytes counted do not add up")
        }
        return findings
    }

    private func positions(of holding: Holding) throws(SQLiteError) -> [String] {
        try connection.cursors().filter { $0.value > holding.head }.sorted { $0.key < $1.key }.map { sink, sequence in
            "the cursor of sink \"\(sink)\", \(sequence), is beyond the head, \(holding.head)"
        }
    }

    private static func problem(of body: [UInt8]) -> String? {
        do throws(JSONError) {
            return try JSONDocument(body).root.value.members == nil ? "is no JSON object" : nil
        } catch {
            return "is no JSON: \(error)"
        }
    }
}

/// What entries refer to.
private final class CheckedNames {
    let sources: Set<Int64>
    let types: Set<Int64>
    private let ids: SQLiteStatement
    private let runs: IDRunSearch

    init(_ connection: SQLiteConnection) throws(SQLiteError) {
        sources = try Self.numbers("sources", connection)
        types = try Self.numbers("types", connection)
        ids = try connection.prepare("SELECT sequence FROM ids WHERE source = ?1 AND id = ?2")
        runs = try IDRunSearch(connection)
    }

    /// Whether an id is that of the entry. A run may still have it as that of an older one.
    func knows(_ id: String, source: Int64, as sequence: UInt64) throws(SQLiteError) -> Bool {
        if try runs.sequence(of: id, source: source) == sequence { return true }
        ids.bind(source, at: 1)
        try ids.bind(id, at: 2)
        guard try ids.next() else { return false }
        defer { ids.reset() }
        return UInt64(clamping: ids.integer(0)) == sequence
    }

    private static func numbers(_ table: String, _ connection: SQLiteConnection) throws(SQLiteError) -> Set<Int64> {
        let query = try connection.prepare("SELECT number FROM \(table)")
        var numbers: Set<Int64> = []
        while try query.next() { numbers.insert(query.integer(0)) }
        return numbers
    }
}
