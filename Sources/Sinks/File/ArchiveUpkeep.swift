/// What is to be done about the closed files of an archive: decided from the names in its folder alone. Pure.
struct ArchiveUpkeep: Equatable {
    /// Names to remove: leftovers of a crash, plain files whose compression is whole, files beyond those that are kept.
    var remove: [String] = []
    /// Files to compress, the oldest first.
    var compress: [ClosedFile] = []
    /// The file closed last.
    var newest: ClosedFile?

    /// `busy` is the file whose compression is under way.
    init(_ folder: [String], names: ArchiveNames, keep: Int?, compresses: Bool, busy: ClosedFile? = nil) {
        let closed = folder.compactMap { names.closedFile($0) }
        let whole = Set(closed.filter(\.isCompressed).map(\.plain))
        let files = Set(closed.map(\.plain)).sorted()
        newest = files.last
        let surplus = Set(files.dropLast(keep ?? files.count))
        remove = folder.filter { name in
            if let part = names.partOf(name) { return part != busy }
            guard let file = names.closedFile(name) else { return false }
            return surplus.contains(file.plain) || !file.isCompressed && whole.contains(file)
        }
        guard compresses else { return }
        compress = files.filter { !whole.contains($0) && !surplus.contains($0) && $0 != busy }
    }
}
