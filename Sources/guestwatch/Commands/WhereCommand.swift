import ArgumentParser
import EventModel

/// `guestwatch where EVENT`: what became of an event at each sink.
struct WhereCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "where", abstract: "Say where an event is: its sequence, and what became of it at each sink.",
        discussion: "An id is looked for from the newest event back.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "A sequence, or an event's id.")
    var event: String

    @Flag(help: "Print the answer of the API.")
    var json = false

    /// Entries of one page of the search.
    private static let page: Int64 = 5000

    func run() async throws {
        try await connection.run { client in
            let sequence = try await sequence(client)
            let answer = try await client.get(APIPath("v1", "events", "\(sequence)", "deliveries"))
            if json { return try answer.printIndented() }
            let found = try await client.get(APIPath("v1", "events", "\(sequence)"))
            try EventOutput(.text).write(JSONText(found).bytes)
            try StandardOutput.print(
                "sequence \(sequence), source \(found.text("source").harmless), id \(found.text("id").harmless)")
            var table = TextTable([
                ("SINK", .left), ("STATE", .left), ("WHEN", .left), ("BEHIND", .right), ("REASON", .left),
            ])
            for delivery in answer["deliveries"]?.array ?? [] {
                table.add(["sink", "state", "at", "behind", "reason"].map { delivery.text($0) })
            }
            for line in table.lines { try StandardOutput.print(line) }
        }
    }

    private func sequence(_ client: APIClient) async throws -> Int64 {
        if let number = Int64(event), number > 0 { return number }
        let state = try await client.get(APIPath("v1", "journal"))
        let lowest = state["lowest"]?.integer ?? 1
        var end = state.count("highest")
        var progress = ProgressLine()
        defer { progress.clear() }
        while end >= lowest {
            let start = max(lowest, end - Self.page + 1)
            progress.show("looking at \(start)...\(end)")
            let window = try await client.get(
                APIPath("v1", "events").with("from", start).with("count", end - start + 1))
            let found = window["events"]?.array?.last { $0["id"]?.string == event }
            if let sequence = found?["sequence"]?.string.flatMap({ Int64($0) }) { return sequence }
            end = start - 1
        }
        throw ExitStatus.failed.exit("the journal holds no event with the id \"\(event)\"")
    }
}
