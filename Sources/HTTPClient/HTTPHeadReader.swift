/// Puts the head of an answer together from its lines. Only the last head counts: `100 Continue` and its like precede
/// it.
struct HTTPHeadReader {
    /// Longer heads are refused: a page of events has a head of some hundred bytes.
    static let limit = 256 * 1024

    /// The head as far as it has come; status 0 before its first line.
    private(set) var response = HTTPResponse(status: 0)
    private var size = 0

    /// Takes one line with its line end. Returns false when the head has become too long.
    mutating func take(_ line: String) -> Bool {
        size += line.utf8.count
        guard size <= Self.limit else { return false }
        let text = line.trimmingBlanks()
        if text.hasPrefix("HTTP/") {
            response = HTTPResponse(status: text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0)
        } else if line.utf8.first == UInt8(ascii: " ") || line.utf8.first == UInt8(ascii: "\t") {
            continueLastField(text)
        } else if let colon = text.firstIndex(of: ":") {
            let value = text[text.index(after: colon)...].trimmingBlanks()
            response.headers.fields.append(HTTPHeaders.Field(String(text[..<colon]), String(value)))
        }
        return true
    }

    /// The obsolete way to write a long value in several lines.
    private mutating func continueLastField(_ text: Substring) {
        guard let last = response.headers.fields.indices.last, !text.isEmpty else { return }
        response.headers.fields[last].value += " " + text
    }
}

extension StringProtocol where SubSequence == Substring {
    /// Without blanks and line ends at both ends.
    func trimmingBlanks() -> Substring {
        var rest = self[...]
        while let first = rest.utf8.first, first.isBlank { rest = Substring(rest.utf8.dropFirst()) }
        while let last = rest.utf8.last, last.isBlank { rest = Substring(rest.utf8.dropLast()) }
        return rest
    }
}

extension UInt8 {
    /// A space, a tab or a part of a line end.
    var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0D || self == 0x0A }
}
