import AgentCore

/// The body of a request, and which of its entries are not in it.
struct EncodedEntries: Sendable {
    var body: [UInt8] = []
    /// The places of those whose bytes are no event, rising.
    var unwritten: [Int] = []

    /// What of the entries is in the body.
    func written(of entries: [Entry]) -> [Entry] {
        if unwritten.isEmpty { return entries }
        let unwritten = Set(unwritten)
        return entries.indices.filter { !unwritten.contains($0) }.map { entries[$0] }
    }
}
