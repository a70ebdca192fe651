/// How files are followed.
package struct FollowSettings: Sendable {
    package var patterns: [PathPattern]
    package var excluded: [PathPattern] = []
    /// Files that are there at the first look are read from their end.
    package var startsAtEnd = false
    package var lineLimit = 64 << 10
    /// Which lines belong together.
    package var joining = LineJoining.none
    /// Lines that belong together are handed out when nothing was written for so long.
    package var joinTimeout = Duration.seconds(2)
    /// A file that has no name any more is read for so long: its writer may still write to it.
    package var grace = Duration.seconds(10)
    /// Files held open at the most; others are opened when they change.
    package var openLimit = 256

    package init(patterns: [PathPattern]) {
        self.patterns = patterns
    }

    /// Read at once: two lines that belong together fit, however long.
    var blockBytes: Int { max(256 << 10, 2 * lineLimit + 4096) }
}

/// What following brings.
package enum FollowedPiece: Sendable {
    /// Lines of one file, in its order.
    case lines([FollowedLine])
    case gap(FollowGap)
    case unreadable(UnreadableFile)
    /// The file of this identity is at its end for good.
    case ended(String)
}

/// Something of a file could not be read, and never will.
package struct FollowGap: Sendable, Hashable {
    package var path: String
    package var identity: String
    /// What is missing begins here.
    package var offset: UInt64
    /// Bytes that were seen to be there; nil where it is not known how many.
    package var bytes: UInt64?
    package var loss: Loss
}

/// How content was lost.
package enum Loss: Sendable, Hashable {
    /// The file is there no more, under no name.
    case gone
    /// It is shorter than what was read of it.
    case truncated
    /// It is as long, but what was read of it is not there any more: how much was written before that cannot be known.
    case rewritten
    /// It cannot be unpacked.
    case damaged(String)
}

/// A file that is there, and cannot be read; tried again.
package struct UnreadableFile: Sendable, Hashable {
    package var path: String
    package var object: FileLook.Object
    /// When the file was changed last: a change that brings no better brings another event.
    package var changed: Int64
    package var reason: String
}

/// How much may be handed out at once.
package struct ReadRoom: Sendable {
    package var lines: Int
    package var bytes: Int

    package init(lines: Int, bytes: Int) {
        (self.lines, self.bytes) = (lines, bytes)
    }

    var isUsed: Bool { lines <= 0 || bytes <= 0 }
}
