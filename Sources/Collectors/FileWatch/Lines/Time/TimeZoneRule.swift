package import AgentCore
import EventModel

/// The zone of times that tell none.
///
/// Where clocks are put forward an hour is left out: a time within it is read as if they had not been yet. Where they
/// are put back an hour comes twice: a time within it is the later one, unless that is still to come when the line is
/// read.
package struct TimeZoneRule: Sendable {
    /// A line may be ahead of our clock by so much and still be of now. In seconds.
    private static let ahead = 60

    private let zone: Zone
    /// The local hour asked for last, and its offset: lines come by the thousand within one.
    private var hour = Int.min
    private var hourOffset = 0

    private enum Zone: Sendable {
        case fixed(Int)
        case local
        case file(ZoneFile)
    }

    package static let utc = TimeZoneRule(.fixed(0))
    /// The machine's own.
    package static let local = TimeZoneRule(.local)

    private init(_ zone: Zone) {
        self.zone = zone
    }

    /// A zone by the rules of a zone file.
    package init(_ file: ZoneFile) {
        self.init(.file(file))
    }

    /// `UTC`, `local`, an offset such as `+02:00`, or a name such as `Europe/Prague`, looked up by `load`.
    package init?(_ text: String, load: (String) -> ZoneFile?) {
        switch text {
        case "UTC", "utc", "Z": self = .utc
        case "local": self = .local
        default:
            var scanner = TimeScanner(Array(text.utf8), 0..<text.utf8.count)
            if let offset = scanner.offset(), scanner.isAtEnd {
                self.init(.fixed(offset))
            } else {
                guard let file = load(text) else { return nil }
                self.init(.file(file))
            }
        }
    }

    /// Seconds east of UTC at a local time, both in seconds since 1970 by their own clocks.
    package mutating func offset(atLocal local: Int, now: Int) -> Int {
        if case .fixed(let offset) = zone { return offset }
        let hour = local / 3600
        if hour == self.hour { return hourOffset }
        // A day before and after, no change of this night holds yet, or any more.
        let (before, after) = (offset(at: local - 86_400), offset(at: local + 86_400))
        if before == after, offset(at: local - before) == before {
            // The same on both sides and within: a whole hour may be remembered.
            if offset(at: hour * 3600 - before) == before, offset(at: hour * 3600 + 3599 - before) == before {
                (self.hour, hourOffset) = (hour, before)
            }
            return before
        }
        return changing(atLocal: local, from: before, to: after, now: now)
    }

    /// The offset at a local time of a night in which clocks may change.
    private func changing(atLocal local: Int, from before: Int, to after: Int, now: Int) -> Int {
        let isEarly = offset(at: local - before) == before
        let isLate = offset(at: local - after) == after
        if isEarly, isLate { return local - after <= now + Self.ahead ? after : before }
        return isLate ? after : before
    }

    private func offset(at time: Int) -> Int {
        switch zone {
        case .fixed(let offset): offset
        case .local: LocalTime.offset(at: time)
        case .file(let file): file.offset(at: time)
        }
    }
}

extension ConfigurationType where Value == TimeZoneRule {
    /// `UTC`, `local`, an offset, or the name of a zone.
    package static var timeZone: Self {
        .text(
            expected: "\"UTC\", \"local\", an offset such as \"+02:00\", or a zone such as \"Europe/Prague\"",
            schema: [.init("minLength", 1)], placeholder: .utc
        ) { TimeZoneRule($0, load: ZoneFile.load) }
    }
}
