import AgentCore

/// What is known of the entries of batches that are not done yet, for destinations that answer about each event: those
/// that were taken or refused are not sent again with the rest of their batch.
///
/// Bounded: beyond `most` it forgets, and what it knew is sent again under the same ids.
struct BatchMemory {
    private static let most = 1 << 20

    private var delivered: Set<UInt64> = []
    private var rejected: [UInt64: String] = [:]

    /// What of a batch is still to be sent, in order.
    func remaining(of entries: [Entry]) -> [Entry] {
        if delivered.isEmpty, rejected.isEmpty { return entries }
        return entries.filter { !delivered.contains($0.sequence) && rejected[$0.sequence] == nil }
    }

    /// The destination has this one.
    mutating func note(delivered sequence: UInt64) {
        if delivered.count >= Self.most { delivered = [] }
        delivered.insert(sequence)
    }

    /// The destination will never take this one.
    mutating func note(rejected sequence: UInt64, _ reason: String) {
        if rejected.count >= Self.most { rejected = [:] }
        rejected[sequence] = reason
    }

    /// A batch is done: forgets its entries, and throws `.partial` with those that were refused.
    mutating func finish(_ entries: [Entry]) throws(DeliveryError) {
        if delivered.isEmpty, rejected.isEmpty { return }
        var refused: [UInt64: String] = [:]
        for entry in entries {
            delivered.remove(entry.sequence)
            if let reason = rejected.removeValue(forKey: entry.sequence) { refused[entry.sequence] = reason }
        }
        if !refused.isEmpty { throw .partial(rejected: refused) }
    }
}
