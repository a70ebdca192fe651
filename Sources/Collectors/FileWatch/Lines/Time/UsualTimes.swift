/// The times that logs usually carry, told apart by their looks.
enum UsualTimes {
    static func read(_ scanner: inout TimeScanner) -> CivilTime? {
        guard let first = scanner.peek else { return nil }
        guard first &- 0x30 <= 9 else { return named(&scanner) }
        switch scanner.digitCount {
        case 4:
            switch scanner.peek(4) {
            case UInt8(ascii: "-"), UInt8(ascii: "/"): return yearFirst(&scanner)
            case 0x20: return monthAndDay(&scanner)
            default: return nil
            }
        case 1, 2: return scanner.peek(scanner.digitCount) == UInt8(ascii: "/") ? slashed(&scanner) : nil
        case 14: return compact(&scanner)
        case 9...10: return epoch(&scanner, perSecond: 1)
        case 13: return epoch(&scanner, perSecond: 1000)
        case 16: return epoch(&scanner, perSecond: 1_000_000)
        case 19: return epoch(&scanner, perSecond: 1_000_000_000)
        default: return nil
        }
    }

    /// `2026-11-21T04:19:57.488Z`, `2026/11/21 04:19:57,488 +02:00`.
    private static func yearFirst(_ scanner: inout TimeScanner) -> CivilTime? {
        var time = CivilTime()
        guard let year = scanner.digits(4) else { return nil }
        scanner.advance(1)
        guard let month = scanner.digits(2), scanner.skip("-") || scanner.skip("/"), let day = scanner.digits(2),
            scanner.skip("T") || scanner.skip(" ") || scanner.skip("t")
        else { return nil }
        (time.year, time.month, time.day) = (year, month, day)
        return clock(&scanner, &time) ? time : nil
    }

    /// `Nov 21 04:47:07`, `Nov 21 2026 04:47:07`, and both after the name of a day.
    private static func named(_ scanner: inout TimeScanner) -> CivilTime? {
        var time = CivilTime()
        var ahead = scanner
        if ahead.month() == nil {
            scanner.skipLetters()
            _ = scanner.skip(",")
            scanner.skipSpaces()
        }
        guard let month = scanner.month(), scanner.skip(" ") else { return nil }
        scanner.skipSpaces()
        guard let day = scanner.digits(1...2), scanner.skip(" ") else { return nil }
        (time.month, time.day) = (month, day)
        if scanner.digitCount == 4 {
            time.year = scanner.digits(4)
            guard scanner.skip(" ") else { return nil }
        }
        guard clock(&scanner, &time) else { return nil }
        // date(1) puts the year last.
        if time.year == nil, scanner.peek == 0x20, scanner.peek(5).map({ $0 == 0x20 }) ?? true {
            var ahead = scanner
            ahead.advance(1)
            if ahead.digitCount == 4, let year = ahead.digits(4), year >= 1970 { (time.year, scanner) = (year, ahead) }
        }
        return time
    }

    /// `1121 05:14:51.298330`: month and day, as klog writes them.
    private static func monthAndDay(_ scanner: inout TimeScanner) -> CivilTime? {
        var time = CivilTime()
        guard let month = scanner.digits(2), let day = scanner.digits(2), scanner.skip(" ") else { return nil }
        (time.month, time.day) = (month, day)
        return clock(&scanner, &time) ? time : nil
    }

    /// `21/Nov/2026:04:47:07 +0000`, as web servers, and `08/05/2014 17:01:05.891`, the month first.
    private static func slashed(_ scanner: inout TimeScanner) -> CivilTime? {
        var time = CivilTime()
        guard let first = scanner.digits(1...2), scanner.skip("/") else { return nil }
        if let month = scanner.month() {
            (time.day, time.month) = (first, month)
        } else {
            guard let day = scanner.digits(1...2) else { return nil }
            (time.month, time.day) = (first, day)
        }
        guard scanner.skip("/"), let year = scanner.digits(4), scanner.skip(":") || scanner.skip(" ") else {
            return nil
        }
        time.year = year
        return clock(&scanner, &time) ? time : nil
    }

    /// `20261121044352.424`.
    private static func compact(_ scanner: inout TimeScanner) -> CivilTime? {
        var time = CivilTime()
        guard let year = scanner.digits(4), let month = scanner.digits(2), let day = scanner.digits(2),
            let hour = scanner.digits(2), let minute = scanner.digits(2), let second = scanner.digits(2)
        else { return nil }
        (time.year, time.month, time.day) = (year, month, day)
        (time.hour, time.minute, time.second) = (hour, minute, second)
        time.nanosecond = scanner.optionalFraction()
        time.offset = scanner.offset()
        return time
    }

    /// A count since 1970, with a fraction or not.
    static func epoch(_ scanner: inout TimeScanner, perSecond: Int) -> CivilTime? {
        guard let count = scanner.digits(1...19), count >= 0 else { return nil }
        var time = CivilTime()
        let (seconds, rest) = count.quotientAndRemainder(dividingBy: perSecond)
        guard seconds < 1 << 34 else { return nil }
        (time.year, time.offset) = (1970, 0)
        time.nanosecond = rest * (1_000_000_000 / perSecond)
        if perSecond == 1 { time.nanosecond = scanner.optionalFraction() }
        time.epoch = seconds
        return time
    }

    /// `04:19:57`, with a fraction and an offset where they follow.
    private static func clock(_ scanner: inout TimeScanner, _ time: inout CivilTime) -> Bool {
        guard let hour = scanner.digits(1...2), scanner.skip(":"), let minute = scanner.digits(2), scanner.skip(":"),
            let second = scanner.digits(2)
        else { return false }
        (time.hour, time.minute, time.second) = (hour, minute, second)
        time.nanosecond = scanner.optionalFraction()
        time.offset = scanner.offset()
        if time.offset == nil, scanner.peek == 0x20 {
            var ahead = scanner
            ahead.advance(1)
            let sign = ahead.peek
            // "12:00:00 -5 apples" tells no offset: one after a space has four digits or a colon.
            if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), let offset = ahead.offset(),
                ahead.place - scanner.place >= 6
            {
                (time.offset, scanner) = (offset, ahead)
            }
        }
        return true
    }
}
