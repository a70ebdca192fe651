/// Finds how far a file of lines is whole, from its last bytes. Pure.
enum ArchiveTail: Equatable {
    /// Whole up to this length, the last line being of this place; what follows is half a line or damage. Lines from
    /// `unacknowledged` on may not be on the disk yet.
    case ends(at: Int, ArchivePlace, unacknowledged: Int)
    /// No whole line: nothing, or what a power failure left of the first ones.
    case empty
    /// What was asked for begins before the bytes that were read.
    case needsMore
    /// The file holds what no file sink wrote.
    case foreign

    private static let newline = UInt8(ascii: "\n")

    /// Looks at `bytes`, the end of the file from the offset `start` on.
    ///
    /// Entries from `next` on are delivered again: their lines were not acknowledged, so a power failure may have taken
    /// a part of each, also of one before the last. Nil: the last whole line is enough.
    init(_ bytes: [UInt8], from start: Int, next: ArchivePlace? = nil) {
        var end = bytes.endIndex
        var (whole, isOurs) = (nil as (end: Int, place: ArchivePlace)?, false)
        while let lineEnd = bytes[..<end].lastIndex(of: Self.newline) {
            let before = bytes[..<lineEnd].lastIndex(of: Self.newline)
            guard let lineStart = before.map({ $0 + 1 }) ?? (start == 0 ? 0 : nil) else {
                self = .needsMore
                return
            }
            if let place = ArchivePlace(line: bytes[lineStart..<lineEnd]) {
                let found = whole ?? (lineEnd + 1, place)
                guard let next, next.journal == place.journal, next.sequence <= place.sequence else {
                    self = .ends(
                        at: start + found.end, found.place, unacknowledged: start + (whole == nil ? found.end : end))
                    return
                }
                (whole, isOurs) = (found, true)
            } else {
                // A line of zeros, or with some within, behind whole ones: those before count.
                whole = nil
            }
            end = lineStart
        }
        if let whole, start == 0 {
            self = .ends(at: whole.end, whole.place, unacknowledged: end)
        } else if start > 0 {
            self = .needsMore
        } else {
            self = isOurs || Self.isRest(bytes) ? .empty : .foreign
        }
    }

    /// Whether bytes without any whole line may be what a power failure left of the first lines: the beginning of one,
    /// or zeros, as far as the next line or for at least a sector.
    private static func isRest(_ bytes: [UInt8]) -> Bool {
        let zeros = bytes.prefix { $0 == 0 }
        guard zeros.count >= min(512, bytes.count) || ArchivePlace.couldBegin(bytes[zeros.endIndex...]) else {
            return false
        }
        return !bytes.contains(newline) || bytes.contains(0)
    }
}
