public import AgentCore

/// Dead letters on their way to their destination once more.
public struct Redelivery: Sendable, Hashable {
    public var id: UInt64
    public var letters: [KeptDeadLetter]
    /// They are entries of the journal: nothing is forgotten once they are taken.
    public var areEntries = false

    public init(id: UInt64, letters: [KeptDeadLetter]) {
        (self.id, self.letters) = (id, letters)
    }
}

/// What became of dead letters that were delivered again, by their numbers.
public struct RedeliveryResult: Sendable, Hashable {
    /// Taken, and no dead letters any more.
    public var delivered: [UInt64] = []
    /// Refused again, with the reason: they stay.
    public var refused: [UInt64: String] = [:]
    /// Why those in neither were not tried or did not get through; nil when there are none.
    public var failure: String?

    public init() {}
}
