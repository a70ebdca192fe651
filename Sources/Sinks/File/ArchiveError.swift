import Glibc

/// Why the archive could not be written: what was attempted, on what, and the remedy.
enum ArchiveError: Error, Sendable, Equatable, CustomStringConvertible {
    // SAFETY: strerror gives a text of the C library that lives at least until the next call of this thread.

    /// A system call failed.
    case system(attempt: String, path: String, code: Int32)
    /// Another process, or another sink, writes there.
    case inUse(String)
    /// The file holds what no file sink wrote.
    case foreign(String)
    case notAFile(String)

    /// The system call that failed just now.
    static func failed(_ attempt: String, _ path: String, code: Int32 = errno) -> ArchiveError {
        .system(attempt: attempt, path: path, code: code)
    }

    var description: String {
        switch self {
        case .system(let attempt, let path, let code): Self.text(attempt, path, code)
        case .inUse(let path):
            "\"\(path)\" is being written by another agent or sink; give each a path of its own"
        case .foreign(let path):
            "\"\(path)\" holds lines that no file sink wrote; move it away, or choose another path"
        case .notAFile(let path): "\"\(path)\" is not a regular file; choose another path"
        }
    }

    private static func text(_ attempt: String, _ path: String, _ code: Int32) -> String {
        let failed = "cannot \(attempt) \"\(path)\": \(String(cString: strerror(code)))"
        return switch code {
        case ENOSPC, EDQUOT: "disk full: \(failed); deliveries go on when there is room again"
        case EFBIG: "\(failed); raise the agent's file size limit, or rotate at a smaller size"
        case EACCES, EPERM: "\(failed); let the agent's user write there, or choose another path"
        case EROFS: "\(failed); mount it for writing, or choose another path"
        case ELOOP: "\(failed); a link was laid there: remove it, or name in the path what it leads to"
        case EISDIR, ENOTDIR: "\(failed); choose the path of a file in a folder"
        default: failed
        }
    }
}
