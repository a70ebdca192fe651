import AgentCore
import Platform

/// What a sink made ready of a batch before it was given it: the newest, until somebody asks for any.
final class PreparedBatch<Value: Sendable>: Sendable {
    private let kept = Locked<(entries: [Entry], value: Value)?>(nil)

    /// Keeps what was made of these entries.
    func keep(_ value: Value, of entries: [Entry]) {
        kept.withLock { $0 = (entries, value) }
    }

    /// What was made of these very entries; nil where it was made of others, and is of no use any more.
    func take(_ entries: [Entry]) -> Value? {
        let found = kept.withLock { kept in
            defer { kept = nil }
            return kept
        }
        guard let found, found.entries.count == entries.count else { return nil }
        let (prepared, wanted) = (found.entries.span, entries.span)
        for place in wanted.indices where prepared[place].sequence != wanted[place].sequence { return nil }
        return found.value
    }
}
