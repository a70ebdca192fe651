/// Ids that are a text and a number behind it, as most sources make them: `<collector>/<file>/<offset>`, `<key>`.
enum NumberedID {
    /// Longer numbers are text.
    private static let maximumDigits = 18

    /// The number an id ends in, and where it begins; nil when it is not the whole id or its last part behind a slash,
    /// or is written otherwise than numbers are. The text before it and the number make the id again.
    static func split(_ id: String) -> (start: Int, number: Int64)? {
        split(id.utf8Span.span)
    }

    /// The number of an id that begins as another did, and has nothing but a number behind that.
    static func number(of id: String, behind prefix: [UInt8]) -> Int64? {
        let id = id.utf8Span.span
        guard let (start, number) = split(id), start == prefix.count, id.begins(with: prefix.span) else { return nil }
        return number
    }

    private static func split(_ id: Span<UInt8>) -> (start: Int, number: Int64)? {
        var start = id.count
        while start > 0, id[start - 1] &- 0x30 <= 9, id.count - start <= maximumDigits { start -= 1 }
        let digits = id.count - start
        guard digits > 0, digits <= maximumDigits, start == 0 || id[start - 1] == UInt8(ascii: "/"),
            digits == 1 || id[start] != UInt8(ascii: "0")
        else { return nil }
        var number: Int64 = 0
        for place in start..<id.count { number = number * 10 + Int64(id[place] &- 0x30) }
        return (start, number)
    }
}
