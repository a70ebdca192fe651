import AgentCore
import CSQLite
import Glibc

/// What SQLite answered instead of doing as asked.
struct SQLiteFileError: Error, Equatable {
    // SAFETY: messages of SQLite and of strerror are copied at once.

    /// The extended result code.
    var code: Int32
    var message: String
    /// The errno of the system call that failed; 0 when none did.
    var systemError: Int32 = 0

    /// What a person can do about a delivery that failed; `path` is the database's.
    func deliveryError(path: String) -> DeliveryError {
        let cause = systemError == 0 ? message : "\(message): \(String(cString: strerror(systemError)))"
        let attempt = "cannot write to \"\(path)\""
        if code & 0xFF == SQLITE_FULL || systemError == ENOSPC || systemError == EDQUOT {
            return .retryable(reason: "disk full: \(attempt): \(cause)")
        }
        switch code & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED:
            return .retryable(reason: "\(attempt): another program has it locked (\(cause))")
        case SQLITE_CORRUPT:
            return .held(
                reason: "\(attempt): it is damaged (\(cause)); move it away, and a new one is begun, "
                    + "or restore it with the sqlite3 program's \".recover\"")
        case SQLITE_NOTADB:
            return .held(reason: "\(attempt): \(cause); give \"path\" another file")
        case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH:
            return .held(reason: "\(attempt): \(cause); see that this user may write to it and to its folder")
        case SQLITE_CANTOPEN where [EACCES, EPERM, EROFS, EISDIR].contains(systemError):
            return .held(reason: "\(attempt): \(cause); see that this user may write to it and to its folder")
        case SQLITE_CONSTRAINT, SQLITE_TOOBIG, SQLITE_MISMATCH:
            return .refused(reason: "\(attempt): \(cause)")
        default:
            return .retryable(reason: "\(attempt): \(cause) (SQLite error \(code))")
        }
    }
}

extension SQLiteFileError {
    /// The error of the last call on a connection.
    init(of connection: OpaquePointer) {
        // SAFETY: the message is copied before anything else is called on the connection.
        self.init(
            code: sqlite3_extended_errcode(connection), message: String(cString: sqlite3_errmsg(connection)),
            systemError: sqlite3_system_errno(connection))
    }
}

extension SQLiteFileError {
    /// The file, or its folder, could not be made.
    init(_ error: ArchiveError) {
        let code: Int32 = if case .system(_, _, let code) = error { code } else { 0 }
        self.init(code: SQLITE_CANTOPEN, message: error.description, systemError: code)
    }

    /// It is not for us to write to: a person must act.
    init(foreign message: String) {
        self.init(code: SQLITE_NOTADB, message: message)
    }
}
