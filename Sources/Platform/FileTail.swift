import Glibc

extension File {
    /// Reads the end of a file: at most `limit` bytes. A file that grows meanwhile is read a little further.
    package static func tail(of path: String, limit: Int) throws(SystemError) -> [UInt8] {
        let file = try Descriptor.open(path, O_RDONLY)
        let size = lseek(file.raw, 0, SEEK_END)
        guard size >= 0, lseek(file.raw, max(0, size - off_t(limit)), SEEK_SET) >= 0 else {
            throw SystemError("read the end of", path)
        }
        var bytes: [UInt8] = []
        while bytes.count < limit {
            guard let piece = try file.read(upTo: limit - bytes.count, of: path), !piece.isEmpty else { break }
            bytes += piece
        }
        return bytes
    }
}
