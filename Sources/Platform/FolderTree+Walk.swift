import Glibc

/// Who is told what a walk through a `FolderTree` meets.
package protocol FolderVisitor {
    /// A folder below the root, which is depth 0; false leaves it and all below it out. `inode` is the kernel's number of
    /// it: in a cgroup hierarchy the cgroup's id.
    mutating func enter(_ name: Span<UInt8>, inode: UInt64, depth: Int) -> Bool
    /// What the file in the folder that was entered last holds.
    mutating func read(_ bytes: Span<UInt8>, depth: Int)
    /// The file or the folder itself could not be read.
    mutating func failed(_ reason: SystemCode, depth: Int)
    /// All below the folder was told.
    mutating func leave(depth: Int)
}

extension FolderTree {
    private static let fileFlags = O_RDONLY | O_CLOEXEC
    private static let folderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC

    /// Walks through this folder and those below it, a folder before what is in it, and reads a file in each, whatever
    /// its length.
    ///
    /// Folders deeper than `maximumDepth` are left out and told as `ELOOP`: as many descriptors are open at once.
    package func walk<Visitor: FolderVisitor>(
        reading file: StaticString, maximumDepth: Int, _ visitor: inout Visitor
    ) throws(SystemCode) {
        let folder = openat(root.raw, ".", Self.folderFlags)
        guard folder >= 0 else { throw SystemCode() }
        var names: [UInt8] = []
        visit(folder, reading: file, depth: 0, maximumDepth: maximumDepth, names: &names, &visitor)
    }

    private func visit<Visitor: FolderVisitor>(
        _ folder: Int32, reading file: StaticString, depth: Int, maximumDepth: Int, names: inout [UInt8],
        _ visitor: inout Visitor
    ) {
        defer {
            close(folder)
            visitor.leave(depth: depth)
        }
        do throws(SystemCode) {
            // SAFETY: the name is a literal, which ends with NUL.
            let descriptor = file.utf8Start.withMemoryRebound(to: CChar.self, capacity: file.utf8CodeUnitCount + 1) {
                openat(folder, $0, Self.fileFlags)
            }
            let count = try fill(from: descriptor, limit: .max)
            withFilled(count) { visitor.read($0, depth: depth) }
        } catch {
            visitor.failed(error, depth: depth)
        }
        // Two links are its own and each folder in it adds one: a leaf, as most are, need not be listed. A file system
        // that does not count folders says 1.
        var status = stat()
        guard fstat(folder, &status) == 0, status.st_nlink != 2 else { return }
        guard depth < maximumDepth else { return visitor.failed(SystemCode(ELOOP), depth: depth) }

        // The buffer is needed again below: first the names, then the folders.
        let start = names.count
        defer { names.removeSubrange(start...) }
        do throws(SystemCode) {
            try forEachEntry(of: folder) { name, inode, type in
                guard Int32(type) == DT_DIR || Int32(type) == DT_UNKNOWN, name[0] != UInt8(ascii: ".") || name.count > 2
                else { return }
                withUnsafeBytes(of: inode) { names.append(contentsOf: $0) }
                for index in 0..<name.count { names.append(name[index]) }
                names.append(0)
            }
        } catch {
            visitor.failed(error, depth: depth)
        }
        visitNamed(from: start, in: folder, reading: file, depth: depth, maximumDepth: maximumDepth, &names, &visitor)
    }

    private func visitNamed<Visitor: FolderVisitor>(
        from start: Int, in folder: Int32, reading file: StaticString, depth: Int, maximumDepth: Int,
        _ names: inout [UInt8], _ visitor: inout Visitor
    ) {
        var next = start
        let end = names.count
        while next + 8 < end {
            let name = next + 8
            // SAFETY: behind the eight bytes of an inode comes a name that ends with NUL, inside the array.
            let (inode, length, below) = names.withUnsafeBytes { bytes in
                let text = bytes[name...].bindMemory(to: CChar.self)
                let inode = bytes.loadUnaligned(fromByteOffset: next, as: UInt64.self)
                guard let start = text.baseAddress else { return (inode, 0, Int32(-1)) }
                return (inode, strlen(start), openat(folder, start, Self.folderFlags))
            }
            next = name + length + 1
            guard below >= 0 else { continue }
            if visitor.enter(names.span.extracting(name..<(name + length)), inode: inode, depth: depth + 1) {
                visit(
                    below, reading: file, depth: depth + 1, maximumDepth: maximumDepth, names: &names, &visitor)
            } else {
                close(below)
            }
        }
    }
}
