/// Steps over the parts of a time in the bytes of a line.
struct TimeScanner {
    private let text: [UInt8]
    private let end: Int
    private(set) var place: Int

    init(_ text: [UInt8], _ range: Range<Int>) {
        (self.text, place, end) = (text, range.lowerBound, range.upperBound)
    }

    var isAtEnd: Bool { place == end }
    var peek: UInt8? { place < end ? text[place] : nil }
    var left: Int { end - place }

    /// The byte so many places on.
    func peek(_ step: Int) -> UInt8? { place + step < end ? text[place + step] : nil }

    mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: scalar) else { return false }
        place += 1
        return true
    }

    mutating func advance(_ count: Int) { place = min(end, place + count) }

    mutating func skipSpaces() {
        while peek == 0x20 { place += 1 }
    }

    /// So many digits, no fewer.
    mutating func digits(_ count: Int) -> Int? { digits(count...count) }

    /// So many hexadecimal digits.
    mutating func hexadecimal(_ count: Int) -> Int? {
        guard left >= count else { return nil }
        let digits = String(decoding: text[place..<place + count], as: UTF8.self)
        guard digits.utf8.allSatisfy({ $0 > 0x2F }), let value = Int(digits, radix: 16) else { return nil }
        place += count
        return value
    }

    /// As many digits as there are, within a range.
    mutating func digits(_ range: ClosedRange<Int>) -> Int? {
        var (value, count) = (0, 0)
        while count < range.upperBound, let byte = peek(count), byte &- 0x30 <= 9 {
            value = value * 10 + Int(byte &- 0x30)
            count += 1
        }
        guard count >= range.lowerBound else { return nil }
        place += count
        return value
    }

    /// How many digits stand here.
    var digitCount: Int {
        var count = 0
        while let byte = peek(count), byte &- 0x30 <= 9 { count += 1 }
        return count
    }

    /// The digits of a fraction as nanoseconds; those beyond the ninth are passed over.
    mutating func fraction() -> Int? {
        var (value, count) = (0, 0)
        while let byte = peek, byte &- 0x30 <= 9 {
            if count < 9 { value = value * 10 + Int(byte &- 0x30) }
            count += 1
            place += 1
        }
        guard count > 0 else { return nil }
        for _ in 0..<max(0, 9 - count) { value *= 10 }
        return value
    }

    /// `.123` or `,123`; 0 where there is none.
    mutating func optionalFraction() -> Int {
        guard peek == UInt8(ascii: ".") || peek == UInt8(ascii: ","), let digit = peek(1), digit &- 0x30 <= 9 else {
            return 0
        }
        place += 1
        return fraction() ?? 0
    }

    /// `Z`, `+0200`, `+02:00` or `+02`, as seconds east of UTC.
    mutating func offset() -> Int? {
        if skip("Z") || skip("z") { return 0 }
        guard let sign = peek, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        var ahead = self
        ahead.advance(1)
        guard let hours = ahead.digits(2), hours <= 23 else { return nil }
        var afterHours = ahead
        _ = ahead.skip(":")
        var minutes = 0
        if let read = ahead.digits(2), read <= 59 { (minutes, afterHours) = (read, ahead) }
        self = afterHours
        return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    /// `Jan` to `Dec`, or the month's whole name.
    mutating func month() -> Int? {
        let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        guard left >= 3 else { return nil }
        let word = [text[place] | 0x20, text[place + 1] | 0x20, text[place + 2] | 0x20]
        guard let month = names.firstIndex(where: { $0.utf8.elementsEqual(word) }) else { return nil }
        skipLetters()
        return month + 1
    }

    mutating func skipLetters() {
        while let byte = peek, (byte | 0x20) >= UInt8(ascii: "a"), (byte | 0x20) <= UInt8(ascii: "z") { place += 1 }
    }
}
