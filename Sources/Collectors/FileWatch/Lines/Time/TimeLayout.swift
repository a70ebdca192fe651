/// How a line writes its time.
package enum TimeLayout: Sendable, Hashable {
    /// One of the usual ways, told by its looks: RFC 3339; `2026-11-21 04:19:57.488+0000`, with `/` or `,`, with or
    /// without an offset; `Nov 21 04:47:07`; `21/Nov/2026:04:47:07 +0000`; `08/05/2014 17:01:05` (month first);
    /// `20261121044352.424`; `1121 05:14:51.298330`; seconds, milli-, micro- or nanoseconds since 1970.
    case automatic
    /// Parts in an order of one's own.
    case custom([TimePart])

    /// The time at the beginning of a range, and where it ends; nil when there is none.
    package func read(_ text: [UInt8], _ range: Range<Int>) -> (CivilTime, end: Int)? {
        var scanner = TimeScanner(text, range)
        let time: CivilTime?
        switch self {
        case .automatic: time = UsualTimes.read(&scanner)
        case .custom(let parts): time = TimePart.read(parts, &scanner)
        }
        return time.map { ($0, scanner.place) }
    }
}

/// A part of a time layout, in the way of strptime(3).
package enum TimePart: Sendable, Hashable {
    /// `%Y`, four digits; `%y`, two: 69 to 99 are of the last century.
    case year, shortYear
    /// `%m`, `%b`, `%d`, `%H`, `%M`, `%S`.
    case month, monthName, day, hour, minute, second
    /// `%I` and `%p`: twelve hours, and AM or PM.
    case twelveHour, halfDay
    /// `%f`: digits of a fraction of a second, as many as there are.
    case fraction
    /// `%z`: `Z`, `+0200`, `+02:00`.
    case offset
    /// `%s`: seconds since 1970. `%L`: milliseconds since 1970. `%x`: seconds since 1970 as eight hexadecimal digits.
    case epochSeconds, epochMilliseconds, hexadecimalSeconds
    /// `%a`: the name of a day, passed over.
    case dayName
    /// A space stands for any number of spaces; everything else for itself.
    case literal(UInt8)

    /// Reads a layout; nil with an unknown `%` letter.
    package static func parts(of layout: String) -> [TimePart]? {
        var parts: [TimePart] = []
        var bytes = layout.utf8.makeIterator()
        while let byte = bytes.next() {
            guard byte == UInt8(ascii: "%") else {
                parts.append(.literal(byte))
                continue
            }
            guard let letter = bytes.next(), let expanded = letters[letter] else { return nil }
            parts += expanded
        }
        return parts.isEmpty ? nil : parts
    }

    private static let letters: [UInt8: [TimePart]] = [
        UInt8(ascii: "Y"): [.year], UInt8(ascii: "y"): [.shortYear], UInt8(ascii: "m"): [.month],
        UInt8(ascii: "b"): [.monthName], UInt8(ascii: "B"): [.monthName], UInt8(ascii: "d"): [.day],
        UInt8(ascii: "e"): [.day], UInt8(ascii: "H"): [.hour], UInt8(ascii: "I"): [.twelveHour],
        UInt8(ascii: "p"): [.halfDay], UInt8(ascii: "M"): [.minute], UInt8(ascii: "S"): [.second],
        UInt8(ascii: "f"): [.fraction], UInt8(ascii: "z"): [.offset], UInt8(ascii: "s"): [.epochSeconds],
        UInt8(ascii: "L"): [.epochMilliseconds], UInt8(ascii: "x"): [.hexadecimalSeconds],
        UInt8(ascii: "a"): [.dayName], UInt8(ascii: "A"): [.dayName],
        UInt8(ascii: "%"): [.literal(UInt8(ascii: "%"))],
        UInt8(ascii: "F"): [
            .year, .literal(UInt8(ascii: "-")), .month, .literal(UInt8(ascii: "-")), .day,
        ],
        UInt8(ascii: "T"): [
            .hour, .literal(UInt8(ascii: ":")), .minute, .literal(UInt8(ascii: ":")), .second,
        ],
    ]

    static func read(_ parts: [TimePart], _ scanner: inout TimeScanner) -> CivilTime? {
        var time = CivilTime()
        var isAfternoon: Bool?
        for part in parts {
            guard part.read(&scanner, &time, &isAfternoon) else { return nil }
        }
        if let isAfternoon { time.hour = time.hour % 12 + (isAfternoon ? 12 : 0) }
        return time
    }

    private func read(_ scanner: inout TimeScanner, _ time: inout CivilTime, _ isAfternoon: inout Bool?) -> Bool {
        func set(_ value: Int?, _ path: WritableKeyPath<CivilTime, Int>) -> Bool {
            guard let value else { return false }
            time[keyPath: path] = value
            return true
        }
        switch self {
        case .year:
            time.year = scanner.digits(4)
            return time.year != nil
        case .shortYear:
            time.year = scanner.digits(2).map { $0 + ($0 < 69 ? 2000 : 1900) }
            return time.year != nil
        case .month: return set(scanner.digits(1...2), \.month)
        case .monthName: return set(scanner.month(), \.month)
        case .day:
            scanner.skipSpaces()
            return set(scanner.digits(1...2), \.day)
        case .hour, .twelveHour: return set(scanner.digits(1...2), \.hour)
        case .minute: return set(scanner.digits(2), \.minute)
        case .second: return set(scanner.digits(2), \.second)
        case .fraction: return set(scanner.fraction(), \.nanosecond)
        case .offset:
            time.offset = scanner.offset()
            return time.offset != nil
        case .halfDay:
            guard let letter = scanner.peek.map({ $0 | 0x20 }), (scanner.peek(1) ?? 0) | 0x20 == UInt8(ascii: "m")
            else {
                return false
            }
            isAfternoon = letter == UInt8(ascii: "p")
            scanner.advance(2)
            return true
        case .epochSeconds, .epochMilliseconds:
            guard let read = UsualTimes.epoch(&scanner, perSecond: self == .epochSeconds ? 1 : 1000) else {
                return false
            }
            time = read
            return true
        case .hexadecimalSeconds:
            guard let seconds = scanner.hexadecimal(8) else { return false }
            (time.epoch, time.offset) = (seconds, 0)
            return true
        case .dayName:
            scanner.skipLetters()
            return true
        case .literal(UInt8(ascii: " ")):
            guard scanner.peek == 0x20 else { return false }
            scanner.skipSpaces()
            return true
        case .literal(let byte): return scanner.skip(Unicode.Scalar(byte))
        }
    }
}
