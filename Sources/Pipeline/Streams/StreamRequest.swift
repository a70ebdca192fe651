package import AgentCore

/// What a stream asks for.
package struct StreamRequest: Sendable, Hashable {
    /// Where it begins; all go on live, without gap or repeat.
    package enum Start: Sendable, Hashable {
        /// With the newest entries, so many or as many as there are; 0: with what is published from now on.
        case last(Int)
        /// With the entry after this sequence.
        case after(UInt64)
    }

    /// For the listing; need not be unique.
    package var name: String
    /// Who asks, as far as it is known: an address. Streams are limited for each.
    package var client: String
    package var filter: EventFilter
    package var start: Start

    package init(_ name: String, client: String = "", filter: EventFilter = EventFilter(), start: Start = .last(0)) {
        (self.name, self.client, self.filter, self.start) = (name, client, filter, start)
    }
}
