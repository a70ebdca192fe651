package import AgentCore

/// What `collectors.json` says about a sink of kind `sqlite`.
package struct SQLiteConfiguration: Configurable, Hashable {
    /// What the database may forget.
    package struct Retention: Configurable, Hashable {
        package var age: Duration?
        package var events: Int?

        package init(age: Duration? = nil, events: Int? = nil) {
            (self.age, self.events) = (age, events)
        }

        package init(from reader: inout ConfigurationReader) {
            age = reader.optional("age", .duration, "Events that happened longer ago are removed.")
            events = reader.optional(
                "events", .integer(in: 1...Self.mostEvents), "The most events held; those that came first are removed.")
            if age == nil, events == nil { reader.problem("\"age\" or \"events\" is missing: what may be removed") }
        }

        private static let mostEvents = 1_000_000_000_000
    }

    package var path: String
    package var retention: Retention?
    /// How long a delivery waits for another program that writes to the database.
    package var busyTimeout: Duration

    package init(path: String, retention: Retention? = nil, busyTimeout: Duration = .seconds(5)) {
        (self.path, self.retention, self.busyTimeout) = (path, retention, busyTimeout)
    }

    package init(from reader: inout ConfigurationReader) {
        path = reader.required("path", .path, "The database; it and its folder are made if they are missing.")
        retention = reader.optional("retention", .object(), "What may be removed; nothing, if not given.")
        busyTimeout = reader.optional(
            "busyTimeout", .duration, default: .seconds(5),
            "How long a delivery waits for another program that writes to the database.")
        if busyTimeout > Self.longestBusyTimeout { reader.problem("busyTimeout: longer than a minute") }
    }

    /// A stop of the agent waits as long.
    private static let longestBusyTimeout = Duration.seconds(60)
}
