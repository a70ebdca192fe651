import Glibc
import Platform

/// Hears of the cgroups of one hierarchy: a watch for each folder and one for each container's `cgroup.events`.
///
/// A notice is a hint to look. Not `Sendable`: one owner, one thread at a time.
final class CgroupWatch {
    /// Watches at the most; cgroups beyond are found by looking only. Half of what a host with 1 GiB allows.
    static let maximumWatches = 65_536
    /// Cgroups nested deeper are found by looking only.
    static let maximumDepth = 24

    private enum Subject: Hashable {
        case folder(String)
        case events(String)
        case freezer(String)
        case memory(String)

        var cgroup: String {
            switch self {
            case .folder(let cgroup), .events(let cgroup), .freezer(let cgroup), .memory(let cgroup): cgroup
            }
        }
    }

    private let inotify: Inotify
    private let tree: CgroupTree
    private var subjects: [Int32: Subject] = [:]
    private var numbers: [Subject: Int32] = [:]
    /// Whether cgroups of this hierarchy may have a count of kills for want of memory.
    private let countsMemory: Bool
    /// Watches that are no longer needed, and not yet given back.
    private var retired: Set<Int32> = []
    /// Whether there were more cgroups than may be watched.
    private(set) var isPartial = false

    /// Watches nothing yet. Throws when the user may have no more inotify instances.
    init(_ tree: CgroupTree) throws(SystemError) {
        (inotify, self.tree) = (try Inotify(), tree)
        let controllers = (try? File.readAtOnce("\(tree.root)/cgroup.controllers", limit: 4 << 10)) ?? []
        countsMemory = controllers.split { $0 <= UInt8(ascii: " ") }.contains { $0.elementsEqual("memory".utf8) }
    }

    /// For `Readiness`.
    var raw: Int32 { inotify.raw }

    /// How many watches there are.
    var count: Int { subjects.count }

    /// Watches all cgroups there are; also again, after notices were lost.
    func begin() {
        isPartial = false
        _ = take("/", depth: 0, again: true)
    }

    /// Hears of what a container's cgroup does: whether it has processes, whether they are frozen, and of memory.
    /// `freezer` is the folder in a hierarchy of version 1 that freezes it, where there is one.
    func follow(_ cgroup: String, freezer: String?) {
        let folder = tree.folder(of: cgroup)
        if tree.hierarchy.isEmpty {
            watch("\(folder)/cgroup.events", as: .events(cgroup), for: .modified)
            if countsMemory { watch("\(folder)/memory.events", as: .memory(cgroup), for: .modified) }
        }
        if let freezer { watch(freezer, as: .freezer(cgroup), for: .modified) }
    }

    /// Hears of it no more: the container is gone. Its folder is still watched while it is there.
    func unfollow(_ cgroup: String) {
        for subject in [Subject.events(cgroup), .freezer(cgroup), .memory(cgroup)] { unwatch(subject) }
    }

    /// What was said, without waiting. The kernel tells again that there is something while more is left.
    func read() throws(SystemError) -> [CgroupNotice] {
        var notices: [CgroupNotice] = []
        for notice in try inotify.read() { translate(notice, into: &notices) }
        return notices
    }

    private func translate(_ notice: Inotify.Notice, into notices: inout [CgroupNotice]) {
        if notice.mask.contains(.overflowed) { return notices.append(.lost) }
        guard let subject = subjects[notice.watch] else {
            // Its file went with its cgroup.
            if notice.mask.contains(.ignored) { retired.remove(notice.watch) }
            return
        }
        if notice.mask.contains(.ignored) {
            subjects[notice.watch] = nil
            if numbers[subject] == notice.watch { numbers[subject] = nil }
            return
        }
        switch subject {
        case .events(let cgroup): notices.append(.changed(cgroup))
        case .memory(let cgroup): notices.append(.outOfMemory(cgroup))
        case .freezer(let cgroup):
            if notice.name.elementsEqual("freezer.state".utf8) { notices.append(.changed(cgroup)) }
        case .folder(let cgroup): translate(notice, in: cgroup, into: &notices)
        }
    }

    private func translate(_ notice: Inotify.Notice, in cgroup: String, into notices: inout [CgroupNotice]) {
        if notice.mask.contains(.isFolder) {
            let name = String(decoding: notice.name, as: UTF8.self)
            let path = cgroup == "/" ? "/\(name)" : "\(cgroup)/\(name)"
            if notice.mask.contains(.created) || notice.mask.contains(.movedTo) {
                // It came, though it may be gone again before it could be watched.
                notices.append(.created(path))
                let depth = path.utf8.count { $0 == UInt8(ascii: "/") }
                for below in take(path, depth: depth) where below != path { notices.append(.created(below)) }
            } else if notice.mask.contains(.deleted) || notice.mask.contains(.movedFrom) {
                unwatch(.folder(path))
                notices.append(.deleted(path))
            }
        } else if notice.mask.contains(.modified) {
            if notice.name.elementsEqual("cgroup.procs".utf8) || notice.name.elementsEqual("tasks".utf8) {
                notices.append(.joined(cgroup))
            } else if notice.name.elementsEqual("freezer.state".utf8) {
                notices.append(.changed(cgroup))
            }
        }
    }

    /// Watches a folder and those in it, which may have come before the watch. Gives all that are watched newly.
    /// `again` looks into those that are watched already too.
    private func take(_ cgroup: String, depth: Int, again: Bool = false) -> [String] {
        guard depth <= Self.maximumDepth else {
            isPartial = true
            return []
        }
        let isNew = watch(
            tree.folder(of: cgroup), as: .folder(cgroup), for: [.created, .deleted, .modified, .onlyFolder])
        var taken = isNew ? [cgroup] : []
        guard isNew || again else { return [] }
        for name in Folder.folders(in: tree.folder(of: cgroup)) {
            taken += take(cgroup == "/" ? "/\(name)" : "\(cgroup)/\(name)", depth: depth + 1, again: again)
        }
        return taken
    }

    /// Whether it is watched newly.
    @discardableResult
    private func watch(_ path: String, as subject: Subject, for mask: Inotify.Mask) -> Bool {
        guard numbers[subject] == nil else { return false }
        guard subjects.count < Self.maximumWatches else {
            isPartial = true
            return false
        }
        do throws(SystemError) {
            let number = try inotify.watch(path, for: mask)
            subjects[number] = subject
            numbers[subject] = number
            return true
        } catch {
            // What is gone meanwhile needs no watch.
            if error.code == ENOSPC || error.code == ENOMEM { isPartial = true }
            return false
        }
    }

    private func unwatch(_ subject: Subject) {
        guard let number = numbers.removeValue(forKey: subject) else { return }
        subjects[number] = nil
        retired.insert(number)
        if retired.count >= Self.retiredLimit { dismiss() }
    }

    /// Each watch that is given back is answered by a notice: many at once are one wake-up.
    private static let retiredLimit = 64

    private func dismiss() {
        for number in retired { inotify.unwatch(number) }
        retired.removeAll(keepingCapacity: true)
    }
}
