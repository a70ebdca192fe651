import Platform

extension Follower {
    /// What one look found, and what of it is not claimed yet.
    struct Round {
        var now: Duration
        /// Each object once, with the paths that lead to it.
        var paths: [FileLook.Object: [String]] = [:]
        var looks: [FileLook.Object: FileLook] = [:]
        /// In the order of their first paths.
        var order: [FileLook.Object] = []
        var claimed: Set<FileLook.Object> = []
        /// Files that were empty and have content now.
        var unproven: [FileLook.Object: File] = [:]
        /// Files that are open.
        var open: Int

        init(_ found: [(path: String, look: FileLook)], open: Int, at now: Duration) {
            (self.now, self.open) = (now, open)
            for (path, look) in found {
                if looks[look.object] == nil { order.append(look.object) }
                looks[look.object] = look
                paths[look.object, default: []].append(path)
            }
        }
    }

    /// Compares what the tree shows with what is known. `now` is any clock that only goes forward.
    package func look(at now: Duration) {
        needsLook = false
        let found = PathSearch(settings.patterns, excluding: settings.excluded, in: tree).run()
        (folders, links) = (found.folders, found.links)
        var round = Round(found.files, open: counts.open, at: now)
        for file in files { place(file, in: &round) }
        settle(&round)
        for file in files { attend(file, at: now) }
        if !hasLooked { isChanged = true }
        hasLooked = true
        index(round)
        closeIdle()
    }

    // MARK: Where known files are

    /// Finds a file where it was, or under another name of the same object.
    private func place(_ file: File, in round: inout Round) {
        if file.loss == nil, let opened = file.opened {
            if let look = try? opened.look() {
                return place(file, as: look, in: &round)
            }
            file.opened = nil
        }
        let object = file.mark.object
        if file.isUnproven, let look = round.looks[object], look.size > 0, !round.claimed.contains(object) {
            round.unproven[object] = file
            return
        }
        guard file.loss == nil, let look = round.looks[object], !round.claimed.contains(object) else {
            return miss(file, at: round.now)
        }
        if look == file.lastLook { return claim(file, object, in: &round) }
        let path = self.path(of: file, object, in: round)
        do {
            let opened = try tree.open(path)
            guard try opened.look().object == object else {
                needsLook = true
                return miss(file, at: round.now)
            }
            if try carries(opened, file.mark) {
                claim(file, object, in: &round)
                keep(opened, look, of: file, in: &round)
                enqueue(file)
            } else {
                lose(file, look)
                // At another path it is another file, to which the system gave the inode of one that was deleted.
                if path != file.mark.path { file.loss = .gone }
                miss(file, at: round.now)
            }
        } catch {
            // Still there, by all we know: it cannot be read now.
            unreadable(path, look, error)
            claim(file, object, in: &round)
        }
    }

    /// An open file is what it was, unless it was truncated.
    private func place(_ file: File, as look: FileLook, in round: inout Round) {
        if !file.mark.isFinished, let opened = file.opened, !opened.isPacked, file.isChanged(look) {
            let isShorter = look.size < file.mark.content.offset
            if isShorter || (try? isUntouched(file, opened)) == false {
                lose(file, look)
                return miss(file, at: round.now)
            }
        }
        if file.isUnproven, look.size > 0 {
            if round.looks[look.object] != nil, !round.claimed.contains(look.object) {
                round.unproven[look.object] = file
                return
            }
            file.isUnproven = false
        }
        noteSize(file, look)
        file.isDeleted = look.links == 0
        if file.isChanged(look) { enqueue(file) }
        if round.looks[look.object] != nil, !round.claimed.contains(look.object) {
            claim(file, look.object, in: &round)
        } else {
            miss(file, at: round.now)
        }
    }

    /// Keeps a file open that was opened to look at it, as long as not too many are.
    func keep(_ opened: Tree.Opened, _ look: FileLook, of file: File, in round: inout Round) {
        (file.opened, file.usedAt) = (opened, readings)
        noteSize(file, look)
        round.open += 1
        if round.open > settings.openLimit { file.opened = nil }
    }

