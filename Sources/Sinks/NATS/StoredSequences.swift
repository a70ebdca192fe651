/// Which sequences are stored for certain: ranges, joined where they touch.
///
/// Bounded: the lowest ranges are forgotten, those furthest behind the cursor.
struct StoredSequences: Sendable, Hashable {
    /// Of ranges. Filters leave holes between sequences, so there may be many.
    static let limit = 65_536

    /// In order, with holes between them.
    private(set) var ranges: [ClosedRange<UInt64>] = []

    func contains(_ sequence: UInt64) -> Bool {
        let place = index(after: sequence)
        return place > 0 && ranges[place - 1].contains(sequence)
    }

    mutating func insert(_ sequence: UInt64) {
        let place = index(after: sequence)
        let joinsBefore = place > 0 && ranges[place - 1].upperBound >= sequence &- (sequence == 0 ? 0 : 1)
        if joinsBefore, ranges[place - 1].upperBound >= sequence { return }
        let joinsAfter = place < ranges.count && sequence < .max && ranges[place].lowerBound == sequence + 1
        switch (joinsBefore, joinsAfter) {
        case (true, true):
            ranges[place - 1] = ranges[place - 1].lowerBound...ranges[place].upperBound
            ranges.remove(at: place)
        case (true, false): ranges[place - 1] = ranges[place - 1].lowerBound...sequence
        case (false, true): ranges[place] = sequence...ranges[place].upperBound
        case (false, false): ranges.insert(sequence...sequence, at: place)
        }
        if ranges.count > Self.limit { ranges.removeFirst(Self.limit / 2) }
    }

    /// The first range that begins after `sequence`.
    private func index(after sequence: UInt64) -> Int {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].lowerBound <= sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
