import AgentCore
import Glibc
import Platform

/// Keeps a journal to one process: a lock the kernel lets go when the process ends, however it ends.
///
/// Its own file beside the journal: SQLite's locks on the journal itself would all be lost whenever a second descriptor
/// of that file is closed. The file stays; it names the process that holds it, or held it last.
final class FileLock: Sendable {
    // SAFETY: the descriptor is opened here and closed once, in deinit, which also lets go of the lock.
    private let descriptor: Int32

    /// Takes the lock at once, or throws `.unusable`.
    init(journal: String) throws(JournalError) {
        let path = journal + ".lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard descriptor >= 0 else { throw .unopened(journal, doing: "make \"\(path)\"", errno: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let (cause, holder) = (errno, Self.holder(descriptor))
            close(descriptor)
            guard cause == EWOULDBLOCK else { throw .unopened(journal, doing: "lock \"\(path)\"", errno: cause) }
            throw .unusable(
                "the journal \"\(journal)\" is in use by another process\(holder); stop that one, or give this one "
                    + "another \"path\""
            )
        }
        self.descriptor = descriptor
        let text = "\(getpid())\n"
        // Only for the message of the next one: if it cannot be written, nothing is lost.
        if ftruncate(descriptor, 0) == 0 { _ = text.withCString { pwrite(descriptor, $0, text.utf8.count, 0) } }
    }

    deinit {
        close(descriptor)
    }

    private static func holder(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let number = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).prefix { $0.isNumber }
        return number.isEmpty ? "" : " (pid \(number))"
    }
}

/// The journal's place on the disk.
enum JournalPath {
    /// Makes the folder where it is missing. Throws `.unusable`.
    static func makeFolder(of path: String) throws(JournalError) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        // One level only: a longer path that is missing is more likely a disk that is not mounted.
        guard folder.isEmpty || mkdir(folder, 0o750) == 0 || errno == EEXIST else {
            throw .unopened(path, doing: "make the folder \"\(folder)\"", errno: errno)
        }
    }

    /// Makes the file where it is missing, for the owner to write and the group to read; SQLite gives its companions
    /// the same mode. Called under the lock: closing a descriptor would lose SQLite's own locks on the file. Throws
    /// `.unusable`.
    static func makeFile(_ path: String) throws(JournalError) {
        let place: String
        do {
            // SQLite follows links on its own: here it is decided whether it may.
            place = try TrustedPath.resolved(path)
        } catch {
            throw .unopened(path, doing: error.action, errno: error.code)
        }
        let descriptor = open(place, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard descriptor >= 0 else { throw .unopened(path, doing: "open it for writing", errno: errno) }
        close(descriptor)
        // SQLite forces no names but those of files it makes itself.
        do throws(SystemError) {
            try File.forceNames(above: path)
        } catch {
            throw .unopened(path, doing: "\(error.action) \"\(error.object)\"", errno: error.code)
        }
    }
}

extension JournalError {
    /// The system refused at opening.
    static func unopened(_ journal: String, doing: String, errno: Int32) -> JournalError {
        .unusable(
            "cannot open the journal \"\(journal)\": cannot \(doing): \(String(cString: strerror(errno))); see that "
                + "the folder is there and that this user may write to it")
    }
}
