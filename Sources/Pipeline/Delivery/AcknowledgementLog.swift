import EventModel

/// When a sink acknowledged what, as far as it is remembered: the last `limit` acknowledgements of this run. A value.
struct AcknowledgementLog: Sendable {
    /// 16 KiB for each sink at the most.
    static let limit = 1024

    private struct Acknowledgement: Sendable {
        var through: UInt64
        var at: Timestamp
    }

    /// A ring in sequence order; `oldest` is where it begins once it is full.
    private var ring: [Acknowledgement] = []
    private var oldest = 0
    /// What is remembered is later than this.
    private var floor: UInt64

    /// - Parameter cursor: acknowledged before anybody took note.
    init(after cursor: UInt64) {
        floor = cursor
    }

    /// Entries through a sequence were acknowledged.
    mutating func note(through sequence: UInt64, at time: Timestamp) {
        let new = Acknowledgement(through: sequence, at: time)
        if ring.count < Self.limit { return ring.append(new) }
        floor = ring[oldest].through
        ring[oldest] = new
        oldest = (oldest + 1) % Self.limit
    }

    /// When an entry was acknowledged; nil where that is not remembered, or was not yet.
    func time(of sequence: UInt64) -> Timestamp? {
        guard sequence > floor else { return nil }
        var (low, high) = (0, ring.count)
        while low < high {
            let middle = (low + high) / 2
            if ring[(oldest + middle) % ring.count].through < sequence { low = middle + 1 } else { high = middle }
        }
        return low < ring.count ? ring[(oldest + low) % ring.count].at : nil
    }
}
