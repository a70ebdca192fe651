/// What a progress value wants to be said: to the log, and in some cases as an event. Its runner says it.
public enum Report: Sendable, Hashable {
    case failing(Trouble)
    case recovered(Recovery)
    /// The journal takes nothing, and the collector waits.
    case held(Hold)
    /// It goes on after being held so long.
    case released(Hold, Duration)
    case dropped(Gap)
    case refused(Refusal)
}

/// Why the journal takes nothing at present, though nothing has failed.
public enum Hold: Sendable, Hashable {
    /// Its sinks have not yet delivered what it would forget.
    case full
    /// Recording is turned off.
    case notTracking
}

/// What a plugin is to the pipeline.
public enum PluginRole: String, Sendable, Hashable {
    case collector
    case sink
}

/// A failed attempt.
public struct Trouble: Sendable, Hashable {
    public var reason: String
    /// Failed attempts so far, from 1.
    public var attempt: Int
    /// A person must act; waiting does not help.
    public var mustAct: Bool
    public var isLogged: Bool
    public var isAnnounced: Bool

    public init(reason: String, attempt: Int, mustAct: Bool, isLogged: Bool, isAnnounced: Bool) {
        (self.reason, self.attempt, self.mustAct) = (reason, attempt, mustAct)
        (self.isLogged, self.isAnnounced) = (isLogged, isAnnounced)
    }
}

/// The first success after failed attempts.
public struct Recovery: Sendable, Hashable {
    /// Attempts that failed.
    public var attempts: Int
    /// From the first failure to the success.
    public var lasted: Duration
    /// Its failure was announced as an event, so its end is.
    public var isAnnounced: Bool

    public init(attempts: Int, lasted: Duration, isAnnounced: Bool) {
        (self.attempts, self.lasted, self.isAnnounced) = (attempts, lasted, isAnnounced)
    }
}

/// Entries that were lost to a sink.
public struct Gap: Sendable, Hashable {
    /// The first that was missed.
    public var from: UInt64
    /// The last that was missed.
    public var through: UInt64
    /// How many between them; fewer than the range is long where several gaps are told in one.
    public var dropped: UInt64
    /// Why; nil: the journal had let them go before the sink had them.
    public var reason: String?

    public init(from: UInt64, through: UInt64, dropped: UInt64, reason: String? = nil) {
        (self.from, self.through, self.dropped, self.reason) = (from, through, dropped, reason)
    }
}

/// Entries a destination refused for good.
public struct Refusal: Sendable, Hashable {
    /// The first of them, and what was said about it.
    public var first: UInt64
    public var reason: String
    /// Dead letters of this sink since the start.
    public var total: Int

    public init(first: UInt64, reason: String, total: Int) {
        (self.first, self.reason, self.total) = (first, reason, total)
    }
}
