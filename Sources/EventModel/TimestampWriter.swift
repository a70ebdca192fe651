/// Writes times as RFC 3339 in UTC: the date and the second are written anew only when they differ from those before.
///
/// The fraction has no trailing zeros and is left out when it is zero.
public struct TimestampWriter: Sendable {
    // SAFETY: the buffer of a span is used only within the closure that lends it.
    private static let secondLength = 19
    private static let nanosecondsPerSecond: Int64 = 1_000_000_000

    /// The second `text` begins with, since 1970.
    private var second = Int64.max
    /// As long as RFC 3339 gets here; no heap is touched.
    private var text = InlineArray<30, UInt8>(repeating: 0)

    public init() {}

    /// Appends a time.
    public mutating func append(_ time: Timestamp, to bytes: inout [UInt8]) {
        let (second, fraction) = time.nanoseconds.flooredQuotientAndRemainder(by: Self.nanosecondsPerSecond)
        if second != self.second { writeSecond(second) }
        let count = writeFraction(UInt32(truncatingIfNeeded: fraction))
        text.span.extracting(first: count).withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    }

    private mutating func writeSecond(_ second: Int64) {
        self.second = second
        let (days, secondOfDay) = second.flooredQuotientAndRemainder(by: 86_400)
        let date = CivilDate(daysSince1970: days)
        write(date.year, digits: 4, at: 0, before: "-")
        write(date.month, digits: 2, at: 5, before: "-")
        write(date.day, digits: 2, at: 8, before: "T")
        write(secondOfDay / 3600, digits: 2, at: 11, before: ":")
        write(secondOfDay / 60 % 60, digits: 2, at: 14, before: ":")
        write(secondOfDay % 60, digits: 2, at: 17)
    }

    /// Returns how long the text is with the fraction and the final `Z`.
    private mutating func writeFraction(_ fraction: UInt32) -> Int {
        var end = Self.secondLength
        if fraction != 0 {
            text[end] = UInt8(ascii: ".")
            // Most clocks give milliseconds or microseconds: their zeros are not even written.
            var (rest, digits) = (fraction, 9)
            while rest % 1000 == 0 { (rest, digits) = (rest / 1000, digits - 3) }
            write(Int64(rest), digits: digits, at: end + 1)
            end += 1 + digits
            while text[end - 1] == UInt8(ascii: "0") { end -= 1 }
        }
        text[end] = UInt8(ascii: "Z")
        return end + 1
    }

    private mutating func write(_ value: Int64, digits: Int, at start: Int, before scalar: Unicode.Scalar) {
        write(value, digits: digits, at: start)
        text[start + digits] = UInt8(ascii: scalar)
    }

    private mutating func write(_ value: Int64, digits: Int, at start: Int) {
        var rest = UInt32(truncatingIfNeeded: value)
        for place in stride(from: start + digits - 1, through: start, by: -1) {
            let tenth = rest / 10
            text[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest - tenth * 10)
            rest = tenth
        }
    }
}
