import CSQLite

/// An SQLite database open for writing: with `SQLiteFileStatement`, all of the `sqlite` sink that knows SQLite's C API.
///
/// Used by one thread at a time. Closes when it is let go; its statements must be let go before.
final class SQLiteFile {
    // SAFETY: the handle comes from sqlite3_open_v2 and is closed once, in deinit. It is opened without SQLite's own
    // mutex: the class is not Sendable, so the compiler keeps it within the actor that made it.
    private let handle: OpaquePointer

    /// Opens a file, making it where there is none. `busyTimeout`: how long to wait for others who write to it.
    init(path: String, busyTimeout: Duration) throws(SQLiteFileError) {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        guard let opened, code == SQLITE_OK else {
            let error = SQLiteFileError(
                code: code, message: String(cString: sqlite3_errstr(code)),
                systemError: opened.map { sqlite3_system_errno($0) } ?? 0)
            sqlite3_close_v2(opened)
            throw error
        }
        handle = opened
        sqlite3_busy_timeout(handle, Int32(clamping: Int64(busyTimeout / .milliseconds(1))))
    }

    deinit {
        // SAFETY: close_v2 keeps the handle alive until statements that are still there have been finalized.
        sqlite3_close_v2(handle)
    }

    /// Runs statements whose rows nobody wants.
    func execute(_ sql: String) throws(SQLiteFileError) {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw SQLiteFileError(of: handle) }
    }

    /// Prepares a statement that will be run many times.
    func prepare(_ sql: String) throws(SQLiteFileError) -> SQLiteFileStatement {
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared else { throw SQLiteFileError(of: handle) }
        return SQLiteFileStatement(handle: prepared, connection: handle)
    }

    /// The number a query gives in its first row; nil without a row.
    func integer(_ sql: String) throws(SQLiteFileError) -> Int64? {
        let statement = try prepare(sql)
        return try statement.next() ? statement.integer(0) : nil
    }

    /// Whether somebody has moved or removed the file: what is written then is seen by nobody.
    var hasMoved: Bool {
        var moved: Int32 = 0
        let code = sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved)
        return code == SQLITE_OK && moved != 0
    }
}
