// RFC 3339 (and the subset of XML Schema `dateTime` that vSphere uses), to the nanosecond.

extension Timestamp {
    /// Reads RFC 3339 text such as `2026-11-21T06:18:00.123456789+02:00`.
    ///
    /// Digits beyond the ninth fraction digit are cut off; a leap second is read as the second after it.
    /// Returns nil when the text is anything else, has no offset, or lies outside the range of the type.
    package init?(rfc3339 text: some StringProtocol) {
        var copy = String(text)
        let parsed: Timestamp? = copy.withUTF8 { Timestamp(rfc3339: $0) }
        guard let parsed else { return nil }
        self = parsed
    }

    /// Reads RFC 3339 text from its UTF-8 bytes.
    package init?(rfc3339 bytes: some RandomAccessCollection<UInt8>) {
        var reader = DateTimeReader(bytes)
        guard let timestamp = reader.read() else { return nil }
        self = timestamp
    }

    /// Reads RFC 3339 text from UTF-8 bytes in memory: the fast way for decoders.
    package init?(rfc3339 bytes: UnsafeBufferPointer<UInt8>) {
        // SAFETY: read within the bounds of the buffer.
        if let common = Timestamp(common: bytes) {
            self = common
            return
        }
        var reader = DateTimeReader(bytes)
        guard let timestamp = reader.read() else { return nil }
        self = timestamp
    }

    /// Reads the form nearly all senders use, `2026-11-21T06:18:00.123456Z`; nil for any other, which may be right as well.
    private init?(common bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count >= 20, bytes.count <= 30, bytes[bytes.count - 1] == UInt8(ascii: "Z"),
            bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"), bytes[10] == UInt8(ascii: "T"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":")
        else { return nil }
        var wrong = false
        func digit(_ index: Int) -> Int64 {
            let value = bytes[index] &- 0x30
            wrong = wrong || value > 9
            return Int64(value)
        }
        func pair(_ index: Int) -> Int64 { digit(index) &* 10 &+ digit(index + 1) }
        let (year, month, day) = (pair(0) &* 100 &+ pair(2), pair(5), pair(8))
        let (hour, minute, second) = (pair(11), pair(14), pair(17))
        var fraction: Int64 = 0
        if bytes.count > 20 {
            guard bytes[19] == UInt8(ascii: "."), bytes.count > 21 else { return nil }
            for index in 20..<29 { fraction = fraction &* 10 &+ (index < bytes.count - 1 ? digit(index) : 0) }
        }
        // Years whose nanoseconds fit without a doubt.
        guard !wrong, hour <= 23, minute <= 59, second <= 59, year >= 1700, year <= 2200,
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        let seconds = date.daysSince1970 &* 86_400 &+ hour &* 3600 &+ minute &* 60 &+ second
        self.init(nanoseconds: seconds &* 1_000_000_000 &+ fraction)
    }

    /// RFC 3339 text in UTC; the fraction has no trailing zeros and is left out when it is zero.
    package var rfc3339: String {
        String(decoding: rfc3339Bytes, as: UTF8.self)
    }

    var rfc3339Bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(30)
        appendRFC3339(to: &bytes)
        return bytes
    }

    /// Appends the RFC 3339 text to `bytes`.
    package func appendRFC3339(to bytes: inout [UInt8]) {
        let (seconds, fraction) = nanoseconds.flooredQuotientAndRemainder(by: 1_000_000_000)
        let (days, secondOfDay) = seconds.flooredQuotientAndRemainder(by: 86_400)
        let date = CivilDate(daysSince1970: days)
        bytes.appendPadded(date.year, digits: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendPadded(date.month, digits: 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendPadded(date.day, digits: 2)
        bytes.append(UInt8(ascii: "T"))
        bytes.appendPadded(secondOfDay / 3600, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.appendPadded(secondOfDay / 60 % 60, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.appendPadded(secondOfDay % 60, digits: 2)
        if fraction != 0 {
            bytes.append(UInt8(ascii: "."))
            bytes.appendPadded(fraction, digits: 9)
            while bytes.last == UInt8(ascii: "0") { bytes.removeLast() }
        }
        bytes.append(UInt8(ascii: "Z"))
    }
}

/// Reads one date-time from bytes; every step fails by returning nil.
private struct DateTimeReader<Bytes: RandomAccessCollection<UInt8>> {
    private let bytes: Bytes
    private var index: Bytes.Index

    init(_ bytes: Bytes) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    mutating func read() -> Timestamp? {
        guard let year = digits(4), skip("-"), let month = digits(2), skip("-"), let day = digits(2),
            skip("T") || skip("t") || skip(" "),
            let hour = digits(2), skip(":"), let minute = digits(2), skip(":"), let second = digits(2),
            let fraction = fraction(), let offset = offset(), index == bytes.endIndex,
            let date = CivilDate(year: year, month: month, day: day),
            hour <= 23, minute <= 59, second <= 60
        else { return nil }
        let seconds = date.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (total, overflowTotal) = whole.addingReportingOverflow(fraction)
        return overflow || overflowTotal ? nil : Timestamp(nanoseconds: total)
    }

    private mutating func next() -> UInt8? {
        guard index < bytes.endIndex else { return nil }
        defer { index = bytes.index(after: index) }
        return bytes[index]
    }

    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard index < bytes.endIndex, bytes[index] == UInt8(ascii: scalar) else { return false }
        index = bytes.index(after: index)
        return true
    }

    private mutating func digits(_ count: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<count {
            guard let byte = next(), (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        return value
    }

    /// Nanoseconds; 0 when there is no fraction.
    private mutating func fraction() -> Int64? {
        guard skip(".") else { return 0 }
        var value: Int64 = 0
        var count = 0
        while index < bytes.endIndex, (0x30...0x39).contains(bytes[index]) {
            if count < 9 { value = value * 10 + Int64(bytes[index] - 0x30) }
            count += 1
            index = bytes.index(after: index)
        }
        guard count > 0 else { return nil }
        for _ in 0..<max(0, 9 - count) { value *= 10 }
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

/// A day of the proleptic Gregorian calendar.
private struct CivilDate {
    var year: Int64
    var month: Int64
    var day: Int64

    init?(year: Int64, month: Int64, day: Int64) {
        guard (1...12).contains(month), day >= 1, day <= Self.days(inMonth: month, of: year) else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

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
    fileprivate func flooredQuotientAndRemainder(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension [UInt8] {
    fileprivate mutating func appendPadded(_ value: Int64, digits: Int) {
        var divisor: Int64 = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }
}
