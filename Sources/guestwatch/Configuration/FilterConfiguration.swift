import AgentCore
import EventModel

/// `filter` of a sink: `{ "types": [ "vm.*" ], "severity": "notice", "guest": { "host": "esx1" } }`.
struct FilterConfiguration: Configurable {
    static let all = FilterConfiguration(filter: EventFilter())

    let filter: EventFilter

    init(from reader: inout ConfigurationReader) {
        filter = EventFilter(
            types: reader.optional(
                "types", .list(of: .typePattern), default: [], "Event types wanted: \"vm.*\"; all when left out."),
            severity: reader.optional("severity", .choice(), default: .debug, "The least severity wanted."),
            guest: reader.optional("guest", .object(), "Only events about such guests.").map(
                \GuestConfiguration.filter),
            fields: reader.optional(
                "fields", .list(of: .object()), default: [],
                "Only events whose data have these fields: { \"name\": \"host.name\", \"values\": [ \"esx1\" ] }."
            ).map(\FieldConfiguration.filter))
    }

    private init(filter: EventFilter) {
        self.filter = filter
    }
}

/// `guest` of a filter: `{ "kind": "vm", "name": "web1" }`.
private struct GuestConfiguration: Configurable {
    let filter: GuestFilter

    init(from reader: inout ConfigurationReader) {
        filter = GuestFilter(
            kind: reader.optional("kind", .choice(), "The kind of guest wanted."),
            id: reader.optional("id", .string, "The identifier its source has for it: \"vm-41\"."),
            name: reader.optional("name", .string, "The name people call it."),
            host: reader.optional("host", .string, "The name of the host it runs on."))
    }
}

/// One of the `fields` of a filter: `{ "name": "host.name", "values": [ "esx1", "esx2" ] }`.
private struct FieldConfiguration: Configurable {
    let filter: FieldFilter

    init(from reader: inout ConfigurationReader) {
        filter = FieldFilter(
            path: reader.required("name", .string, "A member of data; dots lead to members within members."),
            values: reader.optional(
                "values", .list(of: .string), default: [],
                "The values wanted, numbers and truth values as text; any when left out."))
    }
}

/// `retention` of the journal: `{ "age": "30d", "count": 1000000, "bytes": "4GiB" }`.
struct RetentionConfiguration: Configurable {
    let age: Duration?
    let count: Int?
    let bytes: Int?

    init(from reader: inout ConfigurationReader) {
        age = reader.optional("age", .duration, "Entries stored longer ago may go.")
        count = reader.optional("count", .integer(in: 1...1_000_000_000), "Most entries held.")
        bytes = reader.optional("bytes", .bytes, "Most bytes of events held.")
    }

    private init() {
        (age, count, bytes) = (nil, nil, nil)
    }

    /// Reads `retention` and `whenFull` from the journal's object.
    static func policy(from reader: inout ConfigurationReader) -> RetentionPolicy {
        let retention = reader.optional(
            "retention", .object(), default: RetentionConfiguration(),
            "What the journal may forget; nothing when left out.")
        let whenFull = reader.optional(
            "whenFull", .choice(), default: RetentionPolicy.WhenFull.block,
            "When a sink has not yet taken what retention would forget: hold the collectors, or drop the oldest.")
        return RetentionPolicy(age: retention.age, count: retention.count, bytes: retention.bytes, whenFull: whenFull)
    }
}
