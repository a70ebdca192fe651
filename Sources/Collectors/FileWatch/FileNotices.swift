import Glibc
import Platform

/// What the kernel tells of followed files, by inotify: a hint where to look, never the truth.
///
/// Where the kernel gives no more watches (`ENOSPC`), or a notice is lost, looking at intervals finds the same, later.
final class FileNotices {
    /// What was told since it was asked last.
    struct Told {
        /// Files that may have grown.
        var paths: [String] = []
        /// Names came or went, or notices were lost.
        var needsLook = false
    }

    private static let ofFolders: Inotify.Mask = [
        .modified, .attributes, .closedAfterWriting, .movedFrom, .movedTo, .created, .deleted, .selfDeleted, .selfMoved,
        .onlyFolder,
    ]
    private static let ofLinks: Inotify.Mask = [.modified, .attributes, .closedAfterWriting, .selfDeleted, .selfMoved]

    private let inotify: Inotify
    private let root: String
    private var paths: [Int32: String] = [:]
    private var watches: [String: Int32] = [:]
    /// The reason why not everything is watched.
    private(set) var problem: SystemError?

    init(root: String, in readiness: Readiness) throws(SystemError) {
        self.root = root
        inotify = try Inotify()
        try readiness.add(inotify.raw, for: .readable, token: 0)
    }

    /// Watches these folders, and these files that are links, and nothing else. True when something is watched that was
    /// not before: what was done there since it was looked at was not told.
    func watch(folders: Set<String>, links: Set<String>) -> Bool {
        for (path, watch) in watches where !folders.contains(path) && !links.contains(path) {
            inotify.unwatch(watch)
            watches[path] = nil
            paths[watch] = nil
        }
        problem = nil
        var isMore = false
        for path in folders where watches[path] == nil { isMore = watch(path, for: Self.ofFolders) || isMore }
        for path in links where watches[path] == nil { isMore = watch(path, for: Self.ofLinks) || isMore }
        return isMore
    }

    private func watch(_ path: String, for mask: Inotify.Mask) -> Bool {
        do {
            let watch = try inotify.watch(path.isEmpty && root.isEmpty ? "/" : root + path, for: mask)
            // Two links to one file have one watch; the poll sees the other.
            let isMore = paths[watch] == nil
            if let other = paths[watch] { watches[other] = nil }
            paths[watch] = path
            watches[path] = watch
            return isMore
        } catch {
            if error.code == ENOSPC { problem = error }
            return false
        }
    }

    /// What was told meanwhile.
    func read() throws(SystemError) -> Told {
        var told = Told()
        while true {
            let notices = try inotify.read()
            if notices.isEmpty { return told }
            for notice in notices { note(notice, in: &told) }
        }
    }

    private func note(_ notice: Inotify.Notice, in told: inout Told) {
        if notice.mask.contains(.overflowed) {
            told.needsLook = true
            return
        }
        guard let path = paths[notice.watch] else { return }
        if notice.mask.contains(.ignored) {
            paths[notice.watch] = nil
            watches[path] = nil
            told.needsLook = true
        } else if notice.mask.isSubset(of: [.modified, .closedAfterWriting]) {
            let name = String(decoding: notice.name, as: UTF8.self)
            told.paths.append(notice.name.isEmpty ? path : "\(path)/\(name)")
        } else {
            told.needsLook = true
        }
    }
}
