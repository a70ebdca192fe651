import CLinux
import Glibc

/// Whole small files, read and written with errors that name them.
package enum File {
    package static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }

    /// Reads a file of at most `limit` bytes.
    package static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("read", path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while true {
            let room = min(limit + 1 - bytes.count, 64 << 10)
            var status = 0
            let piece = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                // SAFETY: read(2) writes at most `room` bytes into the buffer it is given.
                status = Glibc.read(descriptor, buffer.baseAddress, room)
                count = max(0, status)
            }
            if status < 0, errno == EINTR { continue }
            guard status >= 0 else { throw FileError("read", path) }
            if status == 0 { return bytes }
            bytes += piece
            guard bytes.count <= limit else {
                throw FileError(description: "cannot read \"\(path)\": it is larger than \(limit) bytes")
            }
        }
    }

    /// Reads a file of the kernel's that comes whole: one with fewer than `limit` bytes.
    package static func readAtOnce(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("read", path) }
        defer { close(descriptor) }
        while true {
            var status = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
                // SAFETY: read(2) writes at most `limit` bytes into the buffer it is given.
                status = Glibc.read(descriptor, buffer.baseAddress, limit)
                count = max(0, status)
            }
            if status >= 0 { return bytes }
            if errno != EINTR { throw FileError("read", path) }
        }
    }

    /// Reads the end of a file: its last `limit` bytes, or all when it has fewer.
    package static func readEnd(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
        let descriptor = try Descriptor.open(path, O_RDONLY)
        _ = lseek(descriptor.raw, -off_t(limit), SEEK_END)
        return try descriptor.read(upTo: limit, of: path) ?? []
    }

    /// Where a symbolic link points to.
    package static func link(_ path: String) throws(SystemError) -> String {
        var status = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, count in
            // SAFETY: readlink(2) writes at most the given number of bytes into the buffer.
            status = buffer.withMemoryRebound(to: CChar.self) { text in
                text.baseAddress.map { readlink(path, $0, text.count) } ?? -1
            }
            count = max(0, status)
        }
        guard status >= 0 else { throw SystemError("read the link", path) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Replaces a file so that a reader sees the old or the new one whole, never a part. A link at the path is replaced
    /// itself.
    package static func replace(_ path: String, with bytes: [UInt8], mode: UInt32 = 0o644) throws(FileError) {
        let temporary = "\(path).new"
        TrustedPath.clear(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw FileError("write", temporary) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            // SAFETY: write(2) reads no more than the slice it is given.
            let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written >= 0 else { throw FileError("write", temporary) }
            rest = rest.dropFirst(written)
        }
        guard rename(temporary, path) == 0 else { throw FileError("replace", path) }
    }

    /// Makes a folder and those above it; one that exists is fine.
    package static func makeFolder(_ path: String, mode: UInt32 = 0o755) throws(FileError) {
        if mkdir(path, mode) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw FileError("make the folder", path)
        }
        try makeFolder(String(path[..<slash]), mode: mode)
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw FileError("make the folder", path) }
    }

    /// Makes a folder that nobody else may look into. Throws where there is something already.
    package static func makePrivateFolder(_ path: String) throws(FileError) {
        guard mkdir(path, 0o700) == 0 else { throw FileError("make the folder", path) }
    }
}

/// What could not be done with which file, in the system's words.
package struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String

    init(description: String) {
        self.description = description
    }

    /// Takes the words of `errno`.
    init(_ action: String, _ path: String) {
        description = "cannot \(action) \"\(path)\": \(String(cString: strerror(errno)))"
    }
}
