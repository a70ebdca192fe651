// RFC 3339 (and the subset of XML Schema `dateTime` that vSphere uses), to the nanosecond.

extension Timestamp {
    /// Reads RFC 3339 text such as `2026-11-21T06:18:00.123456789+02:00`.
    ///
    /// Digits beyond the ninth fraction digit are cut off; a leap second is read as the second after it.
    /// Returns nil when the text is anything else, has no offset, or lies outside the range of the type.
    public init?(rfc3339 text: some StringProtocol) {
        self.init(rfc3339: text.utf8)
    }

    /// Reads RFC 3339 text from its UTF-8 bytes.
    public init?(rfc3339 bytes: some Collection<UInt8>) {
        let contiguous: Timestamp?? = bytes.withContiguousStorageIfAvailable { DateTimeReader.read($0) }
        let copied: Timestamp?? =
            contiguous == nil ? Array(bytes).withUnsafeBufferPointer { DateTimeReader.read($0) } : nil
        guard let timestamp = contiguous ?? copied ?? nil else { return nil }
        self = timestamp
    }

    /// Reads RFC 3339 text from UTF-8 bytes in memory: the fast way for decoders.
    public init?(rfc3339 bytes: UnsafeBufferPointer<UInt8>) {
        // SAFETY: read within the bounds of the buffer.
        guard let timestamp = DateTimeReader.read(bytes) else { return nil }
        self = timestamp
    }

    /// RFC 3339 text in UTC; the fraction has no trailing zeros and is left out when it is zero.
    public var rfc3339: String {
        var bytes: [UInt8] = []
        appendRFC3339(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the RFC 3339 text to `bytes`.
    public func appendRFC3339(to bytes: inout [UInt8]) {
        var writer = TimestampWriter()
        writer.append(self, to: &bytes)
    }
}

/// Reads one date-time from bytes; every step fails by returning nil.
private struct DateTimeReader {
    // SAFETY: a reader lives within one call of `read`, as long as its bytes; each access is checked against their
    // count.
    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0

    static func read(_ bytes: UnsafeBufferPointer<UInt8>) -> Timestamp? {
        var reader = DateTimeReader(bytes: bytes)
        return reader.read()
    }

    private mutating func read() -> Timestamp? {
        guard let year = digits(4), skip("-"), let month = digits(2), skip("-"), let day = digits(2),
            skip("T") || skip("t") || skip(" "),
            let hour = digits(2), skip(":"), let minute = digits(2), skip(":"), let second = digits(2),
            let fraction = fraction(), let offset = offset(), index == bytes.count,
            let date = CivilDate(year: year, month: month, day: day),
            hour <= 23, minute <= 59, second <= 60
        else { return nil }
        let seconds = date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset
        return Timestamp(seconds: seconds, nanoseconds: fraction)
    }

    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: scalar) else { return false }
        index += 1
        return true
    }

    private mutating func digits(_ count: Int) -> Int64? {
        guard index + count <= bytes.count else { return nil }
        var value: Int64 = 0
        for place in index..<index + count {
            let digit = bytes[place] &- 0x30
            if digit > 9 { return nil }
            value = value * 10 + Int64(digit)
        }
        index += count
        return value
    }

    /// Nanoseconds; 0 when there is no fraction.
    private mutating func fraction() -> Int64? {
        guard skip(".") else { return 0 }
        var value: Int64 = 0
        let start = index
        while index < bytes.count, (0x30...0x39).contains(bytes[index]) {
            if index - start < 9 { value = value * 10 + Int64(bytes[index] - 0x30) }
            index += 1
        }
        guard index > start else { return nil }
        for _ in 0..<max(0, 9 - (index - start)) { value *= 10 }
        return value
    }

    /// Seconds east of UTC.
    private mutating func offset() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let sign: Int64
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hours = digits(2), skip(":"), let minutes = digits(2), hours <= 23, minutes <= 59 else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}

extension Timestamp {
    /// Nil outside the range. Counted from the second's end before 1970, where the first second of the range has no
    /// beginning.
    fileprivate init?(seconds: Int64, nanoseconds fraction: Int64) {
        let (whole, rest) = seconds < 0 ? (seconds + 1, fraction - 1_000_000_000) : (seconds, fraction)
        let (product, overflow) = whole.multipliedReportingOverflow(by: 1_000_000_000)
        let (total, overflowTotal) = product.addingReportingOverflow(rest)
        if overflow || overflowTotal { return nil }
        self.init(nanoseconds: total)
    }
}

/// A day of the proleptic Gregorian calendar.
struct CivilDate {
    /// The year.
    var year: Int64
    /// From 1 to 12.
    var month: Int64
    /// From 1.
    var day: Int64

    /// Nil when there is no such day.
    init?(year: Int64, month: Int64, day: Int64) {
        guard (1...12).contains(month), day >= 1, day <= Self.days(inMonth: month, of: year) else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    /// The day so many days after 1970-01-01.
    ///
    /// Counts in eras of 400 years that begin on 1 March, so that the leap day ends each year.
    init(daysSince1970 days: Int64) {
        let (era, dayOfEra) = (days + 719_468).flooredQuotientAndRemainder(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Days from 1970-01-01 to this day; negative before it.
    var daysSince1970: Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shifted.flooredQuotientAndRemainder(by: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func days(inMonth month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension Int64 {
    /// The quotient rounded down, and what is left: never negative.
    func flooredQuotientAndRemainder(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
