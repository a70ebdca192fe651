import Glibc

/// The compression of one closed file, in steps short enough that deliveries between them do not wait.
///
/// It writes a part file and renames it when it is whole and on the disk; only then the plain file goes. What a crash
/// leaves is told by the names alone: a part file is thrown away, a plain file beside its compression too.
final class Compression {
    /// About 3 ms of work.
    private static let stepBytes = 256 << 10

    private let file: ClosedFile
    private let folder: DiskFolder
    private let names: ArchiveNames
    private let source: DiskFile
    private let part: DiskFile
    private let gzip: GzipStream
    private var offset = 0

    init(of file: ClosedFile, in folder: DiskFolder, names: ArchiveNames) throws(ArchiveError) {
        (self.file, self.folder, self.names) = (file, folder, names)
        source = try DiskFile(folder.path(of: names.name(of: file)), for: .reading)
        guard let gzip = GzipStream() else { throw .failed("compress", source.path, code: ENOMEM) }
        self.gzip = gzip
        part = try DiskFile(folder.path(of: names.partName(of: file)), for: .writing)
        folder.onChange()
    }

    /// Compresses some more; true when all is done. After an error the part file is gone and the plain one as it was.
    func step() throws(ArchiveError) -> Bool {
        do {
            let bytes = try source.read(at: offset, count: Self.stepBytes)
            offset += bytes.count
            let isLast = bytes.count < Self.stepBytes
            try part.write(gzip.compress(bytes, isLast: isLast))
            folder.onChange()
            if isLast { try finish() }
            return isLast
        } catch {
            try folder.remove(names.partName(of: file))
            throw error
        }
    }

    private func finish() throws(ArchiveError) {
        try part.sync()
        var compressed = file
        compressed.isCompressed = true
        try folder.rename(names.partName(of: file), to: names.name(of: compressed))
        try folder.sync()
        try folder.remove(names.name(of: file))
    }
}
