package import AgentCore
package import EventModel

/// Where a collector begins that has no checkpoint yet.
package enum StartPoint: Sendable, Hashable {
    /// With what happens from now on, by the server's clock.
    case now
    /// With the oldest event the server has.
    case beginning
    case time(Timestamp)
    /// So long before now, by the server's clock.
    case lookBack(Duration)

    /// The time to begin at; nil: the oldest event.
    func begin(now: Timestamp) -> Timestamp? {
        switch self {
        case .now: now
        case .beginning: nil
        case .time(let time): time
        case .lookBack(let duration): now.advanced(by: .zero - duration)
        }
    }
}

extension ConfigurationType where Value == StartPoint {
    /// `"now"`, `"beginning"`, an RFC 3339 time, or a duration with a minus before it: `"-1h"`.
    package static var startPoint: Self {
        .text(
            expected: "\"now\", \"beginning\", an RFC 3339 time, or a look-back such as \"-1h\" (units: s, m, h, d)",
            placeholder: .now
        ) { text in
            switch text {
            case "now": return .now
            case "beginning": return .beginning
            default: break
            }
            guard text.hasPrefix("-") else { return Timestamp(rfc3339: text).map { .time($0) } }
            let seconds: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
            guard let unit = text.last.flatMap({ seconds[$0] }), let number = Int64(text.dropFirst().dropLast()),
                number >= 0, number <= 3_650 * 86_400 / unit
            else { return nil }
            return .lookBack(.seconds(number * unit))
        }
    }
}
