import CLinux
import Glibc
package import Platform

/// The file system of this host.
package struct LinuxFileTree: FileTree {
    /// Put before every path: "" or where the host's root is mounted.
    private let root: String

    package init(root: String = "") {
        self.root = root
    }

    /// A path that holds wherever this process goes: a relative one is taken from where it is now.
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return "\(String(cString: folder))/\(path)"
    }

    package func entries(of folder: String) -> [FolderEntry]? {
        guard let stream = opendir(root + folder) else { return nil }
        defer { closedir(stream) }
        var entries: [FolderEntry] = []
        while let entry = readdir(stream) {
            // SAFETY: the C library ends the name with a zero inside the structure, which lives until the next readdir.
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: UInt8.self, capacity: 256) { String(validatingCString: $0) }
            }
            // A name that is not UTF-8 cannot be written into an event, nor told apart once repaired.
            guard let name, name != ".", name != ".." else { continue }
            entries.append(FolderEntry(name: name, kind: FolderEntry.Kind(type: entry.pointee.d_type)))
        }
        return entries
    }

    package func look(at path: String) -> FileLook? {
        var status = stat()
        guard stat(root + path, &status) == 0 else { return nil }
        return FileLook(status)
    }

    package func open(_ path: String) throws(SystemError) -> LinuxFile {
        // Without waiting: the path may lead to a pipe by now.
        let descriptor = try Descriptor.open(root + path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
        return try LinuxFile(descriptor, path: path)
    }
}

extension String {
    // SAFETY: the pointer is only used within the call, up to the first zero.
    private static func length(of bytes: UnsafePointer<UInt8>) -> Int {
        var length = 0
        while bytes[length] != 0 { length += 1 }
        return length
    }

    fileprivate init?(validatingCString bytes: UnsafePointer<UInt8>) {
        self.init(
            validating: UnsafeBufferPointer(start: bytes, count: Self.length(of: bytes)), as: UTF8.self)
    }
}

extension FolderEntry.Kind {
    fileprivate init(type: UInt8) {
        switch Int(type) {
        case Int(DT_REG): self = .file
        case Int(DT_DIR): self = .folder
        case Int(DT_LNK): self = .link
        case Int(DT_UNKNOWN): self = .unknown
        default: self = .other
        }
    }
}

extension FileLook {
    /// Takes over what stat(2) told.
    init(_ status: stat) {
        self.init(
            object: Object(device: UInt64(status.st_dev), inode: UInt64(status.st_ino)),
            size: UInt64(max(0, status.st_size)), modified: status.st_mtim.nanoseconds,
            changed: status.st_ctim.nanoseconds, isRegular: status.st_mode & S_IFMT == S_IFREG,
            links: UInt64(status.st_nlink))
    }
}

extension timespec {
    fileprivate var nanoseconds: Int64 { Int64(tv_sec) &* 1_000_000_000 &+ Int64(tv_nsec) }
}
