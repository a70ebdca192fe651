/// Finds how far a file of lines is whole, from its last bytes. Pure.
enum ArchiveTail: Equatable {
    /// Whole up to this length, the last line being of this place; what follows is half a line or damage.
    case ends(at: Int, ArchivePlace)
    /// No whole line: nothing, or the beginning of one.
    case empty
    /// The last whole line begins before the bytes that were read.
    case needsMore
    /// The file holds what no file sink wrote.
    case foreign

    /// Looks at `bytes`, the end of the file from the offset `start` on.
    init(_ bytes: [UInt8], from start: Int) {
        let newline = UInt8(ascii: "\n")
        var end = bytes.endIndex
        while let lineEnd = bytes[..<end].lastIndex(of: newline) {
            let before = bytes[..<lineEnd].lastIndex(of: newline)
            guard let lineStart = before.map({ $0 + 1 }) ?? (start == 0 ? 0 : nil) else {
                self = .needsMore
                return
            }
            if let place = ArchivePlace(line: bytes[lineStart..<lineEnd]) {
                self = .ends(at: start + lineEnd + 1, place)
                return
            }
            // A power failure may leave a line of zeros behind whole ones: the line before is the last that counts.
            end = lineStart
        }
        self = start > 0 ? .needsMore : end == bytes.endIndex && ArchivePlace.couldBegin(bytes) ? .empty : .foreign
    }
}
