/// A file that is followed: what is stored of it, and how it stands now. Owned by its `Follower`.
final class FollowedFile<Opened: OpenedFile> {
    /// Whether there is a name that leads to it.
    enum Standing {
        case present
        /// No name leads to it: since when, and at how many looks.
        case missing(since: Duration, looks: Int)
    }

    var mark: FileMark
    var opened: Opened?
    /// Found at a path that is meant, at the last look.
    var standing = Standing.present
    /// There may be something to read.
    var isDirty = true
    /// It waits in the queue of those to be read.
    var isQueued = false
    /// As it was just before it was last read to its end, or found to be what it was.
    var lastLook: FileLook?
    /// The largest it was seen, and the largest it was when it was found to be what it was.
    var sizeSeen: UInt64 = 0
    var sizeKnown: UInt64 = 0
    /// At `lastLook` nothing was left but what waits for more.
    var isAtEnd = false
    /// Lines wait for one that does not belong to them: nothing was added since then.
    var holdsSince: Duration?
    /// What waits for more is handed out at the next reading.
    var patience = LineCutter.Patience.waits
    /// Its content is gone from the object it was in: how.
    var loss: Loss?
    /// It was followed before the agent was started, and not seen since.
    var isRemembered = false
    /// It was empty when it was found: once it has content, that may be known from elsewhere.
    var isUnproven = false
    /// It is open, and has no name at all any more.
    var isDeleted = false
    /// When it was opened or read last, by the count of readings.
    var usedAt = 0

    init(_ mark: FileMark) {
        self.mark = mark
    }

    var isMissing: Bool {
        if case .missing = standing { true } else { false }
    }

    /// Whether its content is where it was last, as far as known.
    var isClaimed: Bool { !isMissing && loss == nil }

    /// Whether something was done to it since it was looked at. That a deleted file lost its name is no change.
    func isChanged(_ look: FileLook) -> Bool {
        guard let lastLook else { return true }
        if look.links == 0 { return look.size != lastLook.size || look.modified != lastLook.modified }
        return look != lastLook
    }

    /// Bytes that were seen and not read.
    var unread: UInt64 {
        let size = loss == .rewritten ? sizeKnown : sizeSeen
        return size > mark.content.offset ? size - mark.content.offset : 0
    }
}
