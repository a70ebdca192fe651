import Glibc

extension File {
    /// Forces the names on the way to `path` to the disk, its own and those of the folders above it: a power failure
    /// takes a file that was forced itself when the name of its folder was not.
    ///
    /// Done at each start, not only when something was made: who made it may have been killed before. Folders that may
    /// not be read are somebody else's, and were there before.
    package static func forceNames(above path: String) throws(SystemError) {
        var rest = path[...]
        for _ in 0..<maximumDepth {
            let slash = rest.lastIndex(of: "/")
            let folder = slash.map { $0 == rest.startIndex ? "/" : String(rest[..<$0]) } ?? "."
            try forceNames(in: folder)
            guard let slash, slash != rest.startIndex else { return }
            rest = rest[..<slash]
        }
    }

    /// Deeper than any folder in use; a bound on the way up.
    private static let maximumDepth = 128

    private static func forceNames(in folder: String) throws(SystemError) {
        // SAFETY: the descriptor is opened, used and closed here.
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // File systems that cannot do it for folders say EINVAL: there is nothing that could be done instead.
        guard fsync(descriptor) == 0 || ![EIO, ENOSPC, EDQUOT].contains(errno) else {
            throw SystemError("force to the disk", folder)
        }
    }
}
