/// What was sent last by a connection: at least as much as its other end may have taken without reading it.
///
/// The protocol acknowledges nothing. What the other end's system has taken dies with a server that has not read it
/// yet; sent again by the next connection it is a repeat at worst, and never lost as long as the limit is not below
/// what fits into the other end's receive buffer.
struct ResendWindow {
    private let limit: Int
    private var batches: [[UInt8]] = []
    private var bytes = 0

    /// A window of so many bytes; with 0 nothing is kept.
    init(limit: Int) {
        self.limit = limit
    }

    /// Whether anything is ever kept.
    var isKept: Bool { limit > 0 }
    var isEmpty: Bool { batches.isEmpty }
    /// What to send again, oldest first.
    var content: [[UInt8]] { batches }

    /// A batch went out: older ones that are no longer within the limit go.
    mutating func add(_ batch: [UInt8]) {
        if limit == 0 || batch.isEmpty { return }
        batches.append(batch)
        bytes += batch.count
        // The last batch alone may be larger than the limit: it is kept, for it is in memory anyway.
        while bytes > limit, batches.count > 1 { bytes -= batches.removeFirst().count }
    }

    /// The other end has read everything.
    mutating func clear() {
        (batches, bytes) = ([], 0)
    }
}
