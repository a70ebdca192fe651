package import AgentCore
package import EventModel

/// The pipeline at a glance; counters count since the start of the process.
package struct PipelineStatus: Sendable, Hashable {
    /// Where the pipeline is in its life.
    package enum Phase: String, Sendable, Hashable {
        case idle
        case starting
        /// Ready: all collectors and sinks run.
        case running
        case stopping
        case stopped
    }

    package var phase: Phase
    /// In the order of the configuration.
    package var collectors: [CollectorStatus]
    /// In the order of the configuration.
    package var sinks: [SinkStatus]
    /// Nil when the journal is closed or cannot say.
    package var journal: JournalState?
    /// Events of the agent about itself that the journal did not take; the log has them.
    package var unannounced: Int
}

/// One collector at a glance; its counters begin anew when it is started again.
package struct CollectorStatus: Sendable, Hashable {
    /// What the collector does now.
    package enum State: String, Sendable, Hashable {
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

    package var name: String
    package var kind: String
    package var state: State
    /// Why the last attempt failed; nil once one succeeds.
    package var lastError: String?
    /// Failed attempts since the last success.
    package var attempts: Int
    /// Polls that brought a batch, an empty one too.
    package var polls: Int
    /// Events committed that were news.
    package var events: Int
    /// Events the journal held already.
    package var repeated: Int
    /// Events left out by its `PublishLimits`.
    package var filtered: Int
    package var lastCommit: Timestamp?
}

/// One sink at a glance.
package struct SinkStatus: Sendable, Hashable {
    /// What the sink does now.
    package enum State: String, Sendable, Hashable {
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

    package var name: String
    package var kind: String
    package var state: State
    /// The last sequence acknowledged.
    package var cursor: UInt64
    /// Entries between the cursor and the head.
    package var lag: UInt64
    /// Entries taken by the destination.
    package var delivered: Int
    /// Entries left out on purpose.
    package var filtered: Int
    /// Entries too old to be worth a delivery.
    package var expired: Int
    /// Entries lost: the journal had let them go before this sink had them, or its destination was unavailable.
    package var dropped: UInt64
    /// Of the dropped: those let go because the destination was unavailable.
    package var discarded: Int
    /// Entries the destination refused for good, and those given up.
    package var deadLetters: Int
    /// Why the last attempt failed; nil once one succeeds.
    package var lastError: String?
    /// Failed attempts since the last success.
    package var attempts: Int
}
