/// What an event did to the set of known things.
public enum Change: String, Sendable, Hashable, CaseIterable {
    /// Nothing: a fact, a step, a message.
    case none
    /// A property of a known thing changed.
    case set
    /// A thing appeared.
    case add
    /// A thing is gone.
    case remove
}
