package import AgentCore

/// Dead letters on their way to their destination once more.
package struct Redelivery: Sendable, Hashable {
    package var id: UInt64
    package var letters: [KeptDeadLetter]

    package init(id: UInt64, letters: [KeptDeadLetter]) {
        (self.id, self.letters) = (id, letters)
    }
}

/// What became of dead letters that were delivered again, by their numbers.
package struct RedeliveryResult: Sendable, Hashable {
    /// Taken, and no dead letters any more.
    package var delivered: [UInt64] = []
    /// Refused again, with the reason: they stay.
    package var refused: [UInt64: String] = [:]
    /// Why those in neither were not tried or did not get through; nil when there are none.
    package var failure: String?

    package init() {}
}
