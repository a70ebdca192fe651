public import AgentCore

/// A batch whose events are encoded: once, for the journal and every sink.
public struct EncodedBatch: Sendable, Hashable {
    public var events: [EncodedEvent]
    public var checkpoint: Checkpoint?
    public var isLast: Bool
    /// As in `Batch`.
    public var hasMore = false

    public init(events: [EncodedEvent], checkpoint: Checkpoint?, isLast: Bool = false) {
        (self.events, self.checkpoint, self.isLast) = (events, checkpoint, isLast)
    }

    /// Encodes what a poll brought, unless the collector did.
    public init(_ batch: Batch) {
        let events = batch.encoded ?? EncodedEvent.encode(batch.events)
        self.init(events: events, checkpoint: batch.checkpoint, isLast: batch.isLast)
        hasMore = batch.hasMore
    }
}
