package import EventModel
import Glibc
import Platform

extension Follower {
    /// NUL bytes passed over in one reading, at the most, in search of what follows them.
    private var nulLimit: Int { 64 << 20 }

    /// Hands out what was told by looking and what is new in the files, one block of each in turn, until the room is
    /// used up.
    package func read(_ room: inout ReadRoom, at now: Duration, readAt: Timestamp) -> [FollowedPiece] {
        var pieces = told
        told = []
        var place = 0
        while !room.isUsed, place < queue.count {
            let file = queue[place]
            place += 1
            file.isQueued = false
            guard file.isDirty else { continue }
            readings += 1
            file.usedAt = readings
            do {
                let lines = try readBlock(file, at: now, readAt: readAt)
                room.lines -= lines.count
                if !lines.isEmpty {
                    room.bytes -= lines.reduce(0) { $0 + $1.bytes.count }
                    pieces.append(.lines(lines))
                }
            } catch {
                failed(file, error, at: now)
            }
            if file.isDirty { enqueue(file) }
            if readings % 64 == 0 { closeIdle() }
        }
        queue.removeFirst(place)
        pieces += told
        told = []
        return pieces
    }

    /// Reads once. Leaves the file dirty when there may be more.
    private func readBlock(_ file: File, at now: Duration, readAt: Timestamp) throws(SystemError) -> [FollowedLine] {
        guard !file.mark.isFinished else {
            end(file)
            return []
        }
        guard let opened = try openedAgain(file) else { return [] }
        let look = try opened.look()
        let content = file.mark.content
        if file.isUnproven, look.size > 0, !file.isMissing {
            (needsLook, file.isDirty) = (true, false)
            return []
        }
        if !opened.isPacked, look.size < content.offset {
            lose(file, look)
            file.isDirty = false
            return []
        }
        let start = content.offset - UInt64(content.tailLength)
        let wanted = settings.blockBytes + content.tailLength
        let bytes = try opened.read(at: start, upTo: wanted)
        guard content.hasTail(bytes.prefix(content.tailLength)) else {
            lose(file, look)
            file.isDirty = false
            return []
        }
        noteSize(file, look)
        file.sizeKnown = file.sizeSeen
        let isEnd = bytes.count < wanted
        var patience = file.patience
        if !isEnd { patience = .waits }
        var passesOver = file.mark.passesOver
        var cut = cutter.cut(
            bytes[content.tailLength...], isBeginning: content.offset == 0, passesOver: &passesOver,
            patience: patience)
        if cut.end == content.tailLength, cut.lines.isEmpty, !isEnd {
            // More than a block of NUL bytes: what is before them is a line, if something follows.
            guard let next = try contentBehind(bytes, at: start, in: opened) else {
                rest(file, look, at: now, holds: false)
                return []
            }
            cut = cutter.cut(
                bytes[content.tailLength...], isBeginning: content.offset == 0, passesOver: &passesOver,
                patience: .fileEnds)
            let lines = try lines(cut, of: file, bytes, start, opened, readAt)
            try move(file, to: max(next, start + UInt64(cut.end)), opened, nil, start)
            file.mark.passesOver = passesOver
            return lines
        }
        // What may fail comes before what is remembered.
        let lines = try lines(cut, of: file, bytes, start, opened, readAt)
        try move(file, to: start + UInt64(cut.end), opened, bytes[..<cut.end], start)
        file.mark.passesOver = passesOver
        if isEnd { atEnd(file, look, cut, patience, opened, at: now) }
        return lines
    }

    /// The file, opened again if it was closed; nil when another one is at its path now.
    private func openedAgain(_ file: File) throws(SystemError) -> Tree.Opened? {
        if let opened = file.opened { return opened }
        guard file.isClaimed else {
            file.isDirty = false
            return nil
        }
        do {
            let opened = try tree.open(file.mark.path)
            if try opened.look().object == file.mark.object {
                file.opened = opened
                return opened
            }
        } catch {
            guard error.code == ENOENT || error.code == ENOTDIR else { throw error }
        }
        needsLook = true
        file.isDirty = false
        return nil
    }

    /// The end was reached: what is left waits, or the file is done.
    private func atEnd(
        _ file: File, _ look: FileLook, _ cut: LineCutter.Cut, _ patience: LineCutter.Patience, _ opened: Tree.Opened,
        at now: Duration
    ) {
        if opened.isPacked, patience != .fileEnds {
            // It is whole: what it holds is all there will ever be.
            file.patience = .fileEnds
            return
        }
        rest(file, look, at: now, holds: cut.holdsLines)
        if opened.isPacked {
            file.mark.isFinished = true
            file.opened = nil
            isChanged = true
        }
        if patience == .fileEnds, file.isMissing { end(file) }
    }

