import Platform

/// Follows the content of files through whatever is done to their names: the decisions, over any `FileTree`.
///
/// A file is known by its content (`ContentMark`). `look` compares what the tree shows with what is known: it finds
/// new files, known ones under other names, and content that is gone. `read` reads what is new. Both are synchronous;
/// time is handed in. Not safe to share: owned by one collector.
///
/// The rules, in the order they are asked:
/// 1. An open file is the object it is; a closed one is what its path or inode leads to, if the content agrees.
/// 2. Content that is not where it was is looked for in files nobody claims, then beside where it was, packed or not.
/// 3. A file nobody claims that carries the content of a known one is its copy, and not read.
/// 4. Every other file is new, and read from its beginning (at the first look from its end, where that is wanted).
/// 5. Known content that is nowhere is given up after two looks; what was seen of it and not read is told as a gap.
package final class Follower<Tree: FileTree> {
    typealias File = FollowedFile<Tree.Opened>

    let tree: Tree
    let settings: FollowSettings
    let cutter: LineCutter
    /// In the order they were first followed.
    var files: [File] = []
    var register: IdentityRegister
    /// Files that are there at the first look ever may be treated otherwise.
    var hasLooked: Bool
    /// What was told by looking, and not yet handed out.
    var told: [FollowedPiece] = []
    /// Files to be read, the next one first.
    var queue: [File] = []
    /// Readings so far.
    var readings = 0
    /// What each path led to at the last look; nil for a file that is not followed.
    private var byPath: [String: File?] = [:]
    /// Copies found at the last look: not to be compared again while nothing changes.
    var copies: [FileLook.Object: KnownCopy<Tree.Opened>] = [:]
    /// Files that were told to be unreadable, and in what state.
    var toldUnreadable: [FileLook.Object: Int64] = [:]
    /// Something was found out that only a look can settle.
    package internal(set) var needsLook = true
    /// Where changes of names matter.
    package internal(set) var folders: Set<String> = []
    /// Files that are told of elsewhere, as they are reached through links.
    package internal(set) var links: Set<String> = []
    /// The stored part changed since `checkpoint` was asked for.
    package internal(set) var isChanged = false

    /// Goes on where a checkpoint says; nil begins anew.
    package init(_ settings: FollowSettings, in tree: Tree, after checkpoint: FollowCheckpoint?) {
        (self.settings, self.tree) = (settings, tree)
        cutter = LineCutter(limit: settings.lineLimit, joining: settings.joining)
        hasLooked = checkpoint != nil
        register = checkpoint?.register ?? IdentityRegister()
        files = (checkpoint?.marks ?? []).map { mark in
            let file = File(mark)
            file.isRemembered = true
            return file
        }
    }

    /// What is to be stored, as of what was handed out.
    ///
    /// - Parameter held: by identity, where a file's first line begins that somebody still holds: no further than there
    ///   counts as read. One that cannot be read there again counts as read.
    package func checkpoint(holding held: [String: UInt64] = [:]) -> FollowCheckpoint {
        isChanged = false
        let marks = files.compactMap { file -> FileMark? in
            guard file.mark.identity != nil || file.mark.content.offset > 0 else { return nil }
            guard !held.isEmpty, let identity = file.mark.identity, let offset = held[identity.text],
                offset < file.mark.content.offset, let opened = try? file.opened ?? tree.open(file.mark.path),
                let content = try? ContentMark(offset, of: opened)
            else { return file.mark }
            var mark = file.mark
            (mark.content, mark.passesOver, mark.isFinished) = (content, false, false)
            return mark
        }
        return FollowCheckpoint(marks: marks, register: register)
    }

    /// Files followed, and those of them that are open.
    package var counts: (followed: Int, open: Int) { (files.count, files.count { $0.opened != nil }) }

    /// Whether there is something to read or to tell.
    package var hasWork: Bool { !queue.isEmpty || !told.isEmpty }

    /// A file may have changed.
    package func noticed(_ path: String) {
        guard let known = byPath[path] else { return }
        if let file = known { enqueue(file) } else { needsLook = true }
    }

    /// Hands out what waits for more, of all files: nothing will follow.
    package func endAll() {
        for file in files where !file.mark.isFinished {
            file.patience = .fileEnds
            enqueue(file)
        }
    }

    func enqueue(_ file: File) {
        file.isDirty = true
        guard !file.isQueued else { return }
        file.isQueued = true
        queue.append(file)
    }

    /// After a look: what each path leads to.
    func index(_ round: Round) {
        byPath = [:]
        let followed = Dictionary(files.map { ($0.mark.object, $0) }, uniquingKeysWith: { first, _ in first })
        for (object, paths) in round.paths {
            let file = round.claimed.contains(object) ? followed[object] : nil
            for path in paths { byPath[path] = .some(file) }
        }
    }

    /// Follows it no more.
    func forget(_ file: File) {
        files.removeAll { $0 === file }
        if let identity = file.mark.identity { told.append(.ended(identity.text)) }
        file.opened = nil
        file.isDirty = false
        isChanged = true
    }

    /// Closes files that were not used for the longest time, until no more are open than may be.
    func closeIdle() {
        var open = files.filter { $0.opened != nil }
        guard open.count > settings.openLimit else { return }
        open.sort { $0.usedAt < $1.usedAt }
        // Some more than needed, so that this is not done each time.
        var surplus = open.count - settings.openLimit * 3 / 4
        // What is read of files with half a line, should they vanish, is worth twice as many.
        let closesAll = open.count > settings.openLimit * 2
        for file in open where surplus > 0 && !file.isDirty && file.isClaimed && (closesAll || file.unread == 0) {
            file.opened = nil
            surplus -= 1
        }
    }
}

/// A file that carries the content of one that is followed elsewhere.
struct KnownCopy<Opened: OpenedFile> {
    var look: FileLook
    var original: FollowedFile<Opened>
    /// When it was first seen.
    var since: Duration
    /// So little of it is known that it may be a file of its own.
    var isDoubtful: Bool
}
