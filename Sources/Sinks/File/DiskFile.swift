import Glibc
import Platform

/// An open file, closed with its last reference. Every call blocks: for threads of one's own.
final class DiskFile {
    // SAFETY: the descriptor is open from init to deinit; buffers are alive for the calls and their lengths are their
    // counts.

    let path: String
    private let descriptor: Int32

    /// Which file, and how large it is.
    struct Status: Equatable {
        var device: UInt
        var inode: UInt
        var bytes: Int
        var isRegular: Bool

        fileprivate init(_ status: Glibc.stat) {
            (device, inode, bytes) = (UInt(status.st_dev), UInt(status.st_ino), Int(status.st_size))
            isRegular = status.st_mode & S_IFMT == S_IFREG
        }
    }

    /// What to open a file for.
    enum Use {
        /// Made where there is none.
        case appending
        /// Made anew, whatever there was.
        case writing
        case reading

        fileprivate var flags: Int32 {
            switch self {
            case .appending: O_RDWR | O_APPEND | O_CREAT
            case .writing: O_WRONLY | O_CREAT | O_EXCL
            case .reading: O_RDONLY
            }
        }
    }

    /// Opens without ever waiting, not even on a pipe, and follows no link. A file made here has the mode 0640.
    init(_ path: String, for use: Use) throws(ArchiveError) {
        self.path = path
        if use == .writing { TrustedPath.clear(path) }
        descriptor = Glibc.open(path, use.flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW, 0o640)
        if descriptor < 0 { throw .failed("open", path) }
    }

    deinit {
        close(descriptor)
    }

    func status() throws(ArchiveError) -> Status {
        var status = Glibc.stat()
        guard fstat(descriptor, &status) == 0 else { throw .failed("look at", path) }
        return Status(status)
    }

    /// The status of what stands at a path; nil when there is nothing.
    static func status(of path: String) throws(ArchiveError) -> Status? {
        var status = Glibc.stat()
        if fstatat(AT_FDCWD, path, &status, AT_SYMLINK_NOFOLLOW) == 0 { return Status(status) }
        if errno == ENOENT { return nil }
        throw .failed("look at", path)
    }

    /// The path behind symbolic links, so that names beside it are made beside the file itself.
    static func resolved(_ path: String) throws(ArchiveError) -> String {
        do {
            return try TrustedPath.resolved(path)
        } catch {
            // Whatever else stands in the way is told by the call that opens the file, in its own words.
            guard error.code == EPERM || error.code == ELOOP else { return path }
            throw .failed(error.action, error.object, code: error.code)
        }
    }

    /// Writes everything, in one call where the disk takes it. After an error some of it may be written.
    func write(_ bytes: some Collection<UInt8>) throws(ArchiveError) {
        let failure: ArchiveError?? = bytes.withContiguousStorageIfAvailable { buffer in
            var rest = UnsafeRawBufferPointer(buffer)
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                if count < 0 { return .failed("write", path) }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
            return nil
        }
        if let failure = failure ?? .failed("write", path, code: EINVAL) { throw failure }
    }

    /// At most `count` bytes from an offset on; fewer at the end of the file.
    func read(at offset: Int, count: Int) throws(ArchiveError) -> [UInt8] {
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(
                    descriptor, buffer.baseAddress?.advanced(by: filled), count - filled, off_t(offset + filled))
                if got < 0, errno == EINTR { continue }
                if got < 0 { code = errno }
                if got <= 0 { return }
                filled += got
            }
        }
        if code != 0 { throw .failed("read", path, code: code) }
        return bytes
    }

    /// Writes what stands in a range once more, so that the next `sync` forces it whatever became of the one before: to
    /// the kernel, what it failed to write is as good as written.
    func rewrite(_ range: Range<Int>) throws(ArchiveError) {
        guard !range.isEmpty else { return }
        // A file opened for appending is written at its end only.
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, fcntl(descriptor, F_SETFL, flags & ~O_APPEND) == 0 else { throw .failed("write", path) }
        defer { _ = fcntl(descriptor, F_SETFL, flags) }
        for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.pieceBytes) {
            let bytes = try read(at: start, count: min(Self.pieceBytes, range.upperBound - start))
            guard lseek(descriptor, off_t(start), SEEK_SET) == off_t(start) else { throw .failed("write", path) }
            try write(bytes)
        }
    }

    private static let pieceBytes = 256 << 10

    func truncate(to length: Int) throws(ArchiveError) {
        guard ftruncate(descriptor, off_t(length)) == 0 else { throw .failed("shorten", path) }
    }

    /// Returns when what was written would survive a power failure.
    func sync() throws(ArchiveError) {
        guard fdatasync(descriptor) == 0 else { throw .failed("force to the disk", path) }
    }

    /// Takes the lock of this file, which the system gives back when the file is closed or its process dies. False:
    /// somebody else holds it.
    func tryLock() throws(ArchiveError) -> Bool {
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
        if errno == EWOULDBLOCK { return false }
        throw .failed("lock", path)
    }
}
