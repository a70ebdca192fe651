/// A zone as one line, in the way of POSIX's TZ: `CET-1CEST,M3.5.0,M10.5.0/3`. What holds after a zone file's last
/// change.
struct ZoneRule: Sendable, Hashable {
    /// Seconds east of UTC in winter, and in summer where there is one.
    private var standard: Int
    private var summer: Summer?

    private struct Summer: Hashable {
        var offset: Int
        var start: Moment
        var end: Moment
    }

    /// A day of the year and a local time of it.
    private struct Moment: Hashable {
        enum Day: Hashable {
            /// The n-th weekday of a month; 5 is the last.
            case weekday(month: Int, week: Int, day: Int)
            /// From 1, and 29 February is never counted.
            case julian(Int)
            /// From 0, and it is.
            case ordinal(Int)
        }

        var day: Day
        var seconds: Int
    }

    /// Nil when the line is none.
    init?(_ text: String) {
        var scanner = TimeScanner(Array(text.utf8), 0..<text.utf8.count)
        guard Self.skipName(&scanner), let standard = Self.offset(&scanner) else { return nil }
        self.standard = -standard
        guard !scanner.isAtEnd else { return }
        guard Self.skipName(&scanner) else { return nil }
        var offset = self.standard + 3600
        if scanner.peek != UInt8(ascii: ",") {
            guard let told = Self.offset(&scanner) else { return nil }
            offset = -told
        }
        guard scanner.skip(","), let start = Self.moment(&scanner), scanner.skip(","), let end = Self.moment(&scanner),
            scanner.isAtEnd
        else { return nil }
        summer = Summer(offset: offset, start: start, end: end)
    }

    /// Seconds east of UTC at a moment, in seconds since 1970.
    func offset(at time: Int) -> Int {
        guard let summer else { return standard }
        let local = time + standard
        let day = (local >= 0 ? local : local - 86_399) / 86_400
        let year = CivilTime.year(ofDay: day)
        let start = Self.seconds(summer.start, in: year) - standard
        let end = Self.seconds(summer.end, in: year) - summer.offset
        let isSummer = start < end ? (start..<end).contains(time) : !(end..<start).contains(time)
        return isSummer ? summer.offset : standard
    }

    /// Local seconds since 1970.
    private static func seconds(_ moment: Moment, in year: Int) -> Int {
        let first = CivilTime.days(to: year, 1, 1)
        let isLeap = CivilTime.days(in: 2, of: year) == 29
        let day: Int
        switch moment.day {
        case .ordinal(let number): day = first + number
        case .julian(let number): day = first + number - 1 + (isLeap && number > 59 ? 1 : 0)
        case .weekday(let month, let week, let weekday):
            let monthStart = CivilTime.days(to: year, month, 1)
            // 1970-01-01 was a Thursday.
            let firstWeekday = ((monthStart + 4) % 7 + 7) % 7
            var date = 1 + (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
            if date > CivilTime.days(in: month, of: year) { date -= 7 }
            day = monthStart + date - 1
        }
        return day * 86_400 + moment.seconds
    }

    /// `CET` or `<+03>`.
    private static func skipName(_ scanner: inout TimeScanner) -> Bool {
        let start = scanner.place
        if scanner.skip("<") {
            while let byte = scanner.peek, byte != UInt8(ascii: ">") { scanner.advance(1) }
            return scanner.skip(">")
        }
        scanner.skipLetters()
        return scanner.place - start >= 3
    }

    /// `-1`, `3:30`, as POSIX counts: west of UTC.
    private static func offset(_ scanner: inout TimeScanner) -> Int? {
        let isNegative = scanner.skip("-")
        if !isNegative { _ = scanner.skip("+") }
        guard let hours = scanner.digits(1...3) else { return nil }
        var seconds = hours * 3600
        if scanner.skip(":") {
            guard let minutes = scanner.digits(2) else { return nil }
            seconds += minutes * 60
            if scanner.skip(":") { seconds += scanner.digits(2) ?? 0 }
        }
        return isNegative ? -seconds : seconds
    }

    private static func moment(_ scanner: inout TimeScanner) -> Moment? {
        let day: Moment.Day
        if scanner.skip("M") {
            guard let month = scanner.digits(1...2), scanner.skip("."), let week = scanner.digits(1), scanner.skip("."),
                let weekday = scanner.digits(1), (1...12).contains(month), (1...5).contains(week), weekday <= 6
            else { return nil }
            day = .weekday(month: month, week: week, day: weekday)
        } else if scanner.skip("J") {
            guard let number = scanner.digits(1...3), (1...365).contains(number) else { return nil }
            day = .julian(number)
        } else {
            guard let number = scanner.digits(1...3), number <= 365 else { return nil }
            day = .ordinal(number)
        }
        guard scanner.skip("/") else { return Moment(day: day, seconds: 7200) }
        return offset(&scanner).map { Moment(day: day, seconds: $0) }
    }
}
