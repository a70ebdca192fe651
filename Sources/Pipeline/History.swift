public import AgentCore

/// Entries asked for by their sequences, and what the journal held at that moment.
public struct History: Sendable, Hashable {
    /// In sequence order, without gaps.
    public var entries: [Entry]
    /// The oldest and the newest sequence held; nil when the journal holds none.
    public var held: ClosedRange<UInt64>?
    /// The newest sequence ever given; 0 before the first.
    public var newest: UInt64
    /// The history these sequences count in: changes only when it starts anew.
    public var journal: String

    public init(entries: [Entry], held: ClosedRange<UInt64>?, newest: UInt64, journal: String) {
        (self.entries, self.held, self.newest, self.journal) = (entries, held, newest, journal)
    }
}
