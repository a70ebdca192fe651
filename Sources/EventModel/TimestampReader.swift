/// Reads RFC 3339 times in UTC, one after the other: the date and the second are read anew only when they differ from
/// those before.
public struct TimestampReader: Sendable {
    // SAFETY: words are loaded only within the first 19 bytes of texts of at least 20.
    private static let powersOfTen: InlineArray<10, Int64> = [
        1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    ]

    /// The text of the last second, and when it began.
    private var second = Second()
    private var start: Int64 = 0

    private struct Second: Equatable {
        var first: UInt64 = 0
        var middle: UInt64 = 0
        var last: UInt64 = 0
    }

    public init() {}

    /// What `Timestamp(rfc3339:)` reads.
    public mutating func read(_ text: UnsafeBufferPointer<UInt8>) -> Timestamp? {
        guard let bytes = UnsafeRawPointer(text.baseAddress), let fraction = Self.fraction(text) else {
            return Timestamp(rfc3339: text)
        }
        let second = Second(
            first: bytes.loadUnaligned(as: UInt64.self),
            middle: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            last: bytes.loadUnaligned(fromByteOffset: 11, as: UInt64.self))
        if second == self.second {
            let (nanoseconds, overflow) = start.addingReportingOverflow(fraction)
            if !overflow { return Timestamp(nanoseconds: nanoseconds) }
        }
        guard let time = Timestamp(rfc3339: text) else { return nil }
        let (start, overflow) = time.nanoseconds.subtractingReportingOverflow(fraction)
        if !overflow { (self.second, self.start) = (second, start) }
        return time
    }

    /// The nanoseconds of a time in UTC; nil for another offset, or where nanoseconds do not say all.
    private static func fraction(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard (20...30).contains(text.count), text[text.count - 1] == UInt8(ascii: "Z") else { return nil }
        if text.count == 20 { return 0 }
        let digits = text.count - 21
        guard digits > 0, text[19] == UInt8(ascii: ".") else { return nil }
        var value: Int64 = 0
        for place in 20..<20 + digits {
            let digit = text[place] &- 0x30
            guard digit <= 9 else { return nil }
            value = value &* 10 &+ Int64(digit)
        }
        return value &* powersOfTen[9 - digits]
    }
}
