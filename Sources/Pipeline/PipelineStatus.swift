public import AgentCore
public import EventModel

/// The pipeline at a glance; counters count since the start of the process.
public struct PipelineStatus: Sendable, Hashable {
    /// Where the pipeline is in its life.
    public enum Phase: String, Sendable, Hashable {
        case idle
        case starting
        /// Ready: all collectors and sinks run.
        case running
        case stopping
        case stopped
    }

    public var phase: Phase
    /// In the order of the configuration.
    public var collectors: [CollectorStatus]
    /// In the order of the configuration.
    public var sinks: [SinkStatus]
    /// Nil when the journal is closed or cannot say.
    public var journal: JournalState?
    /// Events of the agent about itself that the journal did not take; the log has them.
    public var unannounced: Int
}

/// One collector at a glance; its counters begin anew when it is started again.
public struct CollectorStatus: Sendable, Hashable {
    /// What the collector does now.
    public enum State: String, Sendable, Hashable {
        case idle
        case polling
        case committing
        /// Waits between two attempts.
        case waiting
        /// The journal is full and waits for a sink; the batch is kept.
        case held
        /// Suspended: polls no more until it is resumed.
        case suspended
        /// Stopped for good: a person must act, and start it or the agent again.
        case failed
        /// Ended: its source has reached its end, it was stopped, or the agent stops.
        case ended
    }

    public var name: String
    public var kind: String
    public var state: State
    /// Why the last attempt failed; nil once one succeeds.
    public var lastError: String?
    /// Failed attempts since the last success.
    public var attempts: Int
    /// Polls that brought a batch, an empty one too.
    public var polls: Int
    /// Events committed that were news.
    public var events: Int
    /// Events the journal held already.
    public var repeated: Int
    /// Events left out by its `PublishLimits`.
    public var filtered: Int
    public var lastCommit: Timestamp?
    /// The CloudEvents sources of its events, in the order they were first seen; no more than `sourceLimit`.
    public var sources: [String] = []

    /// A collector reads one outside source: more than this is no name any more.
    public static let sourceLimit = 16
}

/// One sink at a glance.
public struct SinkStatus: Sendable, Hashable {
    /// What the sink does now.
    public enum State: String, Sendable, Hashable {
        /// Has all the journal has.
        case idle
        case reading
        case delivering
        /// Stores its cursor.
        case acknowledging
        /// Waits between two attempts.
        case waiting
        /// Held by command.
        case suspended
        /// Stopped for good: the journal cannot be read; a person must act.
        case failed
        case ended
    }

    public var name: String
    public var kind: String
    public var state: State
    /// The last sequence acknowledged.
    public var cursor: UInt64
    /// Entries between the cursor and the head.
    public var lag: UInt64
    /// Entries there were for it since its counters began. Each of them is `delivered`, `waiting`, `filtered`,
    /// `expired`, `dropped` or one of `deadLetters`: they are counted apart, and `isConserved` compares them.
    public var committed: UInt64 = 0
    /// Of these not yet read, or read and not yet done with.
    public var waiting: UInt64 = 0
    /// What it wants.
    public var filter = EventFilter()
    /// How long after they happened entries were delivered; empty where that is not measured.
    public var latency = DeliveryLatency()
    /// Entries taken by the destination.
    public var delivered: Int
    /// Entries left out on purpose.
    public var filtered: Int
    /// Entries too old to be worth a delivery.
    public var expired: Int
    /// Entries lost: the journal had let them go before this sink had them, or its destination was unavailable.
    public var dropped: UInt64
    /// Of the dropped: those let go because the destination was unavailable.
    public var discarded: Int
    /// Entries the destination refused for good, and those given up.
    public var deadLetters: Int
    /// Why the last attempt failed; nil once one succeeds.
    public var lastError: String?
    /// Failed attempts since the last success.
    public var attempts: Int

    /// Whether every entry is accounted for.
    public var isConserved: Bool {
        committed == UInt64(clamping: delivered + filtered + expired + deadLetters) + dropped + waiting
    }
}
