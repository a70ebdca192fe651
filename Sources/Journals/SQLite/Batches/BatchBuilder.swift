import AgentCore

/// Entries that will be one row: what a commit stores is collected here until it is worth a row, or the transaction
/// ends.
///
/// The content of a row is the bodies one after another, then for each entry its type's number, its severity's rank,
/// its source's number and its id (length and UTF-8), numbers in LEB128. The lengths of the bodies stand in a column of
/// their own, which retention reads without the content.
struct BatchBuilder {
    /// Bytes of bodies that are worth a row: larger ones compress hardly better, and are read as a whole.
    static let enough = 128 << 10
    /// Room for a row whose last entry is ordinary, and for its heads: to grow would be to take twice the memory.
    private static let room = enough + enough / 8

    /// The sequence of the first entry.
    private(set) var first: UInt64
    private(set) var count = 0
    /// The column `sizes`.
    private var sizes: [UInt8] = []
    /// The bodies.
    private var content: [UInt8] = []
    private var heads: [UInt8] = []

    /// Begins a row at a sequence, in some memory, which must be nobody else's to be used.
    init(first: UInt64, memory: consuming [UInt8] = []) {
        self.first = first
        content = memory
        content.removeAll(keepingCapacity: true)
    }

    var isFull: Bool { content.count >= Self.enough }
    var last: UInt64 { first + UInt64(count) - 1 }

    /// Appends an entry.
    mutating func add(_ head: BatchContent.Head, id: String, body: some Collection<UInt8>) {
        if content.isEmpty { content.reserveCapacity(Self.room) }
        count += 1
        sizes.appendVariableLength(UInt64(body.count))
        content.append(contentsOf: body)
        heads.appendVariableLength(UInt64(head.type))
        heads.appendVariableLength(UInt64(head.rank))
        heads.appendVariableLength(UInt64(head.source))
        heads.appendVariableLength(UInt64(id.utf8.count))
        heads.append(contentsOf: id.utf8)
    }

    /// Gives the row away, and begins the next one, in other memory.
    mutating func take(storedAt: Int64, total: Int, memory: consuming [UInt8]) -> NewBatch {
        finish()
        let batch = NewBatch(first: first, last: last, storedAt: storedAt, total: total, sizes: sizes, content: content)
        content = memory
        begin(at: batch.last + 1)
        return batch
    }

    /// Begins the next row, in the same memory.
    mutating func begin(at first: UInt64) {
        (self.first, count) = (first, 0)
        sizes.removeAll(keepingCapacity: true)
        content.removeAll(keepingCapacity: content.capacity <= 2 * Self.enough)
        heads.removeAll(keepingCapacity: true)
    }

    /// Puts the heads behind the bodies.
    private mutating func finish() {
        content.append(contentsOf: heads)
    }
}
