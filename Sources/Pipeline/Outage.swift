public import EventModel

/// Failed attempts in a row: what is worth saying about them, and when.
///
/// Logged: the first, and every doubling; a refusal once. Announced as an event, once: the first refusal, or the
/// failure that makes it more than a hiccup.
public struct Outage: Sendable, Hashable {
    /// With backoff this many attempts take some seconds: shorter than that is no news to anybody.
    public static let announcedAttempt = 4

    public private(set) var attempts = 0
    public private(set) var lastError: String?
    /// When the first of these attempts failed; nil: none did.
    public private(set) var since: Timestamp?
    /// When the last outage ended; nil: there was none.
    public private(set) var lastEnd: Timestamp?
    private var isRefused = false
    private var isAnnounced = false

    public init() {}

    /// Notes a failure. `mustAct`: a person must; more attempts of the same are not logged. `mayAnnounce`: an event
    /// about it would be news (and not an echo of the agent's own events).
    public mutating func failed(
        _ reason: String, mustAct: Bool = false, mayAnnounce: Bool = true, at now: Timestamp
    ) -> Report? {
        attempts += 1
        lastError = reason
        since = since ?? now
        let isDoubling = attempts & (attempts - 1) == 0
        let isLogged = mustAct ? !isRefused : isDoubling
        isRefused = mustAct
        let announces = mayAnnounce && !isAnnounced && (mustAct || attempts >= Self.announcedAttempt)
        if announces { isAnnounced = true }
        guard isLogged || announces else { return nil }
        return .failing(
            Trouble(reason: reason, attempt: attempts, mustAct: mustAct, isLogged: isLogged, isAnnounced: announces))
    }

    /// Notes a success. Nil when nothing had failed.
    public mutating func ended(at now: Timestamp) -> Report? {
        guard let since else { return nil }
        let recovery = Recovery(
            attempts: attempts, lasted: max(now.since(since), .zero), isAnnounced: isAnnounced)
        self = Outage()
        lastEnd = now
        return .recovered(recovery)
    }
}
