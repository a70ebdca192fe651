public import AgentCore

/// What a producer asks for.
public struct ProducerSettings: Sendable {
    /// When an event counts as acknowledged.
    public enum Acknowledgement: String, Sendable, Hashable, CaseIterable {
        /// The journal has committed it: it survives the end of the process.
        case committed
        /// Every sink has it, or has left it out: the cursors have passed it.
        case delivered
    }

    /// Unique among the producers that are open.
    public var name: String
    public var acknowledgement: Acknowledgement
    /// The most events and bytes accepted and not yet committed; a publisher waits for room beyond it.
    public var queue: ReadLimit
    /// Called with the number of events newly acknowledged, in publish order, one call at a time.
    public var onAcknowledged: @Sendable (Int) -> Void
    /// Called with each event that was accepted and will never be committed.
    public var onDropped: @Sendable (EncodedEvent) -> Void

    public init(
        name: String, acknowledgement: Acknowledgement = .committed,
        queue: ReadLimit = ReadLimit(entries: 4096, bytes: 8 << 20),
        onAcknowledged: @escaping @Sendable (Int) -> Void = { _ in },
        onDropped: @escaping @Sendable (EncodedEvent) -> Void = { _ in }
    ) {
        (self.name, self.acknowledgement, self.queue) = (name, acknowledgement, queue)
        (self.onAcknowledged, self.onDropped) = (onAcknowledged, onDropped)
    }
}

/// A producer at a glance; counters count since it was made.
public struct ProducerStatus: Sendable, Hashable {
    public var name: String
    public var isOpen: Bool
    /// Events accepted and not yet committed, and bytes of their bodies.
    public var queued: Int
    public var queuedBytes: Int
    /// Publishers that wait for room.
    public var waiting: Int
    public var counters: ProducerCounters
    /// Why the last commit failed; nil once one succeeds.
    public var lastError: String?
}
