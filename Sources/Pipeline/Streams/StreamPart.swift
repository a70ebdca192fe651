package import AgentCore

/// What a stream gives.
package enum StreamPart: Sendable, Hashable {
    /// In sequence order; never empty.
    case entries([Entry])
    /// The journal no longer holds what comes next.
    case gap(StreamGap)
    /// Nothing comes after it.
    case ended(StreamEnd)
}

/// Entries a stream asked for that the journal no longer holds. It goes on with the lowest held.
package struct StreamGap: Sendable, Hashable {
    /// The first that is missing.
    package var from: UInt64
    /// The oldest and the newest sequence held.
    package var lowest: UInt64
    package var highest: UInt64

    package init(from: UInt64, lowest: UInt64, highest: UInt64) {
        (self.from, self.lowest, self.highest) = (from, lowest, highest)
    }
}

/// How a stream ended.
package struct StreamEnd: Sendable, Hashable {
    /// Why.
    package enum Reason: Sendable, Hashable, CustomStringConvertible {
        /// It read too slowly.
        case tooSlow(limit: UInt64)
        case agentStopped
        /// Somebody ended it by its number.
        case removed
        /// The journal cannot be read.
        case journal(String)

        package var description: String {
            switch self {
            case .tooSlow(let limit): "the reader fell more than \(limit) entries behind"
            case .agentStopped: "the agent stopped"
            case .removed: "the stream was removed"
            case .journal(let reason): reason
            }
        }
    }

    package var reason: Reason
    /// A new stream after this sequence goes on without gap or repeat.
    package var resumeAfter: UInt64

    package init(reason: Reason, resumeAfter: UInt64) {
        (self.reason, self.resumeAfter) = (reason, resumeAfter)
    }
}
