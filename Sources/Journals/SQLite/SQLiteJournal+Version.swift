import CSQLite

extension SQLiteJournal {
    /// The version of the SQLite this process runs with: `3.40.1`.
    public static var libraryVersion: String {
        String(cString: sqlite3_libversion())
    }
}
