import Glibc
import Platform

extension Follower {
    /// What the content of one file has to do with that of another.
    private enum Relation {
        case none
        /// All that was read of the known one, perhaps more.
        case whole
        /// A beginning of it: a copy that is being made.
        case part
    }

    /// Known files by what they are recognised by.
    struct Candidates {
        var byHead: [UInt64: [File]] = [:]
        var byName: [String: [File]] = [:]
        var lengths: [Int] = []

        init(_ files: [File]) {
            var lengths: Set<Int> = []
            for file in files {
                let content = file.mark.content
                if content.headLength > 0 {
                    lengths.insert(content.headLength)
                    byHead[content.headHash, default: []].append(file)
                }
                byName[Self.name(file.mark.path), default: []].append(file)
            }
            self.lengths = lengths.sorted()
        }

        /// Files that may have this head or are called alike, those first that are looked for.
        func of(head: ArraySlice<UInt8>, path: String) -> [File] {
            var found = ContentMark.hashes(of: head, lengths: lengths).flatMap { byHead[$0] ?? [] }
            for file in byName[Self.name(path)] ?? [] where !found.contains(where: { $0 === file }) {
                found.append(file)
            }
            return found.filter { !$0.isClaimed } + found.filter(\.isClaimed)
        }

        private static func name(_ path: String) -> String {
            "\(RotationName.folder(of: path))/\(RotationName.core(of: path))"
        }
    }

    /// Finds out what the files are that nobody claims.
    func settle(_ round: inout Round) {
        let unclaimed = round.order.filter { !round.claimed.contains($0) }
        var known: [FileLook.Object: KnownCopy<Tree.Opened>] = [:]
        if !unclaimed.isEmpty {
            let candidates = Candidates(files)
            for object in unclaimed {
                guard let look = round.looks[object], let path = round.paths[object]?.first else {
                    continue
                }
                if let copy = copies[object], copy.look == look, stands(copy, at: round.now) {
                    known[object] = copy
                } else if let copy = consider(path, look, among: candidates, in: &round) {
                    known[object] = copy
                }
            }
        }
        copies = known
        for file in files where file.isMissing && file.opened == nil { searchBeside(file, in: &round) }
    }

    private func stands(_ copy: KnownCopy<Tree.Opened>, at now: Duration) -> Bool {
        guard copy.original.isClaimed || copy.original.opened != nil, files.contains(where: { $0 === copy.original })
        else { return false }
        if isFollowedUp(copy.original) { return false }
        return !copy.isDoubtful || now - copy.since < settings.grace
    }

    /// Finds out what a file is that nobody claims: known content, a copy (which is given back), or a new file.
    private func consider(
        _ path: String, _ look: FileLook, among candidates: Candidates, in round: inout Round
    ) -> KnownCopy<Tree.Opened>? {
        let seen = copies[look.object]
        do {
            let opened = try tree.open(path)
            guard try opened.look().object == look.object else {
                needsLook = true
                return nil
            }
            guard look.size > 0 else {
                begin(path, opened, look, in: &round)
                return nil
            }
            let head = try opened.read(at: 0, upTo: ContentMark.headLimit)[...]
            for file in candidates.of(head: head, path: path)
            where file !== round.unproven[look.object] && isPlausible(file, path, look) {
                let relation = try relation(of: opened, look, to: file)
                if relation == .whole, !file.isClaimed, file.opened == nil || isFollowedUp(file) {
                    adopt(file, path, opened, look, in: &round)
                    if let unproven = round.unproven[look.object] { forget(unproven) }
                    return nil
                }
                guard relation != .none, file.isClaimed || file.opened != nil else { continue }
                if !file.isClaimed { needsLook = needsLook || file.isDeleted }
                let isDoubtful = head.count < ContentMark.headLimit && !file.isDeleted
                if let unproven = round.unproven[look.object] { forget(unproven) }
                let since = seen?.original === file ? seen?.since ?? round.now : round.now
                if isDoubtful, round.now - since >= settings.grace { continue }
                return KnownCopy(look: look, original: file, since: since, isDoubtful: isDoubtful)
            }
            begin(path, opened, look, in: &round)
        } catch let error where error.code == ENODATA {
            // Being packed just now.
        } catch {
            unreadable(path, look, error)
        }
        return nil
    }

    /// Whether so much of the file is known, or its name tells so much, that the same content means the same file.
    private func isPlausible(_ file: File, _ path: String, _ look: FileLook) -> Bool {
        file.mark.content.headLength == ContentMark.headLimit || look.object == file.mark.object
            || RotationName.areRelated(path, file.mark.path)
    }

    /// Whether it was deleted and read to its end: what carries its content has replaced it.
    private func isFollowedUp(_ file: File) -> Bool {
        file.isDeleted && file.isAtEnd && !file.isDirty
    }

