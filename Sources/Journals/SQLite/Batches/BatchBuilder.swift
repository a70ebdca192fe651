import AgentCore

/// Entries that will be one row: what a commit stores is collected here until it is worth a row, or the transaction
/// ends.
///
/// The content of a row is the bodies one after another, then for each entry its type's number, its severity's rank,
/// its source's number and its id (length and UTF-8), numbers in LEB128. The lengths of the bodies stand in a column of
/// their own, which retention reads without the content.
struct BatchBuilder {
    /// Bytes of bodies that are worth a row: larger ones compress hardly better, and are read as a whole.
    static let enough = 256 << 10

    /// The sequence of the first entry.
    private(set) var first: UInt64
    private(set) var count = 0
    /// The column `sizes`.
    private(set) var sizes: [UInt8] = []
    private var bodies: [UInt8] = []
    private var heads: [UInt8] = []

    /// Begins a row at a sequence.
    init(first: UInt64) {
        self.first = first
    }

    var isFull: Bool { bodies.count >= Self.enough }
    var last: UInt64 { first + UInt64(count) - 1 }
    /// The column `content`, before it is compressed.
    var content: [UInt8] { bodies + heads }

    /// Appends an entry.
    mutating func add(_ head: BatchContent.Head, id: String, body: some Collection<UInt8>) {
        count += 1
        sizes.appendVariableLength(UInt64(body.count))
        bodies.append(contentsOf: body)
        heads.appendVariableLength(UInt64(head.type))
        heads.appendVariableLength(UInt64(head.rank))
        heads.appendVariableLength(UInt64(head.source))
        heads.appendVariableLength(UInt64(id.utf8.count))
        heads.append(contentsOf: id.utf8)
    }

    /// Begins the next row, in the same memory.
    mutating func begin(at first: UInt64) {
        (self.first, count) = (first, 0)
        sizes.removeAll(keepingCapacity: true)
        bodies.removeAll(keepingCapacity: true)
        heads.removeAll(keepingCapacity: true)
    }
}
