package import AgentCore
import EventModel

extension SQLiteJournalReader {
    /// Findings given at most; a journal with more is not made clearer by more.
    package static let maximumFindings = 100

    /// Reads the whole journal and says what is wrong with it, a sentence each; empty when all is well.
    ///
    /// First SQLite's own integrity check, then ours: entries follow each other without a gap, the oldest follows what
    /// was removed, the byte counts add up, bodies are JSON objects, types and sources have names, no cursor is beyond
    /// the head. Sees one moment; while it runs, an agent's log file grows. `progress` is told entries read and entries
    /// in all.
    package func check(progress: (Int, Int) -> Void = { _, _ in }) throws(JournalError) -> [String] {
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
        let query = try connection.prepare(
            """
            SELECT sequence, total, severity, body, EXISTS (SELECT 1 FROM sources WHERE number = source),
                EXISTS (SELECT 1 FROM types WHERE number = type) FROM entries ORDER BY sequence
            """)
        var findings: [String] = []
        var (sequence, total, count) = (Int64(holding.trimmedThrough), Int64(holding.trimmedTotal), 0)
        while findings.count <= Self.maximumFindings, try query.next() {
            let (found, body) = (query.integer(0), query.bytes(3))
            if found != sequence + 1 {
                findings.append("entry \(found) follows entry \(sequence): entries between are missing")
            }
            var problems: [String] = []
            if query.integer(1) != total + Int64(body.count) { problems.append("the bytes counted do not add up") }
            if Severity(rank: Int(query.integer(2))) == nil { problems.append("no severity has its rank") }
            if let problem = Self.problem(of: body) { problems.append("its body \(problem)") }
            if query.integer(4) == 0 { problems.append("its source has no name") }
            if query.integer(5) == 0 { problems.append("its type has no name") }
            findings += problems.map { "entry \(found): \($0)" }
            (sequence, total, count) = (found, query.integer(1), count + 1)
            if count.isMultiple(of: 1000) { progress(count, holding.count) }
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
