/// What a progress value wants to be said: to the log, and in some cases as an event. Its runner says it.
package enum Report: Sendable, Hashable {
    case failing(Trouble)
    case recovered(Recovery)
    /// The journal is full, and the collector waits for the sinks.
    case held
    /// It goes on after being held so long.
    case released(Duration)
    case dropped(Gap)
    case refused(Refusal)
}

/// What a plugin is to the pipeline.
package enum PluginRole: String, Sendable, Hashable {
    case collector
    case sink
}

/// A failed attempt.
package struct Trouble: Sendable, Hashable {
    package var reason: String
    /// Failed attempts so far, from 1.
    package var attempt: Int
    /// A person must act; waiting does not help.
    package var mustAct: Bool
    package var isLogged: Bool
    package var isAnnounced: Bool

    package init(reason: String, attempt: Int, mustAct: Bool, isLogged: Bool, isAnnounced: Bool) {
        (self.reason, self.attempt, self.mustAct) = (reason, attempt, mustAct)
        (self.isLogged, self.isAnnounced) = (isLogged, isAnnounced)
    }
}

/// The first success after failed attempts.
package struct Recovery: Sendable, Hashable {
    /// Attempts that failed.
    package var attempts: Int
    /// From the first failure to the success.
    package var lasted: Duration
    /// Its failure was announced as an event, so its end is.
    package var isAnnounced: Bool

    package init(attempts: Int, lasted: Duration, isAnnounced: Bool) {
        (self.attempts, self.lasted, self.isAnnounced) = (attempts, lasted, isAnnounced)
    }
}

/// Entries that were lost to a sink.
package struct Gap: Sendable, Hashable {
    /// The first that was missed.
    package var from: UInt64
    /// The last that was missed.
    package var through: UInt64
    /// How many between them; fewer than the range is long where several gaps are told in one.
    package var dropped: UInt64
    /// Why; nil: the journal had let them go before the sink had them.
    package var reason: String?

    package init(from: UInt64, through: UInt64, dropped: UInt64, reason: String? = nil) {
        (self.from, self.through, self.dropped, self.reason) = (from, through, dropped, reason)
    }
}

/// Entries a destination refused for good.
package struct Refusal: Sendable, Hashable {
    /// The first of them, and what was said about it.
    package var first: UInt64
    package var reason: String
    /// Dead letters of this sink since the start.
    package var total: Int

    package init(first: UInt64, reason: String, total: Int) {
        (self.first, self.reason, self.total) = (first, reason, total)
    }
}
