public import AgentCore

/// What a stream asks for.
public struct StreamRequest: Sendable, Hashable {
    /// Where it begins; all go on live, without gap or repeat.
    public enum Start: Sendable, Hashable {
        /// With the newest entries, so many or as many as there are; 0: with what is published from now on.
        case last(Int)
        /// With the entry after this sequence.
        case after(UInt64)
    }

    /// For the listing; need not be unique.
    public var name: String
    /// Who asks, as far as it is known: an address. Streams are limited for each.
    public var client: String
    public var filter: EventFilter
    public var start: Start

    public init(_ name: String, client: String = "", filter: EventFilter = EventFilter(), start: Start = .last(0)) {
        (self.name, self.client, self.filter, self.start) = (name, client, filter, start)
    }
}
