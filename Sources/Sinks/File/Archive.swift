import AgentCore
import EventModel

/// The files of a `file` sink: the current one, which remembers in its lines how far it got, and the closed ones.
///
/// Owned by `FileSink`; every call blocks. After an error the current file is opened anew, so that what is on the disk
/// decides.
struct Archive {
    private let configuration: FileSinkConfiguration
    private let policy: RotationPolicy
    private let clock: AgentClock
    private let journal: String
    private let onChange: @Sendable () -> Void
    private var place: Place?
    private var current: CurrentFile?
    private var lines: JSONLines
    /// The archive holds the entries of this journal through this sequence, as far as it was to hold them.
    private var held: UInt64 = 0
    private var synced: Timestamp
    private var waiting: [ClosedFile] = []
    private var busy: ClosedFile?

    /// Where the archive is, and the lock that makes it ours.
    private struct Place {
        var folder: DiskFolder
        var names: ArchiveNames
        var lock: DiskFile
    }

    init(_ configuration: FileSinkConfiguration, in context: SinkContext, onChange: @escaping @Sendable () -> Void) {
        self.configuration = configuration
        policy = RotationPolicy(bytes: configuration.rotate?.bytes, age: configuration.rotate?.age)
        (clock, journal, self.onChange) = (context.clock, context.journal, onChange)
        lines = JSONLines(journal: context.journal)
        synced = Timestamp(nanoseconds: .min)
    }

    /// Appends the entries the archive does not hold yet: all of them, or none and an error.
    mutating func append(_ entries: [Entry]) throws(ArchiveError) {
        do {
            try appendNews(of: entries)
        } catch {
            current = nil
            throw error
        }
    }

    /// Forces what was written to the disk, and lets go of everything.
    mutating func close() {
        // A failure only takes what `fsync` allows to be taken: with `batch` nothing is left to force.
        if configuration.fsync != .never { try? current?.sync() }
        (current, place) = (nil, nil)
    }

    /// Whether closed files wait for their compression.
    var hasWaiting: Bool { !waiting.isEmpty }

    /// The next closed file that waits for its compression; finished by `finished`.
    mutating func nextCompression() -> Compression? {
        while let place, let file = waiting.first {
            waiting.removeFirst()
            // A file that cannot be compressed now stays as it is until the next rotation or start.
            guard let compression = try? Compression(of: file, in: place.folder, names: place.names) else { continue }
            busy = file
            return compression
        }
        return nil
    }

    mutating func finished() {
        busy = nil
    }

    private mutating func appendNews(of entries: [Entry]) throws(ArchiveError) {
        let now = clock.now()
        guard let first = entries.first?.sequence else { return }
        var file = try openFile(next: first, at: now)
        let news = entries.drop { $0.sequence <= held }
        let isSyncDue = configuration.fsync.isDue(since: synced, now: now)
        guard let last = news.last else {
            if isSyncDue { try file.sync() }
            return
        }
        if policy.isDue(length: file.length, began: file.began, incoming: lines.length(of: news), now: now) {
            file = try rotate(file, next: first, at: now)
        }
        let end = ArchivePlace(journal: journal, sequence: last.sequence)
        try file.append(last: end, sync: isSyncDue) { (write) throws(ArchiveError) in
            try lines.lend(news, to: write)
        }
        held = last.sequence
        if isSyncDue { synced = now }
    }

    /// The current file, opened anew when somebody else has touched it, or an error left it as nobody knows.
    private mutating func openFile(next: UInt64, at now: Timestamp) throws(ArchiveError) -> CurrentFile {
        if let current, try current.isCurrent() { return current }
        current = nil
        let place = try openPlace()
        let file = try CurrentFile(
            opening: place.folder.path(of: place.names.current),
            next: ArchivePlace(journal: journal, sequence: next), at: now)
        onChange()
        let newest = try keepUp(place)
        if let last = file.last ?? newest?.last, last.journal == journal { held = max(held, last.sequence) }
        if configuration.fsync != .never {
            // Lines of a run that was killed before it had forced them are not written again: they are forced now.
            try file.sync()
            try place.folder.sync()
        }
        current = file
        return file
    }

    private mutating func openPlace() throws(ArchiveError) -> Place {
        if let place { return place }
        WriteSignals.ignore()
        let path = try DiskFile.resolved(configuration.path)
        let slash = path.lastIndex(of: "/")
        let folder = DiskFolder(slash.map { String(path[..<$0]) } ?? ".", onChange: onChange)
        let names = ArchiveNames(current: slash.map { String(path[path.index(after: $0)...]) } ?? path)
        try folder.make()
        let lock = try DiskFile(folder.path(of: names.lock), for: .appending)
        guard try lock.tryLock() else { throw .inUse(path) }
        if configuration.fsync != .never { try folder.forceNames() }
        let opened = Place(folder: folder, names: names, lock: lock)
        place = opened
        return opened
    }

    private mutating func rotate(
        _ file: CurrentFile, next: UInt64, at now: Timestamp
    ) throws(ArchiveError) -> CurrentFile {
        guard let last = file.last, let place else { return file }
        if configuration.fsync != .never { try file.sync() }
        let closed = place.names.closing(last, at: now, after: try upkeep(place).newest)
        try place.folder.rename(place.names.current, to: place.names.name(of: closed))
        current = nil
        // Before its old name is given to another file: that must not come to the disk first.
        if configuration.fsync != .never { try place.folder.sync() }
        return try openFile(next: next, at: now)
    }

    /// Does what is to be done about closed files; gives the newest of them.
    private mutating func keepUp(_ place: Place) throws(ArchiveError) -> ClosedFile? {
        let upkeep = try upkeep(place)
        // A plain file goes only when the name of its compression is on the disk: who gave it may have been killed.
        if !upkeep.remove.isEmpty, configuration.fsync != .never { try place.folder.sync() }
        // What cannot be removed now is tried again at the next rotation; it must not hold up deliveries.
        for name in upkeep.remove { try? place.folder.remove(name) }
        waiting = upkeep.compress
        return upkeep.newest
    }

    private func upkeep(_ place: Place) throws(ArchiveError) -> ArchiveUpkeep {
        let rotation = configuration.rotate
        return ArchiveUpkeep(
            try place.folder.names(), names: place.names, keep: rotation?.keep, compresses: rotation?.compress ?? false,
            busy: busy)
    }
}
