import Collectors
import Glibc
import Platform

/// A file system in memory, where inodes are used again at once, as on ext4.
final class ModelDisk {
    final class Inode {
        let number: UInt64
        var bytes: [UInt8] = []
        var isPacked = false
        var (modified, changed): (Int64, Int64) = (0, 0)
        var links: UInt64 = 0

        init(_ number: UInt64) { self.number = number }
    }

    private(set) var names: [String: Inode] = [:]
    private(set) var symbolicLinks: [String: String] = [:]
    private var ticks: Int64 = 0
    /// Who is open or has a name, by number; a number nobody has is used again.
    private var alive: [UInt64: () -> Inode?] = [:]
    /// Some inode lost a name.
    private var hasLost = false
    /// The file system tells that a file was never changed.
    var liesAboutTimes = false
    /// May not be opened.
    var denied: Set<String> = []

    func tree() -> ModelTree { ModelTree(disk: self) }

    func tick() -> Int64 {
        ticks += 1
        return ticks
    }

    @discardableResult
    func create(_ path: String, _ bytes: [UInt8] = [], isPacked: Bool = false) -> Inode {
        // Before something went no number is free below.
        var number = hasLost ? 1 : UInt64(alive.count) + 1
        while alive[number]?() != nil { number += 1 }
        let inode = Inode(number)
        alive[number] = { [weak inode] in inode }
        (inode.bytes, inode.isPacked) = (bytes, isPacked)
        touch(inode)
        give(inode, path)
        return inode
    }

    func append(_ bytes: [UInt8], to inode: Inode) {
        inode.bytes += bytes
        touch(inode)
    }

    func truncate(_ inode: Inode) {
        inode.bytes = []
        touch(inode)
    }

    func rename(_ from: String, _ to: String) {
        guard let inode = names.removeValue(forKey: from) else { return }
        inode.links -= 1
        give(inode, to)
    }

    func delete(_ path: String) {
        guard let inode = names.removeValue(forKey: path) else { return }
        lose(inode)
    }

    func link(_ path: String, to target: String) { symbolicLinks[path] = target }

    func inode(at path: String) -> Inode? { names[symbolicLinks[path] ?? path] }

    private func give(_ inode: Inode, _ path: String) {
        if let old = names[path] { lose(old) }
        inode.links += 1
        inode.changed = tick()
        names[path] = inode
    }

    private func lose(_ inode: Inode) {
        inode.links -= 1
        inode.changed = tick()
        hasLost = true
    }

    private func touch(_ inode: Inode) {
        inode.changed = tick()
        if !liesAboutTimes { inode.modified = inode.changed }
    }
}

struct ModelTree: FileTree {
    let disk: ModelDisk

    func entries(of folder: String) -> [FolderEntry]? {
        let paths = disk.names.keys.map { ($0, FolderEntry.Kind.file) } + disk.symbolicLinks.keys.map { ($0, .link) }
        let entries = paths.compactMap { path, kind -> FolderEntry? in
            guard path.hasPrefix(folder + "/") else { return nil }
            let rest = path.dropFirst(folder.count + 1)
            if let slash = rest.firstIndex(of: "/") { return FolderEntry(name: String(rest[..<slash]), kind: .folder) }
            return FolderEntry(name: String(rest), kind: kind)
        }
        return Array(Set(entries))
    }

    func look(at path: String) -> FileLook? {
        if let inode = disk.inode(at: path) { return FileLook(inode) }
        guard disk.names.keys.contains(where: { $0.hasPrefix(path + "/") }) else { return nil }
        return FileLook(object: .init(device: 1, inode: 0), size: 0, modified: 0, changed: 0, isRegular: false)
    }

    func open(_ path: String) throws(SystemError) -> ModelFile {
        if disk.denied.contains(path) { throw SystemError("open", path, code: EACCES) }
        guard let inode = disk.inode(at: path) else { throw SystemError("open", path, code: ENOENT) }
        return ModelFile(inode)
    }
}

final class ModelFile: OpenedFile {
    private let inode: ModelDisk.Inode

    init(_ inode: ModelDisk.Inode) { self.inode = inode }

    var isPacked: Bool { inode.isPacked }
    func look() throws(SystemError) -> FileLook { FileLook(inode) }

    func read(at offset: UInt64, upTo count: Int) throws(SystemError) -> [UInt8] {
        Array(inode.bytes.dropFirst(Int(min(offset, 1 << 40))).prefix(count))
    }

    func content(after offset: UInt64) -> UInt64? { offset < UInt64(inode.bytes.count) ? offset : nil }
}

extension FileLook {
    fileprivate init(_ inode: ModelDisk.Inode) {
        self.init(
            object: .init(device: 1, inode: inode.number),
            size: UInt64(inode.isPacked ? (inode.bytes.count + 3) / 4 + 20 : inode.bytes.count),
            modified: inode.modified, changed: inode.changed, links: inode.links)
    }
}
