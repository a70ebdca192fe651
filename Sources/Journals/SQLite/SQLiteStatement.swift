import CSQLite

/// A prepared statement: one of the two files that know SQLite's C API (the other is `SQLiteConnection`).
///
/// Parameters count from 1, columns from 0, as in SQLite. `run` and the end of the rows make it ready for the next
/// time; whoever leaves rows unread calls `reset`. Integers keep their binding from run to run; texts and bytes do not.
struct SQLiteStatement: ~Copyable {
    // SAFETY: the handle comes from sqlite3_prepare_v3 and is finalized once, in deinit; `connection` outlives it
    // because sqlite3_close_v2 waits for the last statement. A static binding (nil destructor) never outlives the
    // closure that lends the memory: it is replaced by NULL before the closure returns.
    private let handle: OpaquePointer
    private let connection: OpaquePointer

    /// Takes over a statement prepared on a connection.
    init(handle: OpaquePointer, connection: OpaquePointer) {
        (self.handle, self.connection) = (handle, connection)
    }

    deinit {
        sqlite3_finalize(handle)
    }

    // MARK: Parameters

    /// Binds an integer; it stays bound from run to run.
    func bind(_ value: Int64, at index: Int32) {
        sqlite3_bind_int64(handle, index, value)
    }

    /// Binds a copy of the text.
    func bind(_ text: String, at index: Int32) throws(SQLiteError) {
        var text = text
        // SAFETY: SQLITE_TRANSIENT (-1) makes SQLite copy the bytes before the call returns.
        let code = text.withUTF8 {
            sqlite3_bind_text64(handle, index, $0.start, UInt64($0.count), Self.copying, UInt8(SQLITE_UTF8))
        }
        try check(code)
    }

    /// Binds a copy of a text's bytes.
    func bind(text: [UInt8], at index: Int32) throws(SQLiteError) {
        let code = text.withUnsafeBufferPointer {
            sqlite3_bind_text64(handle, index, $0.start, UInt64($0.count), Self.copying, UInt8(SQLITE_UTF8))
        }
        try check(code)
    }

    /// Binds a copy of the bytes.
    func bind(_ bytes: [UInt8], at index: Int32) throws(SQLiteError) {
        let code = bytes.withUnsafeBufferPointer {
            sqlite3_bind_blob64(handle, index, $0.start, UInt64($0.count), Self.copying)
        }
        try check(code)
    }

    /// Binds NULL.
    func bindNull(at index: Int32) {
        sqlite3_bind_null(handle, index)
    }

    // MARK: Running

    /// Runs a statement that gives no rows.
    func run() throws(SQLiteError) {
        let code = sqlite3_step(handle)
        guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure() }
        sqlite3_reset(handle)
    }

    /// Runs a statement that gives no rows with a text bound where it is, without copying it.
    func run(lending text: String, at index: Int32) throws(SQLiteError) {
        var text = text
        let failure = text.withUTF8 { text in
            run(
                lent: sqlite3_bind_text64(handle, index, text.start, UInt64(text.count), nil, UInt8(SQLITE_UTF8)), index
            )
        }
        if let failure { throw failure }
    }

    /// Runs a statement that gives no rows with bytes bound where they are, without copying them.
    func run(lending bytes: [UInt8], at index: Int32) throws(SQLiteError) {
        let failure = bytes.withUnsafeBufferPointer {
            run(lent: sqlite3_bind_blob64(handle, index, $0.start, UInt64($0.count), nil), index)
        }
        if let failure { throw failure }
    }

    /// Runs a statement that gives no rows with texts bound where they are: the parts `ranges` of `bytes`, at the
    /// parameters `first`, `first + step`, …
    func run(
        lending bytes: [UInt8], _ ranges: [Range<Int>], from first: Int32, every step: Int32
    ) throws(SQLiteError) {
        let failure: SQLiteError? = bytes.withUnsafeBufferPointer { bytes in
            for (number, range) in ranges.enumerated() {
                let text = UnsafeBufferPointer(rebasing: bytes[range])
                sqlite3_bind_text64(
                    handle, first + Int32(number) * step, text.start, UInt64(text.count), nil, UInt8(SQLITE_UTF8))
            }
            defer {
                sqlite3_reset(handle)
                sqlite3_clear_bindings(handle)
            }
            return sqlite3_step(handle) == SQLITE_DONE ? nil : SQLiteError(connection: connection)
        }
        if let failure { throw failure }
    }

    /// Runs the statement while lent memory is bound, and puts NULL in its place. The error is taken before that,
    /// because binding clears it.
    private func run(lent code: Int32, _ index: Int32) -> SQLiteError? {
        defer {
            sqlite3_reset(handle)
            sqlite3_bind_null(handle, index)
        }
        return code == SQLITE_OK && sqlite3_step(handle) == SQLITE_DONE ? nil : SQLiteError(connection: connection)
    }

    /// Steps to the next row; false, and ready for the next time, after the last.
    func next() throws(SQLiteError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(handle)
            return false
        default: throw failure()
        }
    }

    /// Makes the statement ready for the next time, with rows unread.
    func reset() {
        sqlite3_reset(handle)
    }

    // MARK: Columns of the current row

    /// The integer of a column; 0 for NULL.
    func integer(_ column: Int32) -> Int64 {
        sqlite3_column_int64(handle, column)
    }

    /// The text of a column; bytes that are not UTF-8 are replaced.
    func text(_ column: Int32) -> String {
        String(decoding: bytes(column), as: UTF8.self)
    }

    /// The bytes of a column; none for NULL.
    func bytes(_ column: Int32) -> [UInt8] {
        // SAFETY: the pointer is valid until the next step or reset; the bytes are copied at once. The length is asked
        // after the pointer, as SQLite demands.
        guard let start = sqlite3_column_blob(handle, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    /// Lends the bytes of a column, none for NULL.
    func withBytes<Value>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        // SAFETY: as `bytes`; `body` steps nothing.
        let start = sqlite3_column_blob(handle, column)
        return body(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    /// Whether a column is NULL.
    func isNull(_ column: Int32) -> Bool {
        sqlite3_column_type(handle, column) == SQLITE_NULL
    }

    // MARK: Errors

    private static let copying = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private func check(_ code: Int32) throws(SQLiteError) {
        guard code == SQLITE_OK else { throw failure() }
    }

    private func failure() -> SQLiteError {
        let error = SQLiteError(connection: connection)
        sqlite3_reset(handle)
        return error
    }
}

extension UnsafeBufferPointer<UInt8> {
    // SAFETY: a pointer that is never read (the count is 0) but tells SQLite "empty", where nil would be NULL.
    fileprivate static let nothing: StaticString = ""
    /// The first byte, or for an empty buffer some address that is not nil.
    fileprivate var start: UnsafePointer<UInt8> { baseAddress ?? Self.nothing.utf8Start }
}
