import VSphere

/// What was made of the parts that many events of an answer have in common. Forgets rather than grow.
struct TokenMemory<Value: Sendable>: Sendable {
    /// For the virtual machines and hosts of a page; a power of two.
    private static var slots: Int { 512 }

    // Apart, so that looking for a token touches no value: to copy one is to count references.
    private var tokens: [EventToken?] = Array(repeating: nil, count: slots)
    private var values: [Value?] = Array(repeating: nil, count: slots)

    /// The value for a token: remembered, else made.
    mutating func value(for token: EventToken, make: () -> Value) -> Value {
        let slot = token.slot(of: Self.slots)
        if tokens[slot] == token, let value = values[slot] { return value }
        // The older of two that share a slot moves next door instead of each driving out the other.
        let neighbour = slot ^ 1
        if tokens[neighbour] == token, let value = values[neighbour] { return value }
        let value = make()
        (tokens[neighbour], values[neighbour]) = (tokens[slot], values[slot])
        (tokens[slot], values[slot]) = (token, value)
        return value
    }
}
