/// The entries of a row that has no place in the journal yet, compressed.
struct PackedRow: Sendable {
    /// One for each entry.
    var heads: [BatchContent.Head]
    /// Bytes of their bodies.
    var bytes: Int
    /// The columns `sizes` and `content`.
    var sizes, content: [UInt8]
}
