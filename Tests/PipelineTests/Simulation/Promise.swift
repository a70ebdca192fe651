import AgentTestKit

/// The promises of the pipeline, by name.
enum Promise: String, CaseIterable {
    /// Events and their checkpoint are committed together or not at all.
    case atomic = "Atomic"
    /// The journal holds an event once.
    case unique = "Unique"
    /// Every reader sees entries in sequence order, and every source's events are in its order.
    case ordered = "Ordered"
    /// Every entry reaches each sink that wants it; a cursor moves only after acknowledgement.
    case reliable = "Reliable"
    /// A live reader goes on after any sequence, without gap or repeat, or is told the gap.
    case resumable = "Resumable"
    /// A plugin or reader that hangs slows nobody else.
    case isolated = "Isolated"
    /// Everything has a limit, and everything comes to rest.
    case bounded = "Bounded"
}

/// A promise that a simulated life saw broken.
struct Violation: Error, Equatable, CustomStringConvertible {
    var promise: Promise
    var what: String

    init(_ promise: Promise, _ what: String) {
        (self.promise, self.what) = (promise, what)
    }

    var description: String { "\(promise.rawValue): \(what)" }
}

/// A mistake made on purpose, to show that the simulation finds such mistakes.
enum PlantedBug: CaseIterable {
    /// The checkpoint is stored apart from its events.
    case checkpointApart
    /// A commit that failed counts as done: the next one goes on behind its batch.
    case failedCommitSkipsBatch
    case journalForgetsIdentity
    case journalReadsOutOfOrder
    /// A sink's cursor is stored before its destination has the entries.
    case cursorBeforeDelivery
    /// After a retryable failure the next batch is delivered instead of the same.
    case retrySkipsBatch
    /// A partial refusal counts as if all had been taken.
    case refusalsForgotten
    case retentionDropsUnread
    /// While one plugin hangs nobody does anything.
    case oneHangsAll
    case journalNeverLetsGo

    /// The promise it breaks.
    var promise: Promise {
        switch self {
        case .checkpointApart, .failedCommitSkipsBatch: .atomic
        case .journalForgetsIdentity: .unique
        case .journalReadsOutOfOrder: .ordered
        case .cursorBeforeDelivery, .retrySkipsBatch, .refusalsForgotten, .retentionDropsUnread: .reliable
        case .oneHangsAll: .isolated
        case .journalNeverLetsGo: .bounded
        }
    }

    /// How the journal is broken, when it is the journal.
    var inHistory: SimulatedHistory.Flaw? {
        switch self {
        case .checkpointApart: .checkpointApart
        case .journalForgetsIdentity: .forgetsIdentity
        case .journalReadsOutOfOrder: .readsOutOfOrder
        case .retentionDropsUnread: .dropsUnread
        case .journalNeverLetsGo: .neverLetsGo
        default: nil
        }
    }
}

/// Hardship that lives must have seen, or they show nothing.
enum Hardship: CaseIterable {
    case crash, restart, held, unwritable, lostCommit, pollFailed, repeatedEvent, gap
    case retryable, lostAnswer, permanent, partial, collectorHung, sinkHung
}
