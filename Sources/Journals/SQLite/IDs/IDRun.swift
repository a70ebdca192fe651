/// The ids of entries that follow each other: one text, and behind it numbers that rise.
struct IDRun {
    /// Numbers of one run: a row of SQLite's holds them without a page of its own.
    static let maximumCount = 256

    /// The number of their source in `sources`.
    var source: Int64
    /// What stands before the numbers.
    var prefix: [UInt8]
    var numbers: [Int64]
    /// The sequence of the first; the others follow without gaps.
    var sequence: UInt64

    var first: Int64 { numbers.first ?? 0 }
    var last: Int64 { numbers.last ?? 0 }
    /// The sequence of the last.
    var through: UInt64 { sequence + UInt64(max(1, numbers.count)) - 1 }

    /// The sequence of a number; nil when it is not among them.
    func sequence(of number: Int64) -> UInt64? {
        var (low, high) = (0, numbers.count)
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low < numbers.count && numbers[low] == number ? sequence + UInt64(low) : nil
    }

    /// The column `steps`: from each number to the next, LEB128.
    var steps: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2 * numbers.count)
        for place in numbers.indices.dropFirst() {
            bytes.appendVariableLength(UInt64(numbers[place] - numbers[place - 1]))
        }
        return bytes
    }

    /// Reads the columns `first` and `steps`; nil when they are damaged.
    static func numbers(from first: Int64, _ steps: [UInt8]) -> [Int64]? {
        var numbers = [first]
        numbers.reserveCapacity(1 + steps.count)
        var (position, last) = (0, first)
        while position < steps.count {
            guard let step = steps.span.variableLength(at: &position), step > 0, step <= UInt64(Int64.max - last) else {
                return nil
            }
            last += Int64(step)
            numbers.append(last)
        }
        return numbers
    }
}
