import AgentCore
import EventModel
import Pipeline

/// `limits` and `messageBytes` of a collector: what of its events is left out or cut.
///
///     "limits": [ { "types": [ "request.predicate-failed" ], "per": "guest", "every": "15s" } ], "messageBytes": 1024
struct LimitsConfiguration: Configurable {
    /// Shorter messages would say nothing; longer ones than a MiB no source writes.
    private static let messageSizes = 16...1_048_576

    let rule: PublishLimits.Rule

    init(from reader: inout ConfigurationReader) {
        rule = PublishLimits.Rule(
            types: reader.required("types", .list(of: .typePattern), "Event types limited: \"vm.*\"."),
            per: reader.optional("per", .choice(), default: .guest, "What shares the limit: each guest, or the type."),
            every: reader.required("every", .duration, "At most one event in so long, by the events' own time."))
    }

    /// Reads both from a collector's object.
    static func limits(from reader: inout ConfigurationReader) -> PublishLimits {
        let rules = reader.optional(
            "limits", .list(of: ConfigurationType<LimitsConfiguration>.object()), default: [],
            "Noisy types: more of them are left out and counted; none when left out.")
        let messageBytes = reader.optional(
            "messageBytes", .integer(in: messageSizes),
            "Longer messages are cut, with \"...\" at their end; none when left out.")
        return PublishLimits(rules: rules.map(\.rule), messageBytes: messageBytes)
    }
}
