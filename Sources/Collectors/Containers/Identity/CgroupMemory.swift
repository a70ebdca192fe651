import Platform

/// One cgroup as it was last seen. Remembered by the kernel's number for it, which is never given to another.
final class KnownCgroup {
    let inode: UInt64
    let parent: UInt64
    let name: [UInt8]
    let place: CgroupPlace
    /// The cgroup of the container it belongs to: its own number, or that of one above.
    let container: UInt64?
    /// The processes directly in it.
    var processes: [Int32] = []
    /// The look in which it was last seen.
    var look: UInt64 = 0

    init(inode: UInt64, parent: KnownCgroup?, name: [UInt8], place: CgroupPlace) {
        (self.inode, self.name, self.place) = (inode, name, place)
        self.parent = parent?.inode ?? 0
        let isOwn = place.matches.count > parent?.place.matches.count ?? 0
        container = isOwn ? inode : parent?.container
    }

    var path: String { place.path.isEmpty ? "/" : String(decoding: place.path, as: UTF8.self) }
}

/// The cgroups that are known, and the visitor that keeps them so.
struct CgroupMemory {
    /// Cgroups that are remembered; a kernel allows 65,536 in a hierarchy of version 1.
    static let maximumCgroups = 262_144

    private(set) var known: [UInt64: KnownCgroup] = [:]
    /// Those of the current look, each behind the one it lies in.
    private(set) var visited: [KnownCgroup] = []
    /// Why folders could not be read, beside having gone.
    private(set) var failures: [SystemCode: Int] = [:]
    private var above: [KnownCgroup] = []
    private var list: [Int32] = []
    private var look: UInt64 = 0

    /// Begins a look at the cgroup of that place and what lies below it.
    mutating func begin(at place: CgroupPlace, inode: UInt64) {
        look += 1
        visited.removeAll(keepingCapacity: true)
        failures.removeAll()
        let root = known[inode].flatMap { $0.place == place ? $0 : nil }
        let cgroup = root ?? KnownCgroup(inode: inode, parent: nil, name: [], place: place)
        known[inode] = cgroup
        cgroup.look = look
        above = [cgroup]
        visited.append(cgroup)
    }

    /// Ends a look at everything: what was not seen is gone.
    mutating func forgetUnseen() {
        guard known.count > visited.count else { return }
        known = known.filter { $0.value.look == look }
    }

    /// Takes the processes of a host without a hierarchy that could be walked: by the paths procfs tells.
    mutating func replace(by paths: [(path: String, pid: Int32)]) {
        look += 1
        failures.removeAll()
        visited.removeAll(keepingCapacity: true)
        var byPath: [String: KnownCgroup] = [:]
        for (path, pid) in paths {
            let cgroup = byPath[path] ?? cgroup(ofPath: path, &byPath)
            cgroup.processes.append(pid)
        }
        known.removeAll()
    }

    /// Makes a cgroup and those it lies in; numbers of their own stand for the kernel's.
    private mutating func cgroup(ofPath path: String, _ byPath: inout [String: KnownCgroup]) -> KnownCgroup {
        if let known = byPath[path] { return known }
        let place = CgroupPlace(path: path)
        let parts = path.split(separator: "/")
        let parent = parts.isEmpty ? nil : cgroup(ofPath: "/" + parts.dropLast().joined(separator: "/"), &byPath)
        let cgroup = KnownCgroup(
            inode: UInt64(byPath.count + 1), parent: parent, name: parts.last.map { Array($0.utf8) } ?? [], place: place
        )
        byPath[path] = cgroup
        visited.append(cgroup)
        return cgroup
    }
}

extension CgroupMemory: FolderVisitor {
    mutating func enter(_ name: Span<UInt8>, inode: UInt64, depth: Int) -> Bool {
        guard let parent = above.last, visited.count < Self.maximumCgroups else { return false }
        let cgroup: KnownCgroup
        if let known = known[inode], known.parent == parent.inode, known.name.isSame(as: name) {
            cgroup = known
        } else {
            cgroup = KnownCgroup(
                inode: inode, parent: parent, name: name.array, place: parent.place.entering(name))
            known[inode] = cgroup
        }
        cgroup.look = look
        above.append(cgroup)
        visited.append(cgroup)
        return true
    }

    mutating func read(_ bytes: Span<UInt8>, depth: Int) {
        list.removeAll(keepingCapacity: true)
        var list = list
        Decimal.forEachLine(of: bytes) { number in
            if number > 0, let pid = Int32(exactly: number) { list.append(pid) }
        }
        if let cgroup = above.last, cgroup.processes != list { cgroup.processes = list }
        self.list = list
    }

    mutating func failed(_ reason: SystemCode, depth: Int) {
        above.last?.processes = []
        // A threaded cgroup lists no processes: the domain above it does.
        if !reason.isGone, reason != .notSupported { failures[reason, default: 0] += 1 }
    }

    mutating func leave(depth: Int) {
        above.removeLast()
    }
}

extension SystemCode {
    /// `EOPNOTSUPP`.
    static let notSupported = SystemCode(95)
}

extension [UInt8] {
    /// Whether the bytes are the same.
    func isSame(as bytes: Span<UInt8>) -> Bool {
        count == bytes.count && indices.allSatisfy { self[$0] == bytes[$0] }
    }
}
