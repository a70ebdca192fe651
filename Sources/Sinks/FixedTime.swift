import EventModel

/// RFC 3339 in UTC with nine digits of a second, always: so that the order of texts is the order of times.
enum FixedTime {
    /// `2026-11-21T06:18:00`.
    private static let secondLength = 19

    /// `2026-11-21T06:18:00.120000000Z`.
    static func text(of time: Timestamp) -> String {
        let text = time.rfc3339.dropLast()
        let digits = max(0, text.utf8.count - secondLength - 1)
        return text + (digits == 0 ? "." : "") + String(repeating: "0", count: 9 - digits) + "Z"
    }
}
