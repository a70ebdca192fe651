import AgentCore
import EventModel

/// The header `Retry-After` (RFC 9110): seconds, or a date in one of the three forms HTTP has.
enum RetryAfter {
    /// A destination that asks for more is asked again after this: its clock or ours may be wrong by years.
    static let longest = Duration.seconds(86_400)

    /// The delay asked for; nil for what is neither. A date in the past is no delay.
    static func delay(_ text: String, now: Timestamp) -> Duration? {
        let text = text.drop { $0 == " " }
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return min(.seconds(Int64(text) ?? .max / 2), longest)
        }
        return date(text).map { min(max($0.since(now), .zero), longest) }
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`.
    static func date(_ text: some StringProtocol) -> Timestamp? {
        let words = String(text).split(whereSeparator: { " -,".contains($0) }).map { String($0) }
        let parts: (day: String, month: String, year: String, time: String)
        if words.count == 6, words[5] == "GMT" {
            parts = (words[1], words[2], words[3], words[4])
        } else if words.count == 5 {
            parts = (words[2], words[1], words[4], words[3])
        } else {
            return nil
        }
        guard let month = months.firstIndex(of: parts.month), var year = Int(parts.year), let day = Int(parts.day)
        else {
            return nil
        }
        if parts.year.utf8.count == 2 { year += year < 70 ? 2000 : 1900 }
        return Timestamp(rfc3339: "\(year)-\(twoDigits(month + 1))-\(twoDigits(day))T\(parts.time)Z")
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
