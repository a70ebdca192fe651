public import HTTPClient

/// A plugin that delivers entries to one destination.
///
/// It never sees the journal, never stores its own position and never retries: it throws, and its `SinkRunner` decides.
/// `deliver` is never called twice at once, unless the kind's `traits` allow it.
public protocol Sink: Sendable {
    associatedtype Configuration: Configurable
    /// The word in `collectors.json`.
    static var kind: String { get }
    /// What deliveries this kind allows; the strictest unless said otherwise.
    static var traits: SinkTraits { get }

    /// Makes a sink without touching its destination. Throws what is wrong with the configuration as a whole.
    init(_ configuration: Configuration, in context: SinkContext) throws

    /// One attempt to deliver entries, in sequence order, never empty. Returns when they are safe at the destination.
    /// After a crash or a retryable error the same entries may come again, in other batches, under the same ids.
    func deliver(_ entries: [Entry]) async throws(DeliveryError)

    /// Makes ready what `deliver` will most likely be given next, while another delivery is under way: encodes it, and
    /// touches nothing outside. Other entries may come after all. Does nothing, unless the sink has a use for it.
    func prepare(_ entries: [Entry]) async

    /// Closes what it holds. Called once, after the last `deliver` returned.
    func stop() async
}

extension Sink {
    public static var traits: SinkTraits { SinkTraits() }
    public func prepare(_ entries: [Entry]) async {}
    public func stop() async {}
}

/// What deliveries a kind of sink allows.
public struct SinkTraits: Sendable, Hashable {
    /// The most workers that may be in `deliver` at once. With more than one, entries of one guest come in their order
    /// and those of different guests in any.
    public var workers: Int
    /// Takes entries older than some it took already: dead letters can be delivered again. False for one that tells
    /// repeats by the sequence.
    public var takesOlderEntries: Bool

    public init(workers: Int = 1, takesOlderEntries: Bool = true) {
        (self.workers, self.takesOlderEntries) = (workers, takesOlderEntries)
    }
}

/// What the composition root hands to a sink.
public struct SinkContext: Sendable {
    /// The name in `collectors.json`; unique among the sinks.
    public var name: String
    /// The instance of the journal the entries' sequences count in; part of every line written outside.
    public var journal: String
    public var clock: AgentClock
    /// The host the agent runs on.
    public var host: HostView
    /// Makes the transport for one endpoint and its trust settings.
    public var transport: @Sendable (HTTPConnection) throws -> any HTTPTransport
    public var secrets: SecretStore
    /// How long after it happened an event is of use at the destination: for those that keep events by a lease or a
    /// greatest age. Nil: for ever. What is older already is never delivered.
    public var expires: Duration?

    public init(
        name: String, journal: String, clock: AgentClock, host: HostView = HostView(name: "localhost", under: ""),
        transport: @escaping @Sendable (HTTPConnection) throws -> any HTTPTransport, secrets: SecretStore,
        expires: Duration? = nil
    ) {
        (self.name, self.journal, self.clock, self.host) = (name, journal, clock, host)
        (self.transport, self.secrets, self.expires) = (transport, secrets, expires)
    }
}

/// Why entries were not delivered: the answer to "retry or give up?".
public enum DeliveryError: Error, Sendable, Equatable {
    /// Try the whole batch again; not before `after`, if the destination said so.
    case retryable(reason: String, after: Duration? = nil)
    /// Nothing can be delivered until a person has acted: a wrong password, no permission, a destination that is gone.
    /// Tried again like what is retryable, but for ever: no limit of attempts or age makes dead letters of it.
    case held(reason: String, after: Duration? = nil)
    /// The destination will never take any of this batch.
    case permanent(reason: String)
    /// The destination takes smaller batches only, and has nothing of this one: it comes again in halves. A single
    /// entry that is too large becomes a dead letter.
    case tooLarge(reason: String)
    /// The destination refused the batch as a whole and has nothing of it, perhaps for one entry alone: it comes again
    /// in halves, until only what is refused by itself becomes dead letters.
    case refused(reason: String)
    /// All was delivered but these, which the destination will never take: reason by sequence.
    case partial(rejected: [UInt64: String])
}
