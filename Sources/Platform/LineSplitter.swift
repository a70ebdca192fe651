/// Takes a stream of bytes apart into lines, in bounded memory, as its pieces arrive.
package struct LineSplitter: Sendable {
    private let limit: Int
    private var line = LineReader.Line(bytes: [], isCut: false)

    /// Of a line longer than `limit` bytes only the beginning is given.
    package init(limit: Int) {
        self.limit = limit
    }

    /// The lines that end in this piece, without their line ends.
    package mutating func take(_ piece: some Collection<UInt8>) -> [LineReader.Line] {
        var lines: [LineReader.Line] = []
        var rest = piece[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            keep(rest[..<end])
            lines.append(line)
            line = LineReader.Line(bytes: [], isCut: false)
            rest = rest[rest.index(after: end)...]
        }
        keep(rest)
        return lines
    }

    /// What came after the last line end, when the stream is over; nil where nothing did.
    package mutating func finish() -> LineReader.Line? {
        defer { line = LineReader.Line(bytes: [], isCut: false) }
        return line.bytes.isEmpty ? nil : line
    }

    private mutating func keep(_ part: some Collection<UInt8>) {
        let room = limit - line.bytes.count
        line.bytes += part.prefix(room)
        line.isCut = line.isCut || part.count > room
    }
}
