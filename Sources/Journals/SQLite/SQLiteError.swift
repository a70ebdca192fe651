import AgentCore
import CSQLite
import Glibc

/// What SQLite answered instead of doing as asked.
struct SQLiteError: Error, Equatable {
    /// The extended result code.
    var code: Int32
    var message: String
    /// The errno of the system call that failed; 0 when none did.
    var systemError: Int32

    /// Memory is short outside SQLite.
    static let outOfMemory = SQLiteError(code: SQLITE_NOMEM, message: "out of memory", systemError: 0)

    /// What the caller of a journal can do about it. `attempt` says what was tried: `write the journal "/x/y"`.
    func journalError(_ attempt: String) -> JournalError {
        let cause = systemError == 0 ? message : "\(message) (\(String(cString: strerror(systemError))))"
        switch code & 0xFF {
        case SQLITE_FULL:
            return .unwritable("cannot \(attempt): \(cause); free some space on this disk, then it goes on by itself")
        case SQLITE_BUSY, SQLITE_LOCKED:
            return .unwritable("cannot \(attempt): \(cause); end the other program that writes to it")
        case SQLITE_IOERR, SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_NOMEM:
            return .unwritable(
                "cannot \(attempt): \(cause); see that the disk works and that this user may write to it")
        case SQLITE_CORRUPT:
            return .unusable(
                "cannot \(attempt): it is damaged (\(cause)); see what `guestwatch journal check` finds, then "
                    + "restore it or move it away to start a new one")
        case SQLITE_NOTADB:
            return .unusable("cannot \(attempt): it is no journal (\(cause)); give \"path\" another file")
        default:
            return .unusable("cannot \(attempt): \(cause) (SQLite error \(code))")
        }
    }
}
