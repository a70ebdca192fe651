package import EventModel

/// A date and a time of day as a line tells them: perhaps without a year, a date or a zone.
package struct CivilTime: Sendable, Hashable {
    /// Nil where the line leaves it out, as traditional syslog does.
    package var year: Int?
    package var month = 1
    package var day = 1
    package var hour = 0
    package var minute = 0
    package var second = 0
    package var nanosecond = 0
    /// Seconds east of UTC; nil where the line does not tell.
    package var offset: Int?
    /// Seconds since 1970, where the line tells nothing else.
    package var epoch: Int?

    package init() {}

    /// The moment, with the year given and counted as if the zone were UTC; nil when there is no such date or time.
    package func seconds(inYear year: Int) -> Int? {
        guard (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day), (0...23).contains(hour),
            (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        return Self.days(to: year, month, day) * 86_400 + hour * 3600 + minute * 60 + second
    }

    /// Days from 1970-01-01 to a day: eras of 400 years that begin on 1 March, so that the leap day ends each year.
    static func days(to year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The year of a day counted from 1970-01-01.
    static func year(ofDay day: Int) -> Int {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        return yearOfEra + era * 400 + (dayOfYear >= 306 ? 1 : 0)
    }

    static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension CivilTime {
    /// A line may be ahead of our clock by so much: clocks differ, and zones are forgotten. In seconds.
    private static let ahead = 86_400

    /// The moment this is.
    ///
    /// Without a year it is the latest one that is no more than a day after `now`: a line of 31 December read on
    /// 1 January is of last year. Without an offset the zone tells it. Nil when there is no such date.
    package func timestamp(in zone: inout TimeZoneRule, now: Timestamp) -> Timestamp? {
        let nowSeconds = Int(now.nanoseconds / 1_000_000_000)
        guard let local = localSeconds(now: nowSeconds) else { return nil }
        let seconds = local - (offset ?? zone.offset(atLocal: local, now: nowSeconds))
        let (whole, overflow) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflowed) = whole.addingReportingOverflow(Int64(nanosecond))
        return overflow || overflowed ? nil : Timestamp(nanoseconds: sum)
    }

    private func localSeconds(now: Int) -> Int? {
        if let epoch { return epoch }
        if let year { return seconds(inYear: year) }
        let latest = now + Self.ahead
        let thisYear = Self.year(ofDay: latest / 86_400)
        // 29 February may be eight years back.
        for year in stride(from: thisYear, through: thisYear - 8, by: -1) {
            if let seconds = seconds(inYear: year), seconds <= latest { return seconds }
        }
        return nil
    }
}
