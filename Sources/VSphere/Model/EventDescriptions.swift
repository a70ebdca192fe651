/// What a server says about its kinds of events: `EventManager.description.eventInfo`.
package struct EventDescriptions: Sendable, Hashable {
    /// One kind of event.
    package struct Detail: Sendable, Hashable {
        /// A few words: `VM powered on`.
        package var description: String
        /// `error`, `warning`, `info`, `user`.
        package var category: String
    }

    /// By class name (`VmPoweredOnEvent`) or, for `EventEx` and `ExtendedEvent`, by dynamic id.
    package var details: [String: Detail]

    /// Takes the details as they are.
    package init(details: [String: Detail] = [:]) {
        self.details = details
    }

    /// The category of an event: its own severity where it has one, what the server says about its dynamic id, or about
    /// its class; nil for a kind the server does not list.
    package func category(of event: VSphereEvent) -> String? {
        event.severity ?? event.eventTypeId.flatMap { details[$0]?.category } ?? details[event.className]?.category
    }
}
