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
    /// A worker's cursor moves over what other workers are still at.
    case cursorOverOtherLanes
    /// The second half of a batch that was too large is forgotten.
    case splitForgetsHalf
    /// The entries of one guest are given to any worker.
    case guestsInAnyLane
    /// What a cancelled producer had handed to the journal is reported as dropped.
    case cancelTakesTooMuch
    /// A producer's events are acknowledged once the first sink has them.
    case acknowledgedByOneSink
    /// What the journal did not take from a producer counts as committed.
    case failedPublishForgotten
    /// While one plugin hangs nobody does anything.
    case oneHangsAll
    case journalNeverLetsGo

    /// The promise it breaks.
    var promise: Promise {
        switch self {
        case .checkpointApart, .failedCommitSkipsBatch: .atomic
        case .journalForgetsIdentity: .unique
        case .journalReadsOutOfOrder, .guestsInAnyLane: .ordered
        case .cursorBeforeDelivery, .retrySkipsBatch, .refusalsForgotten, .retentionDropsUnread: .reliable
        case .cursorOverOtherLanes, .splitForgetsHalf, .cancelTakesTooMuch, .acknowledgedByOneSink: .reliable
        case .failedPublishForgotten: .reliable
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
    case retryable, lostAnswer, permanent, partial, tooLarge, discarded, givenUp, collectorHung, sinkHung
    case producerHeld, producerCancelled, publisherWaits, lateAcknowledgement
}
