import Glibc
import Platform

/// Whole files that others may have put there: users keep the state of their own containers.
enum RegularFile {
    /// Reads a file of at most `limit` bytes; nil when it is not there, not a regular file or longer. A pipe or a
    /// device in its place does not make the reader wait.
    static func read(_ path: String, limit: Int) -> [UInt8]? {
        guard let file = try? Descriptor.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY) else { return nil }
        var status = stat()
        guard fstat(file.raw, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= limit else {
            return nil
        }
        var bytes: [UInt8] = []
        while bytes.count <= limit {
            guard let piece = try? file.read(upTo: min(limit + 1 - bytes.count, 64 << 10), of: path) else { return nil }
            if piece.isEmpty { return bytes }
            bytes += piece
        }
        return nil
    }
}
