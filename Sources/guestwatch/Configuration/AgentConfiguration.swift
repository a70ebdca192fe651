import AgentCore
import EventModel
import WebAPI

/// `collectors.json` as a whole.
struct AgentConfiguration: Configurable {
    let journal: JournalEntry
    let collectors: [CollectorEntry]
    let sinks: [SinkEntry]
    let api: APIConfiguration?

    init(from reader: inout ConfigurationReader) {
        _ = reader.optional("$schema", .string, "Where editors find the schema of this file; ignored here.")
        let journals = ConfigurationType<JournalEntry>.plugin(Registry.journals)
        journal = reader.optional(
            "journal", journals, default: journals.placeholder, "Where events and positions are kept.")
        collectors = reader.required("collectors", .list(of: .plugin(Registry.collectors)), "What is watched.")
        sinks = reader.optional("sinks", .list(of: .plugin(Registry.sinks)), default: [], "Where events go.")
        api = reader.optional("api", .object(), "Where the agent listens.")
        for name in Self.repeated(collectors.map(\.name)) {
            reader.problem("two collectors are named \"\(name)\"; checkpoints are kept by name")
        }
        for name in Self.repeated(sinks.map(\.name)) {
            reader.problem("two sinks are named \"\(name)\"; cursors are kept by name")
        }
    }

    private static func repeated(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { !$0.isEmpty && !seen.insert($0).inserted }
    }

    /// The JSON Schema (draft 2020-12) of the file.
    static var schema: JSONValue {
        var describing = ConfigurationReader(members: nil, path: .init(), directory: "")
        _ = AgentConfiguration(from: &describing)
        let head: [JSONValue.Member] = [
            .init("$schema", "https://json-schema.org/draft/2020-12/schema"),
            .init("title", "guestwatch collectors.json"),
        ]
        return .object(head + (JSONValue.objectSchema(describing.declarations).members ?? []))
    }
}
