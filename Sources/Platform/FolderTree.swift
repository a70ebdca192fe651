import CLinux
import Glibc

/// A folder of the kernel's many small files (`/proc`, a cgroup hierarchy), read by descriptors and in bytes: a path is
/// looked up from this folder on, files go through one buffer, and no `String` or array is made on the way.
///
/// Not `Sendable`: one owner, one thread at a time.
package final class FolderTree {
    /// What is read of a file unless a reader wants more.
    package static let usualLimit = 64 << 10
    /// Bytes of a path below the root, with the NUL.
    private static let pathSize = 4096

    let root: Descriptor
    // SAFETY: both are owned by this object alone, freed in `deinit`, and handed out only for the length of a call that
    // does not come back here.
    private var buffer: UnsafeMutablePointer<UInt8>
    private var bufferSize = usualLimit
    private let path: UnsafeMutablePointer<UInt8>

    /// Opens the folder; throws when it is not there or not ours to read.
    package init(_ root: String) throws(SystemError) {
        self.root = try Descriptor.open(root, O_RDONLY | O_DIRECTORY)
        buffer = .allocate(capacity: bufferSize)
        path = .allocate(capacity: Self.pathSize)
    }

    deinit {
        buffer.deallocate()
        path.deallocate()
    }

    /// Reads `<number>/<file>`, at most `limit` bytes of it: what procfs tells may be as long as its owner likes.
    package func read<Result>(
        _ number: Int32, _ file: StaticString, limit: Int = usualLimit, _ body: (Span<UInt8>) -> Result
    ) throws(SystemCode) -> Result {
        write(number, file)
        let count = try fill(from: open(), limit: limit)
        return body(UnsafeBufferPointer(start: buffer, count: count).span)
    }

    /// Reads the file at a path below this folder, at most `limit` bytes of it.
    package func read<Result>(
        _ file: String, limit: Int = usualLimit, _ body: (Span<UInt8>) -> Result
    ) throws(SystemCode) -> Result {
        try write(file)
        let count = try fill(from: open(), limit: limit)
        return body(UnsafeBufferPointer(start: buffer, count: count).span)
    }

    /// Where the symbolic link `<number>/<file>` points to.
    package func link<Result>(
        _ number: Int32, _ file: StaticString, _ body: (Span<UInt8>) -> Result
    ) throws(SystemCode) -> Result {
        write(number, file)
        // SAFETY: readlinkat(2) writes at most `bufferSize` bytes into the buffer; the path ends with NUL.
        let count = path.withMemoryRebound(to: CChar.self, capacity: Self.pathSize) { path in
            buffer.withMemoryRebound(to: CChar.self, capacity: bufferSize) {
                readlinkat(root.raw, path, $0, bufferSize)
            }
        }
        guard count >= 0 else { throw SystemCode() }
        return body(UnsafeBufferPointer(start: buffer, count: count).span)
    }

    /// The entries of this folder whose names are numbers, in the kernel's order: the processes of `/proc`.
    package func numbers(into numbers: inout [Int32]) throws(SystemCode) {
        numbers.removeAll(keepingCapacity: true)
        guard lseek(root.raw, 0, SEEK_SET) >= 0 else { throw SystemCode() }
        try forEachEntry(of: root.raw) { name, _, _ in
            if let number = Decimal.whole(name), let process = Int32(exactly: number) { numbers.append(process) }
        }
    }

    /// Tells each entry of an open folder: its name, its inode, and its type as in `DT_DIR`.
    func forEachEntry(of folder: Int32, _ body: (Span<UInt8>, UInt64, UInt8) -> Void) throws(SystemCode) {
        while true {
            // SAFETY: getdents64(2) writes whole records into the buffer, at most its size.
            let filled = gw_read_folder(folder, buffer, bufferSize)
            guard filled >= 0 else { throw SystemCode() }
            guard filled > 0 else { return }
            let records = UnsafeRawBufferPointer(start: buffer, count: filled)
            var offset = 0
            while offset + Self.recordHead < records.count {
                // SAFETY: struct linux_dirent64: inode, offset, length of the record, type, the name with its NUL.
                let inode = records.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                let length = Int(records.loadUnaligned(fromByteOffset: offset + 16, as: UInt16.self))
                guard length > Self.recordHead, offset + length <= records.count else { return }
                let name = records[(offset + Self.recordHead)..<(offset + length)].prefix { $0 != 0 }
                UnsafeRawBufferPointer(rebasing: name).withMemoryRebound(to: UInt8.self) {
                    body($0.span, inode, records[offset + 18])
                }
                offset += length
            }
        }
    }

    private static let recordHead = 19

    /// Reads an open file into the buffer and closes it. Takes the descriptor as `openat` returned it.
    func fill(from descriptor: Int32, limit: Int) throws(SystemCode) -> Int {
        guard descriptor >= 0 else { throw SystemCode() }
        defer { close(descriptor) }
        var count = 0
        while true {
            if count == bufferSize { grow() }
            let room = min(bufferSize, limit) - count
            guard room > 0 else { return count }
            // SAFETY: read(2) writes at most `room` bytes behind those that are there.
            let status = Glibc.read(descriptor, buffer.advanced(by: count), room)
            if status < 0, errno == EINTR { continue }
            guard status >= 0 else { throw SystemCode() }
            count += status
            if status < min(room, Self.lastPart) { return count }
        }
    }

    /// These files come whole, or a page of short lines at a time: less than a page without its last line is the end,
    /// and saves a call. (`mountinfo`, whose lines may be of any length, is not read this way.)
    private static let lastPart = 4096 - 256

    /// The bytes `fill` read.
    func withFilled(_ count: Int, _ body: (Span<UInt8>) -> Void) {
        body(UnsafeBufferPointer(start: buffer, count: count).span)
    }

    private func grow() {
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: bufferSize * 2)
        larger.update(from: buffer, count: bufferSize)
        buffer.deallocate()
        (buffer, bufferSize) = (larger, bufferSize * 2)
    }

    private func open() -> Int32 {
        // SAFETY: the path ends with NUL.
        path.withMemoryRebound(to: CChar.self, capacity: Self.pathSize) { openat(root.raw, $0, O_RDONLY | O_CLOEXEC) }
    }

    /// Calls `body` with `<name>/<file>`, or with the name alone if there is no file.
    func withPath<Result>(_ name: Span<UInt8>, _ file: StaticString, _ body: (UnsafePointer<CChar>) -> Result) -> Result
    {
        // SAFETY: a name has at most 255 bytes, and a literal is short: far from the buffer's end.
        var count = 0
        while count < min(name.count, 255) {
            path[count] = name[count]
            count += 1
        }
        if file.utf8CodeUnitCount > 0 {
            path[count] = UInt8(ascii: "/")
            count += 1
            for index in 0..<file.utf8CodeUnitCount { path[count + index] = file.utf8Start[index] }
        }
        path[count + file.utf8CodeUnitCount] = 0
        return path.withMemoryRebound(to: CChar.self, capacity: Self.pathSize) { body($0) }
    }

    private func write(_ number: Int32, _ file: StaticString) {
        // SAFETY: a number has at most ten digits, and the names of files in procfs are short: far from the end.
        var count = Decimal.write(UInt32(max(0, number)), to: path)
        path[count] = UInt8(ascii: "/")
        count += 1
        for index in 0..<file.utf8CodeUnitCount { path[count + index] = file.utf8Start[index] }
        path[count + file.utf8CodeUnitCount] = 0
    }

    private func write(_ text: String) throws(SystemCode) {
        guard text.utf8.count < Self.pathSize else { throw SystemCode(ENAMETOOLONG) }
        var end = 0
        for byte in text.utf8 {
            path[end] = byte
            end += 1
        }
        path[end] = 0
    }
}

extension FolderTree {
    /// The kernel's number of this folder; in a cgroup hierarchy the cgroup's id.
    package var inode: UInt64? {
        var status = Glibc.stat()
        return fstat(root.raw, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    /// The names of this folder's entries and the kernel's numbers of them, without the hidden ones, at most so many.
    package func names(upTo limit: Int) throws(SystemCode) -> [String: UInt64] {
        var names: [String: UInt64] = [:]
        try forEachEntry(of: root.raw) { name, inode, _ in
            guard names.count < limit, name.count > 0, name[0] != UInt8(ascii: ".") else { return }
            var bytes: [UInt8] = []
            for index in 0..<name.count { bytes.append(name[index]) }
            names[String(decoding: bytes, as: UTF8.self)] = inode
        }
        return names
    }
}
