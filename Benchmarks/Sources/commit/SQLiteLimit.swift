import CLimits
import Measuring

/// The same transactions by prepared statements in C, a row for each event.
final class SQLiteLimit {
    // SAFETY: opened in init, used by one thread at a time, closed once in deinit.
    private let journal: OpaquePointer

    init(path: String) throws {
        guard let journal = gw_limit_journal_open(path) else {
            throw MeasuringError("SQLite cannot make \"\(path)\"")
        }
        self.journal = journal
    }

    deinit {
        gw_limit_journal_close(journal)
    }

    func commit(_ batch: Workload.Flat) throws {
        let status = batch.withC { gw_limit_journal_commit(journal, $0) }
        guard status == 0 else { throw MeasuringError("SQLite says \(status)") }
    }
}

extension Workload.Flat {
    /// Lends the batch to C.
    func withC<Value>(_ body: (gw_limit_batch) -> Value) -> Value {
        // SAFETY: the pointers are used only within the closures that lend them.
        ids.withUnsafeBytes { ids in
            bodies.withUnsafeBytes { bodies in
                body(
                    gw_limit_batch(
                        ids: ids.bindMemory(to: CChar.self).baseAddress, idLength: Workload.idBytes,
                        bodies: bodies.bindMemory(to: CChar.self).baseAddress, bodyLength: Workload.bodyBytes,
                        count: Int32(count)))
            }
        }
    }
}
