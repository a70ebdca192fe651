/// Rising sequences, first in first out: 8 bytes each.
struct SequenceQueue: Sendable {
    private var sequences: [UInt64] = []
    /// Those before it are gone, and cleared away when they are the half.
    private var start = 0

    var count: Int { sequences.count - start }

    var first: UInt64? { start < sequences.count ? sequences[start] : nil }

    mutating func append(_ sequence: UInt64) {
        sequences.append(sequence)
    }

    mutating func removeFirst() {
        guard start < sequences.count else { return }
        start += 1
        tidy()
    }

    /// Removes those up to `sequence`; how many they were.
    @discardableResult
    mutating func remove(through sequence: UInt64) -> Int {
        let before = start
        while start < sequences.count, sequences[start] <= sequence { start += 1 }
        defer { tidy() }
        return start - before
    }

    func contains(_ sequence: UInt64) -> Bool {
        var (low, high) = (start, sequences.count)
        while low < high {
            let middle = (low + high) / 2
            if sequences[middle] < sequence { low = middle + 1 } else { high = middle }
        }
        return low < sequences.count && sequences[low] == sequence
    }

    private mutating func tidy() {
        if start == sequences.count {
            sequences = []
            start = 0
        } else if start > 512, start > sequences.count / 2 {
            sequences.removeFirst(start)
            start = 0
        }
    }
}
