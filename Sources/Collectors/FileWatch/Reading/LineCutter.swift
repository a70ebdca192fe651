/// Cuts what was read of a file into lines. Pure: the same bytes at the same place give the same lines.
///
/// A line ends at `\n`; a `\r` before it, a byte order mark at the file's beginning and NUL bytes before a line (a file
/// made longer before it is written, or written on behind a truncation) are no part of it. Empty lines are no lines,
/// except between lines that belong together.
package struct LineCutter: Sendable {
    /// A line, as places in the bytes it was cut from.
    package struct Line: Sendable, Hashable {
        package var bytes: Range<Int>
        /// It was longer than the limit.
        package var isTruncated = false
    }

    /// What came of cutting.
    package struct Cut: Sendable {
        package var lines: [Line] = []
        /// What follows from here on waits for more: the place of the first byte that was not used.
        package var end: Int
        /// Whole lines wait for one that does not belong to them.
        package var holdsLines = false
    }

    /// How much is handed out although it is not known to be whole.
    package enum Patience: Sendable {
        /// Nothing.
        case waits
        /// Lines that may belong together with later ones.
        case joinedLinesEnd
        /// Everything: nothing will follow.
        case fileEnds
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// A longer line is handed out up to here.
    private let limit: Int
    private let joining: LineJoining

    package init(limit: Int, joining: LineJoining = .none) {
        (self.limit, self.joining) = (limit, joining)
    }

    /// Cuts bytes that begin at a line, or in one that is passed over.
    ///
    /// - Parameter isBeginning: they are the first of the file.
    package func cut(
        _ bytes: ArraySlice<UInt8>, isBeginning: Bool, passesOver: inout Bool, patience: Patience
    ) -> Cut {
        var cut = Cut(end: bytes.startIndex)
        var group: Line?
        if isBeginning, bytes.starts(with: Self.byteOrderMark) { cut.end += Self.byteOrderMark.count }
        cut.lines.reserveCapacity(min(bytes.count / 64, 4096))
        while cut.end < bytes.endIndex {
            guard let line = next(in: bytes, &cut.end, &passesOver, patience) else { break }
            guard joining.joins else {
                if !line.bytes.isEmpty { cut.lines.append(line) }
                continue
            }
            let begins = joining.isFirst(bytes[line.bytes])
            if let current = group, !begins, line.bytes.upperBound - current.bytes.lowerBound <= limit {
                group = Line(bytes: current.bytes.lowerBound..<line.bytes.upperBound)
            } else {
                if let group, !group.bytes.isEmpty { cut.lines.append(group) }
                group = line
            }
        }
        finish(&cut, group, patience, passesOver)
        return cut
    }

    /// Hands out the last lines that belong together, or leaves them for later.
    private func finish(_ cut: inout Cut, _ group: Line?, _ patience: Patience, _ passesOver: Bool) {
        guard let group else { return }
        // One whose rest is passed over cannot be read again from its beginning.
        if patience == .waits, !passesOver {
            cut.end = group.bytes.lowerBound
            cut.holdsLines = true
        } else if !group.bytes.isEmpty {
            cut.lines.append(group)
        }
    }

    /// The next line, empty for one that is passed over; nil when what is there is not a whole one. `place` is moved
    /// behind what was used.
    private func next(
        in bytes: ArraySlice<UInt8>, _ place: inout Int, _ passesOver: inout Bool, _ patience: Patience
    ) -> Line? {
        var first = place
        if passesOver {
            guard let newline = LineBytes.index(of: UInt8(ascii: "\n"), in: bytes, from: first) else {
                place = bytes.endIndex
                return nil
            }
            passesOver = false
            place = newline + 1
            first = place
            if place == bytes.endIndex { return nil }
        }
        if bytes[first] == 0 {
            guard let content = LineBytes.indexOfContent(in: bytes, from: first) else {
                if patience == .fileEnds { place = bytes.endIndex }
                return nil
            }
            first = content
        }
        if let newline = LineBytes.index(of: UInt8(ascii: "\n"), in: bytes, from: first) {
            place = newline + 1
            let hasReturn = newline > first && bytes[newline - 1] == UInt8(ascii: "\r")
            return limited(first..<(hasReturn ? newline - 1 : newline))
        }
        let end =
            patience == .waits && bytes.endIndex - first <= limit
            ? first : (bytes[first...].lastIndex { $0 != 0 } ?? first) + 1
        if end - first > limit {
            passesOver = true
            place = bytes.endIndex
            return limited(first..<end)
        }
        guard patience == .fileEnds else { return nil }
        place = bytes.endIndex
        return limited(first..<end)
    }

    private func limited(_ range: Range<Int>) -> Line {
        range.count <= limit
            ? Line(bytes: range) : Line(bytes: range.lowerBound..<(range.lowerBound + limit), isTruncated: true)
    }
}
