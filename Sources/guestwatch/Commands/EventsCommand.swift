import ArgumentParser
import EventModel

/// `guestwatch events`: a window of the journal.
struct EventsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Print events that the journal of the agent holds.",
        discussion: "The newest 20 when nothing else is said; --from asks for all from there on, page by page.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var filter: EventFilterOptions

    @Option(help: "The first sequence wanted; 0: the oldest held.")
    var from: UInt64?

    @Option(help: "The newest so many.")
    var last: Int?

    @Option(help: "The most printed.")
    var count: Int?

    @Option(help: "auto (text on a terminal, JSON elsewhere), json or text.")
    var format: EventFormat = .auto

    func validate() throws {
        if from != nil, last != nil { throw ValidationError("--from and --last exclude each other") }
    }

    func run() async throws {
        try await connection.run { client in
            let output = EventOutput(format)
            guard let from else {
                let newest = min(last ?? count ?? 20, 10_000)
                let window = try await client.get(filter.applied(to: APIPath("v1", "events")).with("last", newest))
                for event in (window["events"]?.array ?? []).suffix(count ?? .max) { try print(event, to: output) }
                return
            }
            var left = count ?? .max
            var next: Int64? = Int64(clamping: from)
            while let start = next, left > 0 {
                let path = filter.applied(to: APIPath("v1", "events")).with("from", start > 0 ? start : nil)
                let window = try await client.get(path.with("count", min(left, 1000)))
                let events = window["events"]?.array ?? []
                for event in events { try print(event, to: output) }
                left -= events.count
                next = window["next"]?.integer
            }
        }
    }

    private func print(_ event: JSONValue, to output: EventOutput) throws {
        try output.write(JSONText(event).bytes)
    }
}