    private func rest(_ file: File, _ look: FileLook, at now: Duration, holds: Bool) {
        (file.isDirty, file.isAtEnd, file.lastLook) = (false, true, look)
        file.patience = .waits
        file.holdsSince = holds ? now : nil
    }

    private func end(_ file: File) {
        file.isDirty = false
        if file.isMissing { forget(file) }
    }

    /// What was read up to `offset` is recognised again there. `tail` ends there; nil where it is to be read.
    private func move(
        _ file: File, to offset: UInt64, _ opened: Tree.Opened, _ tail: ArraySlice<UInt8>?, _ start: UInt64
    ) throws(SystemError) {
        guard offset != file.mark.content.offset else { return }
        let needed = file.mark.content.headNeeded(at: offset)
        var head: ArraySlice<UInt8>?
        if let needed {
            if let tail, start == 0 {
                head = tail.prefix(needed)
            } else {
                head = try opened.read(at: 0, upTo: needed)[...]
            }
        }
        let known = UInt64(min(offset, UInt64(ContentMark.tailLimit)))
        var end = tail
        if tail == nil { end = try opened.read(at: offset - known, upTo: Int(known))[...] }
        file.mark.content.move(to: offset, tail: end ?? [], head: head)
        isChanged = true
    }

    /// Makes lines of places.
    private func lines(
        _ cut: LineCutter.Cut, of file: File, _ bytes: [UInt8], _ start: UInt64, _ opened: Tree.Opened,
        _ readAt: Timestamp
    ) throws(SystemError) -> [FollowedLine] {
        if cut.lines.isEmpty { return [] }
        let identity = try identity(of: file, opened, start == 0 ? bytes[...] : nil).text
        let path = file.mark.path
        return cut.lines.map { line in
            FollowedLine(
                path: path, bytes: bytes[line.bytes], offset: start + UInt64(line.bytes.lowerBound),
                identity: identity, isTruncated: line.isTruncated, readAt: readAt)
        }
    }

    private func identity(
        of file: File, _ opened: Tree.Opened, _ head: ArraySlice<UInt8>?
    ) throws(SystemError) -> FileIdentity {
        if let identity = file.mark.identity { return identity }
        var first = head
        if head == nil { first = try opened.read(at: 0, upTo: ContentMark.headLimit)[...] }
        let identity = register.identity(ofHead: first ?? [])
        file.mark.identity = identity
        return identity
    }

    /// The place of the first byte other than NUL behind a block; nil when there is none, or none near.
    private func contentBehind(
        _ block: [UInt8], at start: UInt64, in opened: Tree.Opened
    ) throws(SystemError) -> UInt64? {
        var place = start + UInt64(block.count)
        let limit = place + UInt64(nulLimit)
        while place < limit {
            guard let next = opened.content(after: place) else { return nil }
            let bytes = try opened.read(at: next, upTo: settings.blockBytes)
            if let found = bytes.firstIndex(where: { $0 != 0 }) { return next + UInt64(found) }
            if bytes.count < settings.blockBytes { return nil }
            place = next + UInt64(bytes.count)
        }
        return nil
    }

    /// Goes to the end of a file that was there before: behind its last whole line.
    func skip(_ file: File, _ opened: Tree.Opened, _ look: FileLook) throws(SystemError) {
        if opened.isPacked {
            let head = try opened.read(at: 0, upTo: ContentMark.headLimit)[...]
            file.mark.content.move(to: UInt64(head.count), tail: head, head: head)
            file.mark.isFinished = true
            return
        }
        let start = look.size - min(look.size, UInt64(settings.lineLimit))
        let bytes = try opened.read(at: start, upTo: Int(look.size - start))
        var end = start
        if let newline = bytes.lastIndex(of: UInt8(ascii: "\n")) {
            end = start + UInt64(newline) + 1
        } else if start > 0 {
            end = start + UInt64(bytes.count)
            file.mark.passesOver = true
        }
        try move(file, to: end, opened, nil, start)
    }

    /// It could not be read: tried again when something is done to it.
    private func failed(_ file: File, _ error: SystemError, at now: Duration) {
        let look = (try? file.opened?.look()) ?? nil
        file.isDirty = false
        if let look {
            file.lastLook = look
            let isPacked = file.opened?.isPacked == true
            guard isPacked, error.code == EILSEQ else { return unreadable(file.mark.path, look, error) }
            // A damaged packed file is read no further.
            told.append(
                .gap(
                    FollowGap(
                        path: file.mark.path, identity: file.mark.identity?.text ?? "",
                        offset: file.mark.content.offset, bytes: nil, loss: .damaged("\(error)"))))
            file.mark.isFinished = true
            file.opened = nil
        } else if let look = tree.look(at: file.mark.path) {
            unreadable(file.mark.path, look, error)
        }
    }
}
