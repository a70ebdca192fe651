/// A row of `batches`.
struct StoredBatch {
    /// The sequences of its entries.
    var sequences: ClosedRange<UInt64>
    var storedAt: Int64
    /// Bytes of all bodies from the history's beginning through its last entry.
    var total: Int
    /// Bytes of each body; nil when the column is damaged.
    var sizes: [Int]?

    /// Bytes of all bodies from the history's beginning through the entry `sequence` of this row.
    func total(through sequence: UInt64) -> Int {
        guard let sizes, sequence < sequences.upperBound else { return total }
        return sizes[Int(sequence + 1 - sequences.lowerBound)...].reduce(total, -)
    }
}
