import Glibc
import Platform

/// A folder and the changes made in it. Every call blocks.
struct DiskFolder: Sendable {
    // SAFETY: DIR is opened and closed within one call; names are read as the C strings the system wrote.

    /// Deeper than any folder in use; a bound on the way up.
    private static let maximumDepth = 128

    let path: String
    /// Called after each change, so that tests see the folder as a crash there would leave it.
    let onChange: @Sendable () -> Void

    init(_ path: String, onChange: @escaping @Sendable () -> Void = {}) {
        (self.path, self.onChange) = (path, onChange)
    }

    func path(of name: String) -> String {
        "\(path)/\(name)"
    }

    /// Makes the folder and those above it where they are missing.
    func make() throws(ArchiveError) {
        try Self.make(path, depth: 0)
    }

    /// The names in the folder, in no order.
    func names() throws(ArchiveError) -> [String] {
        guard let folder = opendir(path) else { throw .failed("list", path) }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    func rename(_ old: String, to new: String) throws(ArchiveError) {
        guard Glibc.rename(path(of: old), path(of: new)) == 0 else { throw .failed("rename", path(of: old)) }
        onChange()
    }

    /// Removes a file; that it is gone already is fine.
    func remove(_ name: String) throws(ArchiveError) {
        guard unlink(path(of: name)) == 0 || errno == ENOENT else { throw .failed("remove", path(of: name)) }
        onChange()
    }

    /// Returns when names made, changed and removed here would survive a power failure.
    func sync() throws(ArchiveError) {
        let folder = try DiskFile(path, for: .reading)
        try folder.sync()
    }

    /// Returns when the folder itself and those above it would survive a power failure.
    func forceNames() throws(ArchiveError) {
        do throws(SystemError) {
            try File.forceNames(above: "\(path)/")
        } catch {
            throw .failed(error.action, error.object, code: error.code)
        }
    }

    private static func make(_ path: String, depth: Int) throws(ArchiveError) {
        if mkdir(path, 0o750) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, depth < maximumDepth, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw .failed("make the folder", path)
        }
        try make(String(path[..<slash]), depth: depth + 1)
        guard mkdir(path, 0o750) == 0 || errno == EEXIST else { throw .failed("make the folder", path) }
    }
}
