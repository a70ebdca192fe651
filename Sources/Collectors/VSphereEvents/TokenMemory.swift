import VSphere

/// What was made of the parts that many events of an answer have in common. Forgets rather than grow.
struct TokenMemory<Value: Sendable>: Sendable {
    /// For the virtual machines and hosts of a page; a power of two.
    private static var slots: Int { 512 }

    private var entries: [(token: EventToken, value: Value)?] = Array(repeating: nil, count: slots)

    /// The value for a token: remembered, else made.
    mutating func value(for token: EventToken, make: () -> Value) -> Value {
        let slot = token.slot(of: Self.slots)
        if let entry = entries[slot], entry.token == token { return entry.value }
        // The older of two that share a slot moves next door instead of each driving out the other.
        let neighbour = slot ^ 1
        if let entry = entries[neighbour], entry.token == token { return entry.value }
        let value = make()
        entries[neighbour] = entries[slot]
        entries[slot] = (token, value)
        return value
    }
}