    func noteSize(_ file: File, _ look: FileLook) {
        if file.opened?.isPacked == false { file.sizeSeen = max(file.sizeSeen, look.size) }
    }

    func claim(_ file: File, _ object: FileLook.Object, in round: inout Round) {
        round.claimed.insert(object)
        let path = self.path(of: file, object, in: round)
        if path != file.mark.path {
            file.mark.isRotated = true
            file.mark.path = path
            isChanged = true
        }
        file.mark.object = object
        (file.standing, file.isRemembered) = (.present, false)
    }

    /// The path it had, if that leads there too, else the first.
    private func path(of file: File, _ object: FileLook.Object, in round: Round) -> String {
        let paths = round.paths[object] ?? []
        return paths.contains(file.mark.path) ? file.mark.path : paths.first ?? file.mark.path
    }

    private func miss(_ file: File, at now: Duration) {
        if case .missing(let since, let looks) = file.standing {
            file.standing = .missing(since: since, looks: looks + 1)
        } else {
            file.standing = .missing(since: now, looks: 1)
            // Whoever goes on writing does not for long: that it is gone after a restart says nothing.
            if file.opened != nil, !file.mark.isRotated { (file.mark.isRotated, isChanged) = (true, true) }
        }
    }

    /// Its content is gone from its object.
    func lose(_ file: File, _ look: FileLook) {
        let offset = file.mark.content.offset
        file.loss = look.size < offset ? .truncated : .rewritten
        file.opened = nil
        file.holdsSince = nil
        needsLook = true
    }

    // MARK: What each file needs

    /// After a look: ends a file that has no name any more, hands out lines that waited, gives up what is nowhere.
    private func attend(_ file: File, at now: Duration) {
        if let since = file.holdsSince, now - since >= settings.joinTimeout {
            file.patience = .joinedLinesEnd
            enqueue(file)
        }
        guard case .missing(let since, let looks) = file.standing else { return }
        if file.opened != nil {
            guard file.isAtEnd, !file.isDirty, now - since >= settings.grace || file.mark.isFinished else { return }
            if copies.values.contains(where: { $0.original === file }) {
                // What carries its content is no new file: it goes on there.
                file.opened = nil
                needsLook = true
            } else {
                file.patience = .fileEnds
                enqueue(file)
            }
        } else if looks >= 2 {
            giveUp(file)
        } else {
            needsLook = true
        }
    }

    /// It is nowhere: what was seen of it and not read is lost.
    private func giveUp(_ file: File) {
        // Nobody looked while it went, and it was in use: that something was written before is likely.
        let mayBeUnread = file.isRemembered && !file.mark.isRotated && !file.mark.isFinished && file.loss != .truncated
        if !isBegunElsewhere(file), file.unread > 0 || file.loss == .rewritten || mayBeUnread {
            told.append(
                .gap(
                    FollowGap(
                        path: file.mark.path, identity: identity(of: file).text, offset: file.mark.content.offset,
                        bytes: file.unread > 0 ? file.unread : nil,
                        loss: file.loss ?? .gone)))
        }
        forget(file)
    }

    /// Nothing of it was read, and what a rotation made of it, packed for one, is read as a file of its own.
    private func isBegunElsewhere(_ file: File) -> Bool {
        guard file.mark.content.offset == 0, let place = files.firstIndex(where: { $0 === file }) else { return false }
        return files[(place + 1)...].contains { RotationName.areRelated($0.mark.path, file.mark.path) }
    }

    /// The identity it has, or one for a file of which nothing was read.
    private func identity(of file: File) -> FileIdentity {
        if let identity = file.mark.identity { return identity }
        let identity = register.identity(ofHead: Array(file.mark.path.utf8)[...])
        file.mark.identity = identity
        return identity
    }

    /// Tells once for each state of a file that it cannot be read.
    func unreadable(_ path: String, _ look: FileLook, _ error: any Error) {
        guard toldUnreadable[look.object] != look.changed else { return }
        if toldUnreadable.count > settings.openLimit { toldUnreadable = [:] }
        toldUnreadable[look.object] = look.changed
        told.append(
            .unreadable(
                UnreadableFile(path: path, object: look.object, changed: look.changed, reason: "\(error)")))
    }
}
