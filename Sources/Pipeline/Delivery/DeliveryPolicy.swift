/// How a sink's deliveries are made, and when one is given up.
public struct DeliveryPolicy: Sendable, Hashable {
    /// What happens to entries whose destination does not answer.
    public enum WhenUnavailable: String, Sendable, Hashable, CaseIterable {
        /// They wait in the journal, as far as retention lets them.
        case retain
        /// They are let go: acknowledged, counted as dropped, and told of as a gap. What comes later probes the
        /// destination at the pace of the backoff.
        case discard
    }

    /// Deliveries at once. With more than one the entries of a guest keep their order: they share a worker.
    public var workers: Int
    /// How long a batch that is not full waits for more.
    public var linger: Duration
    /// Attempts at a batch before it is given up; nil: for ever.
    public var attempts: Int?
    /// How long after its first failed attempt a batch is given up; nil: never.
    public var age: Duration?
    public var whenUnavailable: WhenUnavailable
    /// How long after it happened an event is worth a delivery; nil: for ever.
    public var expires: Duration?

    public init(
        workers: Int = 1, linger: Duration = .zero, attempts: Int? = nil, age: Duration? = nil,
        whenUnavailable: WhenUnavailable = .retain, expires: Duration? = nil
    ) {
        (self.workers, self.linger, self.attempts, self.age) = (workers, linger, attempts, age)
        (self.whenUnavailable, self.expires) = (whenUnavailable, expires)
    }

    /// Whether a batch is given up after this many failed attempts, the first so long ago. Who discards gives up after
    /// as many attempts as make an outage news, where nothing else is said.
    func givesUp(after attempts: Int, lasting duration: Duration) -> Bool {
        let isPatient = self.attempts == nil && age == nil
        let most = self.attempts ?? (isPatient && whenUnavailable == .discard ? Outage.announcedAttempt : .max)
        return attempts >= most || age.map { duration >= $0 } ?? false
    }
}
