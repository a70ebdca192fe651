import Glibc

/// A new empty directory that goes, with all that is in it, when this value goes.
package final class TemporaryDirectory: Sendable {
    /// Absolute, without a slash at the end.
    package let path: String

    /// Makes one under `TMPDIR`. `name` says whose it is.
    package init(_ name: String = "guestwatch") throws {
        let parent = Environment["TMPDIR"] ?? "/tmp"
        var template = Array("\(parent)/\(name).XXXXXX".utf8CString)
        // SAFETY: mkdtemp changes the six X in place, inside the array.
        let isMade = template.withUnsafeMutableBufferPointer { $0.baseAddress.map { mkdtemp($0) != nil } ?? false }
        guard isMade else { throw SystemCallError(attempt: "make a directory in \"\(parent)\"", errno: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        Self.remove(path)
    }

    /// The path of something inside.
    package func path(_ name: String) -> String {
        "\(path)/\(name)"
    }

    /// The names of what is inside, sorted.
    package var names: [String] { Self.names(in: path).sorted() }

    private static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            // SAFETY: the kernel ends the name with a zero inside the structure.
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    private static func remove(_ path: String) {
        if unlink(path) == 0 || errno == ENOENT { return }
        for name in names(in: path) { remove("\(path)/\(name)") }
        rmdir(path)
    }
}
