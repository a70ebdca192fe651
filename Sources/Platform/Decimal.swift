/// Whole numbers in decimal, as the kernel writes them, read and written without a `String`.
package enum Decimal {
    /// The number the text is, if it is nothing but digits and fits.
    package static func whole(_ text: Span<UInt8>) -> UInt64? {
        guard text.count > 0 else { return nil }
        var number: UInt64 = 0
        for index in 0..<text.count {
            guard push(text[index], onto: &number) else { return nil }
        }
        return number
    }

    /// The number at `index`, which moves behind it; nil when there is no digit or it does not fit.
    package static func next(in text: Span<UInt8>, at index: inout Int) -> UInt64? {
        let start = index
        var number: UInt64 = 0
        while index < text.count, text[index] &- 0x30 <= 9 {
            guard push(text[index], onto: &number) else { return nil }
            index += 1
        }
        return index > start ? number : nil
    }

    /// Calls `body` with each number of a list of lines, as `cgroup.procs` is one; what is no number ends it.
    package static func forEachLine(of text: Span<UInt8>, _ body: (UInt64) -> Void) {
        var index = 0
        while index < text.count, let number = next(in: text, at: &index) {
            body(number)
            guard index < text.count, text[index] == UInt8(ascii: "\n") else { return }
            index += 1
        }
    }

    private static func push(_ byte: UInt8, onto number: inout UInt64) -> Bool {
        let digit = byte &- 0x30
        guard digit <= 9 else { return false }
        let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
        let (sum, overflowSum) = tens.addingReportingOverflow(UInt64(digit))
        number = sum
        return !overflow && !overflowSum
    }

    /// Writes the digits to the start of the buffer, which has room for ten, and says how many they are.
    static func write(_ number: UInt32, to buffer: UnsafeMutablePointer<UInt8>) -> Int {
        // SAFETY: the index stays below the number of digits, at most ten.
        var count = 1
        var rest = number / 10
        while rest > 0 {
            count += 1
            rest /= 10
        }
        rest = number
        for index in stride(from: count - 1, through: 0, by: -1) {
            buffer[index] = UInt8(0x30 + rest % 10)
            rest /= 10
        }
        return count
    }
}