    private func relation(of opened: Tree.Opened, _ look: FileLook, to file: File) throws(SystemError) -> Relation {
        guard file.isClaimed || file.opened != nil, let original = try? content(of: file), !original.isPacked else {
            guard file.mark.content.offset > 0, try carries(opened, file.mark) else { return .none }
            return .whole
        }
        let size = try original.look().size
        if file.isDeleted, try contains(opened, look, all: original) { return .whole }
        // What was read may be gone from the original just now.
        if opened.isPacked || look.size >= file.mark.content.offset, try !carries(opened, file.mark) { return .none }
        let compared = opened.isPacked ? size : look.size
        guard compared > 0, compared <= size, try areAlike(opened, original, upTo: compared) else { return .none }
        return .part
    }

    /// Whether a file begins with all that another holds, read or not.
    private func contains(
        _ opened: Tree.Opened, _ look: FileLook, all other: Tree.Opened
    ) throws(SystemError) -> Bool {
        let size = try other.look().size
        guard size > 0, look.size >= size else { return false }
        return try areAlike(opened, other, upTo: size)
    }

    /// Whether two files have the same bytes at their beginning and before a place.
    private func areAlike(_ one: Tree.Opened, _ other: Tree.Opened, upTo size: UInt64) throws(SystemError) -> Bool {
        let head = Int(min(size, UInt64(ContentMark.headLimit)))
        let tail = Int(min(size, UInt64(ContentMark.tailLimit)))
        guard try one.read(at: 0, upTo: head) == other.read(at: 0, upTo: head) else { return false }
        let start = size - UInt64(tail)
        return try one.read(at: start, upTo: tail) == other.read(at: start, upTo: tail)
    }

    private func content(of file: File) throws(SystemError) -> Tree.Opened {
        if let opened = file.opened { return opened }
        return try tree.open(file.mark.path)
    }

    /// Whether what stands before the place that was reached is still what was read.
    func isUntouched(_ file: File, _ opened: Tree.Opened) throws(SystemError) -> Bool {
        let content = file.mark.content
        let start = content.offset - UInt64(content.tailLength)
        return try content.hasTail(opened.read(at: start, upTo: content.tailLength)[...])
    }

    /// Whether a file has all that was read of a known one where that has it.
    func carries(_ opened: Tree.Opened, _ mark: FileMark) throws(SystemError) -> Bool {
        let content = mark.content
        guard try content.hasHead(opened.read(at: 0, upTo: content.headLength)[...]) else { return false }
        if mark.isFinished, opened.isPacked { return true }
        let start = content.offset - UInt64(content.tailLength)
        return try content.hasTail(opened.read(at: start, upTo: content.tailLength)[...])
    }

    /// Known content goes on in another file.
    private func adopt(_ file: File, _ path: String, _ opened: Tree.Opened, _ look: FileLook, in round: inout Round) {
        (file.loss, file.lastLook, file.isDeleted) = (nil, nil, false)
        (file.sizeSeen, file.sizeKnown) = (0, 0)
        round.claimed.insert(look.object)
        file.mark.isRotated = file.mark.isRotated || path != file.mark.path
        (file.mark.path, file.mark.object) = (path, look.object)
        (file.standing, file.isRemembered, isChanged) = (.present, false, true)
        keep(opened, look, of: file, in: &round)
        if !file.mark.isFinished { enqueue(file) }
    }

    /// A file that was never seen.
    private func begin(_ path: String, _ opened: Tree.Opened, _ look: FileLook, in round: inout Round) {
        let known = round.unproven[look.object]
        let file = known ?? File(FileMark(path: path, object: look.object))
        file.isUnproven = look.size == 0
        if !hasLooked, settings.startsAtEnd { try? skip(file, opened, look) }
        if known == nil { files.append(file) }
        file.mark.path = path
        file.standing = .present
        round.claimed.insert(look.object)
        keep(opened, look, of: file, in: &round)
        if !file.mark.isFinished { enqueue(file) }
    }

    /// Looks for content in the folder where it was, among files that are not meant by any pattern.
    private func searchBeside(_ file: File, in round: inout Round) {
        guard file.mark.content.offset > 0 else { return }
        let folder = RotationName.folder(of: file.mark.path)
        let entries = (tree.entries(of: folder.isEmpty ? "/" : folder) ?? []).sorted { $0.name < $1.name }
        for entry in entries where entry.kind == .file || entry.kind == .unknown {
            let path = "\(folder)/\(entry.name)"
            guard let look = tree.look(at: path), look.isRegular, round.looks[look.object] == nil,
                look.object == file.mark.object || RotationName.areRelated(path, file.mark.path),
                let opened = try? tree.open(path), (try? carries(opened, file.mark)) == true
            else { continue }
            adopt(file, path, opened, look, in: &round)
            // Open, however many are: no name that is looked at leads to it.
            file.opened = opened
            file.standing = .missing(since: round.now, looks: 1)
            return
        }
    }
}
