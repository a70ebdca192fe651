import CLinux
import Glibc

/// Reads a file line by line, however large it is, in bounded memory.
package final class LineReader: @unchecked Sendable {
    // SAFETY: used by one task at a time, as its owner promises; the descriptor is its own and closed once, in deinit.

    /// A line and whether all of it is there.
    package struct Line: Sendable {
        /// Without the line end.
        package var bytes: [UInt8]
        /// The line was longer than the limit: this is its beginning.
        package var isCut: Bool
    }

    private static let pieceBytes = 64 << 10

    private let path: String
    private let limit: Int
    private let descriptor: Int32
    private var piece: [UInt8] = []
    private var position = 0

    /// Opens the file. Of a line longer than `limit` bytes only the beginning is given.
    package init(path: String, limit: Int) throws(FileError) {
        (self.path, self.limit) = (path, limit)
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("read", path) }
    }

    deinit {
        close(descriptor)
    }

    /// The next line; nil at the end. A last line without a line end counts.
    package func next() throws(FileError) -> Line? {
        var line = Line(bytes: [], isCut: false)
        var hasBegun = false
        while true {
            if position == piece.count {
                try fill()
                if piece.isEmpty { return hasBegun ? line : nil }
            }
            hasBegun = true
            let rest = piece[position...]
            let end = rest.firstIndex(of: UInt8(ascii: "\n"))
            let part = rest[..<(end ?? rest.endIndex)]
            let room = limit - line.bytes.count
            line.bytes += part.prefix(room)
            line.isCut = line.isCut || part.count > room
            position = end.map { $0 + 1 } ?? piece.count
            if end != nil { return line }
        }
    }

    private func fill() throws(FileError) {
        position = 0
        while true {
            var status = 0
            piece = [UInt8](unsafeUninitializedCapacity: Self.pieceBytes) { buffer, count in
                // SAFETY: read(2) writes at most the capacity of the buffer it is given.
                status = read(descriptor, buffer.baseAddress, Self.pieceBytes)
                count = max(0, status)
            }
            if status < 0, errno == EINTR { continue }
            guard status >= 0 else { throw FileError("read", path) }
            return
        }
    }
}
