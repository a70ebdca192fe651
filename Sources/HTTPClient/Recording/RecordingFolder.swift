import Glibc

/// The folder of a recording: whole files in, whole files out.
struct RecordingFolder: Sendable {
    /// Larger files are not read: no body may be this long.
    private static let fileLimit = 1 << 30

    /// Absolute, or relative to the working directory.
    let path: String

    /// Makes the folder and those above it, for the owner's eyes only.
    func create() throws(HTTPError) {
        var made = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            made += "/" + part
            if mkdir(made, 0o700) != 0, errno != EEXIST { throw complaint("make the folder", made) }
        }
    }

    /// The names of its files, sorted.
    func names() throws(HTTPError) -> [String] {
        // SAFETY: the directory stays open while its entries are read, and each name is copied before the next is read.
        guard let directory = opendir(path) else { throw complaint("read the folder", path) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let capacity = MemoryLayout.size(ofValue: entry.pointee.d_name)
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: capacity) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// Writes a file that is there as a whole or not at all.
    func write(_ bytes: [UInt8], to name: String) throws(HTTPError) {
        let (partial, whole) = ("\(path)/.\(name).partial", "\(path)/\(name)")
        unlink(partial)
        let file = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw complaint("write", partial) }
        do throws(HTTPError) {
            try write(bytes, to: file, partial)
        } catch {
            close(file)
            unlink(partial)
            throw error
        }
        guard close(file) == 0, rename(partial, whole) == 0 else { throw complaint("write", whole) }
    }

    /// A whole file.
    func read(_ name: String) throws(HTTPError) -> [UInt8] {
        let whole = "\(path)/\(name)"
        let file = open(whole, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw complaint("read", whole) }
        defer { close(file) }
        let length = lseek(file, 0, SEEK_END)
        guard length >= 0, length <= Self.fileLimit else { throw .invalid("\"\(whole)\" is too long to be replayed") }
        lseek(file, 0, SEEK_SET)
        // SAFETY: read(2) gets the room left and reports what it filled.
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            while count < length, let start = buffer.baseAddress {
                let got = Glibc.read(file, start + count, length - count)
                if got < 0, errno == EINTR { continue }
                if got <= 0 { break }
                count += got
            }
        }
        guard bytes.count == length else { throw complaint("read", whole) }
        return bytes
    }

    private func write(_ bytes: [UInt8], to file: Int32, _ name: String) throws(HTTPError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            // SAFETY: write(2) reads no more than the slice holds.
            let written = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw complaint("write", name) }
            rest = rest.dropFirst(written)
        }
    }

    private func complaint(_ attempt: String, _ name: String) -> HTTPError {
        .invalid("cannot \(attempt) \"\(name)\": \(String(cString: strerror(errno)))")
    }
}
