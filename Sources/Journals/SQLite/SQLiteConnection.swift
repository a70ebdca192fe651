import CSQLite

/// A connection to an SQLite database: one of the two files that know SQLite's C API (the other is `SQLiteStatement`).
///
/// Used by one thread at a time. Closes when it is let go; its statements must be let go before.
final class SQLiteConnection {
    // SAFETY: the handle comes from sqlite3_open_v2 and is closed once, in deinit. It is opened without SQLite's own
    // mutex: the class is not Sendable, so the compiler keeps it within the actor (or the thread) that made it.
    private let handle: OpaquePointer

    /// How a connection may be used.
    enum Access {
        case readWrite
        case readOnly
    }

    /// Opens an existing file.
    init(path: String, access: Access) throws(SQLiteError) {
        let flags = access == .readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard let opened, code == SQLITE_OK else {
            let error = SQLiteError(
                code: code, message: String(cString: sqlite3_errstr(code)),
                systemError: opened.map { sqlite3_system_errno($0) } ?? 0)
            sqlite3_close_v2(opened)
            throw error
        }
        handle = opened
        sqlite3_busy_timeout(handle, Self.busyMilliseconds)
    }

    /// How long to wait for another program that has the file locked: an operator's `sqlite3`, a backup.
    private static let busyMilliseconds: Int32 = 5000

    deinit {
        // SAFETY: close_v2 keeps the handle alive until statements that are still there have been finalized.
        sqlite3_close_v2(handle)
    }

    /// Runs statements that give no rows (or whose rows nobody wants).
    func execute(_ sql: String) throws(SQLiteError) {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw error() }
    }

    /// Prepares a statement that will be run many times.
    func prepare(_ sql: String) throws(SQLiteError) -> SQLiteStatement {
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared else { throw error() }
        return SQLiteStatement(handle: prepared, connection: handle)
    }

    /// The integer a query gives in its first row; nil without a row.
    func integer(_ sql: String) throws(SQLiteError) -> Int64? {
        let statement = try prepare(sql)
        return try statement.next() ? statement.integer(0) : nil
    }

    /// Rows changed by the statement run last.
    var changes: Int { Int(sqlite3_changes(handle)) }

    /// Whether a transaction is open: some errors roll it back on their own.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    private func error() -> SQLiteError {
        SQLiteError(connection: handle)
    }
}

extension SQLiteError {
    /// The error of the last call on a connection.
    init(connection: OpaquePointer) {
        // SAFETY: the message is copied before anything else is called on the connection.
        self.init(
            code: sqlite3_extended_errcode(connection), message: String(cString: sqlite3_errmsg(connection)),
            systemError: sqlite3_system_errno(connection))
    }
}
