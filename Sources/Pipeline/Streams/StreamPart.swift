public import AgentCore

/// What a stream gives.
public enum StreamPart: Sendable, Hashable {
    /// In sequence order; never empty.
    case entries([Entry])
    /// The journal no longer holds what comes next.
    case gap(StreamGap)
    /// Nothing comes after it.
    case ended(StreamEnd)
}

/// Entries a stream asked for that the journal no longer holds. It goes on with the lowest held.
public struct StreamGap: Sendable, Hashable {
    /// The first that is missing.
    public var from: UInt64
    /// The oldest and the newest sequence held.
    public var lowest: UInt64
    public var highest: UInt64

    public init(from: UInt64, lowest: UInt64, highest: UInt64) {
        (self.from, self.lowest, self.highest) = (from, lowest, highest)
    }
}

/// How a stream ended.
public struct StreamEnd: Sendable, Hashable {
    /// Why.
    public enum Reason: Sendable, Hashable, CustomStringConvertible {
        /// It read too slowly.
        case tooSlow(limit: UInt64)
        case agentStopped
        /// Somebody ended it by its number.
        case removed
        /// The journal cannot be read.
        case journal(String)

        public var description: String {
            switch self {
            case .tooSlow(let limit): "the reader fell more than \(limit) entries behind"
            case .agentStopped: "the agent stopped"
            case .removed: "the stream was removed"
            case .journal(let reason): reason
            }
        }
    }

    public var reason: Reason
    /// A new stream after this sequence goes on without gap or repeat.
    public var resumeAfter: UInt64

    public init(reason: Reason, resumeAfter: UInt64) {
        (self.reason, self.resumeAfter) = (reason, resumeAfter)
    }
}
