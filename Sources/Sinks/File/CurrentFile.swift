import EventModel

/// The file of an archive that is being written: its end is known, whole, and ours.
final class CurrentFile {
    /// How much of the end is read at first, and at most, to find the last line that was acknowledged.
    private static let tailBytes = 64 << 10
    private static let maximumTailBytes = 64 << 20

    /// The last line; nil in an empty file.
    private(set) var last: ArchivePlace?
    /// When the file was begun; after a restart, the time of its first event.
    let began: Timestamp
    private let file: DiskFile
    private var status: DiskFile.Status

    var length: Int { status.bytes }

    /// Opens the file, makes it where there is none, and cuts off half a line at its end.
    ///
    /// Entries from `next` on are delivered again. Lines of theirs that are whole stay, and are written once more in
    /// their place: whoever wrote them may have been told that they could not be forced to the disk.
    init(opening path: String, next: ArchivePlace, at now: Timestamp) throws(ArchiveError) {
        file = try DiskFile(path, for: .appending)
        status = try file.status()
        guard status.isRegular else { throw .notAFile(path) }
        switch try Self.tail(of: file, length: status.bytes, next: next) {
        case .ends(let length, let place, let unacknowledged):
            if length < status.bytes { try file.truncate(to: length) }
            try file.rewrite(min(unacknowledged, length)..<length)
            (status.bytes, last) = (length, place)
        case .empty:
            if status.bytes > 0 { try file.truncate(to: 0) }
            status.bytes = 0
        case .needsMore, .foreign: throw .foreign(path)
        }
        began = min(now, status.bytes > 0 ? try Self.firstTime(in: file) ?? now : now)
    }

    /// Whether the file at the path is still this one, as it was left: not moved, replaced or cut by somebody else.
    func isCurrent() throws(ArchiveError) -> Bool {
        try DiskFile.status(of: file.path) == status
    }

    /// Appends the whole lines that `body` hands over, all or none: after an error the file is as it was.
    func append(
        last: ArchivePlace, sync: Bool,
        _ body: (_ write: ([UInt8]) throws(ArchiveError) -> Void) throws(ArchiveError) -> Void
    ) throws(ArchiveError) {
        var appended = 0
        do {
            try body { (lines) throws(ArchiveError) in
                try file.write(lines)
                appended += lines.count
            }
            if sync { try file.sync() }
        } catch {
            try file.truncate(to: status.bytes)
            throw error
        }
        status.bytes += appended
        self.last = last
    }

    func sync() throws(ArchiveError) {
        try file.sync()
    }

    private static func tail(
        of file: DiskFile, length: Int, next: ArchivePlace
    ) throws(ArchiveError) -> ArchiveTail {
        var count = min(tailBytes, length)
        while true {
            let bytes = try file.read(at: length - count, count: count)
            let tail = ArchiveTail(bytes, from: length - count, next: next)
            guard tail == .needsMore else { return tail }
            // So much is delivered again only after a very long outage: then the last whole line must do.
            guard count < maximumTailBytes else { return ArchiveTail(bytes, from: length - count) }
            count = min(count * 8, length)
        }
    }

    private static func firstTime(in file: DiskFile) throws(ArchiveError) -> Timestamp? {
        let bytes = try file.read(at: 0, count: tailBytes)
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        return try? EventDecoder.decode(Array(bytes[..<end])).event.time
    }
}
