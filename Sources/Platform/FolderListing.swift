import Glibc

/// The names in a folder.
package enum FolderListing {
    /// All names but `.` and `..`, in no order, at most `limit` of them; nil where the folder cannot be read.
    ///
    /// Names that are not UTF-8 are left out: no path that Swift can say leads to them.
    package static func names(in path: String, limit: Int) -> [String]? {
        guard let folder = opendir(path) else { return nil }
        defer { closedir(folder) }
        var names: [String] = []
        while names.count < limit, let entry = readdir(folder) {
            // SAFETY: the entry lives until the next readdir(3); its name ends with a zero, within its 256 bytes.
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
            }
            if let name, name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
