import Platform

/// libvirt's run directory: one file for each running domain, replaced by a rename with each change.
///
/// libvirt is not asked anything: so nothing here can hang, or disturb it.
struct LibvirtFolder {
    /// A host has fewer domains. Files.
    private static let maximumFiles = 65_536

    let path: String
    private let inotify: Inotify?
    private var watch: Int32?

    /// Nothing is opened before `open`.
    init(_ path: String) {
        self.path = path
        inotify = try? Inotify()
    }

    /// For `Readiness`; nil where the kernel has no inotify instance left: then only `statuses` finds changes.
    var raw: Int32? { inotify?.raw }

    /// Watches the folder, if it is there and not watched yet. True when all of it is to be read: it is new.
    mutating func open() -> Bool {
        guard watch == nil, let inotify else { return false }
        watch = try? inotify.watch(path, for: [.movedTo, .closedAfterWriting, .selfDeleted, .selfMoved, .onlyFolder])
        return watch != nil
    }

    /// The domains whose files changed; nil when all are to be read.
    mutating func changes() -> [LibvirtStatus]? {
        guard let notices = try? inotify?.read() else { return [] }
        var names: [String] = []
        for notice in notices {
            if notice.mask.contains(.overflowed) { return nil }
            if !notice.mask.isDisjoint(with: [.selfDeleted, .selfMoved, .ignored, .unmounted]) {
                if let watch { inotify?.unwatch(watch) }
                watch = nil
                return nil
            }
            let name = String(decoding: notice.name, as: UTF8.self)
            if Self.isStatus(name), !names.contains(name) { names.append(name) }
        }
        return names.compactMap { status(in: $0) }
    }

    /// All domains that run, by their files.
    func statuses() -> [LibvirtStatus] {
        let names = FolderListing.names(in: path, limit: Self.maximumFiles) ?? []
        return names.filter(Self.isStatus).sorted().compactMap { status(in: $0) }
    }

    private static func isStatus(_ name: String) -> Bool {
        name.hasSuffix(".xml")
    }

    /// Nil where the file is gone again, unreadable or no domain's.
    private func status(in name: String) -> LibvirtStatus? {
        (try? File.read("\(path)/\(name)", limit: LibvirtStatus.maximumBytes)).flatMap { LibvirtStatus($0) }
    }
}
