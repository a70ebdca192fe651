/// A row of `batches` that is not stored yet.
struct NewBatch: Sendable {
    /// The sequences of its entries.
    var first, last: UInt64
    var storedAt: Int64
    /// As in `StoredBatch`.
    var total: Int
    /// The column `sizes`.
    var sizes: [UInt8]
    /// The column `content`, before it is compressed or after.
    var content: [UInt8]
}
