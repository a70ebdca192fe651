import Glibc

/// The names in a folder.
package enum Folder {
    /// The folders in it, in no order; none when it is gone or not ours to read. Links are not followed.
    package static func folders(in path: String) -> [String] {
        // Two links are its own and each folder in it adds one; a file system that does not count folders says 1.
        var status = stat()
        guard stat(path, &status) == 0, status.st_nlink != 2, let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            // SAFETY: the record stays as it is until the next readdir(3), and its name ends with NUL.
            guard entry.pointee.d_type == UInt8(DT_DIR) else { continue }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
