import CSQLite

/// A prepared statement of a `SQLiteFile`. Parameters count from 1, columns from 0, as in SQLite.
struct SQLiteFileStatement: ~Copyable {
    // SAFETY: the handle comes from sqlite3_prepare_v3 and is finalized once, in deinit; `connection` outlives it,
    // because sqlite3_close_v2 waits for the last statement. SQLITE_TRANSIENT makes SQLite copy what it is lent.
    private let handle: OpaquePointer
    private let connection: OpaquePointer

    private static let copying = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    /// Takes over a statement prepared on a connection.
    init(handle: OpaquePointer, connection: OpaquePointer) {
        (self.handle, self.connection) = (handle, connection)
    }

    deinit {
        sqlite3_finalize(handle)
    }

    /// Binds an integer.
    func bind(_ value: Int64, at index: Int32) {
        sqlite3_bind_int64(handle, index, value)
    }

    /// Binds a copy of UTF-8 text; nil is NULL.
    func bind(_ text: ArraySlice<UInt8>?, at index: Int32) throws(SQLiteFileError) {
        guard let text else {
            sqlite3_bind_null(handle, index)
            return
        }
        let code = text.withUnsafeBytes { bytes in
            // Without an address SQLite would take the empty text for NULL.
            bytes.isEmpty
                ? sqlite3_bind_text64(handle, index, "", 0, Self.copying, UInt8(SQLITE_UTF8))
                : sqlite3_bind_text64(
                    handle, index, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), UInt64(bytes.count),
                    Self.copying, UInt8(SQLITE_UTF8))
        }
        guard code == SQLITE_OK else { throw SQLiteFileError(of: connection) }
    }

    /// Binds a text of an event; nil is NULL. It must live until the statement was run.
    func bind(_ text: FieldText?, at index: Int32) throws(SQLiteFileError) {
        guard let text, !text.bytes.isEmpty else {
            return try bind(text.map { _ in [] }, at: index)
        }
        if text.isEscaped { return try bind(Array(text.plain.utf8)[...], at: index) }
        try bind(lent: text.bytes, at: index)
    }

    /// Binds UTF-8 text, not empty, that lives until the statement was run.
    func bind(lent text: UnsafeBufferPointer<UInt8>, at index: Int32) throws(SQLiteFileError) {
        // SAFETY: without a destructor SQLite copies nothing, and reads what is bound only while the statement runs;
        // every run binds all parameters anew.
        let code = UnsafeRawPointer(text.baseAddress).map {
            sqlite3_bind_text64(
                handle, index, $0.assumingMemoryBound(to: CChar.self), UInt64(text.count), nil, UInt8(SQLITE_UTF8))
        }
        guard code == SQLITE_OK else { throw SQLiteFileError(of: connection) }
    }

    /// Binds a copy of a text.
    func bind(_ text: String, at index: Int32) throws(SQLiteFileError) {
        let code = sqlite3_bind_text64(
            handle, index, text, UInt64(text.utf8.count), Self.copying, UInt8(SQLITE_UTF8))
        guard code == SQLITE_OK else { throw SQLiteFileError(of: connection) }
    }

    /// Runs a statement that gives no rows.
    func run() throws(SQLiteFileError) {
        while try next() {}
    }

    /// Steps to the next row; false, and ready for the next time, after the last.
    func next() throws(SQLiteFileError) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(handle)
            return false
        default:
            let error = SQLiteFileError(of: connection)
            sqlite3_reset(handle)
            throw error
        }
    }

    /// The integer of a column; 0 for NULL.
    func integer(_ column: Int32) -> Int64 {
        sqlite3_column_int64(handle, column)
    }

    /// The text of a column; empty for NULL.
    func text(_ column: Int32) -> String {
        // SAFETY: the pointer is valid until the next step; the bytes are copied at once, their count asked after it.
        guard let start = sqlite3_column_blob(handle, column) else { return "" }
        return String(
            decoding: UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))),
            as: UTF8.self)
    }
}
