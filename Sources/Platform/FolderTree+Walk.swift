import Glibc

/// Who is told what a walk through a `FolderTree` meets.
package protocol FolderVisitor {
    /// A folder below the root, which is depth 0; false leaves it and all below it out. `inode` is the kernel's number
    /// of it: in a cgroup hierarchy the cgroup's id.
    mutating func enter(_ name: Span<UInt8>, inode: UInt64, depth: Int) -> Bool
    /// What the file in the folder that was entered last holds.
    mutating func read(_ bytes: Span<UInt8>, depth: Int)
    /// The file or the folder itself could not be read.
    mutating func failed(_ reason: SystemCode, depth: Int)
    /// All below the folder was told.
    mutating func leave(depth: Int)
}

extension FolderTree {
    private static let folderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    /// Two links are a folder's own and each folder in it adds one: a leaf, as most are, is not even opened. A file
    /// system that does not count folders says 1.
    private static let leafLinks = 2

    /// Walks through this folder and those below it, a folder before what is in it, and reads a file in each, whatever
    /// its length.
    ///
    /// Folders deeper than `maximumDepth` are left out and told as `ELOOP`: as many descriptors are open at once.
    package func walk<Visitor: FolderVisitor>(
        reading file: StaticString, maximumDepth: Int, _ visitor: inout Visitor
    ) throws(SystemCode) {
        var status = stat()
        guard fstat(root.raw, &status) == 0 else { throw SystemCode() }
        var walk = Walk(file: file, maximumDepth: maximumDepth)
        let here: [UInt8] = [UInt8(ascii: ".")]
        read(in: root.raw, of: here.span, depth: 0, walk, &visitor)
        if status.st_nlink != Self.leafLinks {
            let folder = openat(root.raw, ".", Self.folderFlags)
            guard folder >= 0 else { throw SystemCode() }
            visit(folder, depth: 0, &walk, &visitor)
        }
        visitor.leave(depth: 0)
    }

    /// What stays the same throughout a walk, and the names of the folders that are still to be visited.
    private struct Walk {
        let file: StaticString
        let maximumDepth: Int
        /// Inode, name, NUL; of the folder that is visited now behind those of the folders above it.
        var names: [UInt8] = []
    }

    /// Visits the folders in one folder, and closes it.
    private func visit<Visitor: FolderVisitor>(
        _ folder: Int32, depth: Int, _ walk: inout Walk, _ visitor: inout Visitor
    ) {
        let start = walk.names.count
        defer {
            close(folder)
            walk.names.removeSubrange(start...)
        }
        // The buffer is needed again for what is in them: first all names, then the folders.
        var names = walk.names
        walk.names = []
        do throws(SystemCode) {
            try forEachEntry(of: folder) { name, inode, type in
                guard Int32(type) == DT_DIR || Int32(type) == DT_UNKNOWN, !Self.isSelfOrParent(name) else { return }
                // SAFETY: the eight bytes of a number, copied.
                withUnsafeBytes(of: inode) { names.append(contentsOf: $0) }
                for index in 0..<name.count { names.append(name[index]) }
                names.append(0)
            }
        } catch {
            visitor.failed(error, depth: depth)
        }
        walk.names = names
        var next = start
        while next + 8 < names.count {
            // SAFETY: eight bytes lie before `names.count`, as was just checked.
            let inode = names.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: next, as: UInt64.self) }
            let begin = next + 8
            let end = names[begin...].firstIndex(of: 0) ?? names.count
            next = end + 1
            visit(names.span.extracting(begin..<end), inode, in: folder, depth: depth + 1, &walk, &visitor)
        }
    }

    /// Visits one folder, by its name in the folder it lies in.
    private func visit<Visitor: FolderVisitor>(
        _ name: Span<UInt8>, _ inode: UInt64, in parent: Int32, depth: Int, _ walk: inout Walk,
        _ visitor: inout Visitor
    ) {
        var status = stat()
        guard withPath(name, "", { fstatat(parent, $0, &status, AT_SYMLINK_NOFOLLOW) }) == 0,
            status.st_mode & S_IFMT == S_IFDIR, visitor.enter(name, inode: inode, depth: depth)
        else { return }
        defer { visitor.leave(depth: depth) }
        read(in: parent, of: name, depth: depth, walk, &visitor)
        guard status.st_nlink != Self.leafLinks else { return }
        guard depth < walk.maximumDepth else { return visitor.failed(SystemCode(ELOOP), depth: depth) }
        let folder = withPath(name, "") { openat(parent, $0, Self.folderFlags) }
        guard folder >= 0 else { return visitor.failed(SystemCode(), depth: depth) }
        visit(folder, depth: depth, &walk, &visitor)
    }

    private func read<Visitor: FolderVisitor>(
        in parent: Int32, of name: Span<UInt8>, depth: Int, _ walk: Walk, _ visitor: inout Visitor
    ) {
        do throws(SystemCode) {
            let file = withPath(name, walk.file) { openat(parent, $0, O_RDONLY | O_CLOEXEC) }
            let count = try fill(from: file, limit: .max)
            withFilled(count) { visitor.read($0, depth: depth) }
        } catch {
            visitor.failed(error, depth: depth)
        }
    }

    private static func isSelfOrParent(_ name: Span<UInt8>) -> Bool {
        name[0] == UInt8(ascii: ".") && (name.count == 1 || name.count == 2 && name[1] == UInt8(ascii: "."))
    }
}
