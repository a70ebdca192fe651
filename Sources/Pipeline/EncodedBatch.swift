package import AgentCore

/// A batch whose events are encoded: once, for the journal and every sink.
package struct EncodedBatch: Sendable, Hashable {
    package var events: [EncodedEvent]
    package var checkpoint: Checkpoint?
    package var isLast: Bool

    package init(events: [EncodedEvent], checkpoint: Checkpoint?, isLast: Bool = false) {
        (self.events, self.checkpoint, self.isLast) = (events, checkpoint, isLast)
    }

    /// Encodes what a poll brought.
    package init(_ batch: Batch) {
        self.init(events: EncodedEvent.encode(batch.events), checkpoint: batch.checkpoint, isLast: batch.isLast)
    }
}
