import ArgumentParser
import EventModel

/// `guestwatch guests`: what is known of each virtual machine and container now.
struct GuestsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guests", abstract: "List the guests and their states; or show one and its newest events.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "A guest: its id, subject (vm/vm-41), identifier or name; all when left out.")
    var guest: String?

    @Option(help: "Only vm or container.")
    var kind: String?

    @Option(help: "Only those in this state: running, stopped, paused, …")
    var state: String?

    @Option(help: "Only those on this host.")
    var host: String?

    @Flag(help: "Print the answer of the API.")
    var json = false

    func run() async throws {
        try await connection.run { client in
            if let guest { return try await show(guest, client) }
            try await list(client)
        }
    }

    private func list(_ client: APIClient) async throws {
        var table = TextTable([
            ("KIND", .left), ("NAME", .left), ("GUEST", .left), ("HOST", .left), ("STATE", .left), ("SINCE", .left),
            ("LAST EVENT", .left),
        ])
        var (after, isComplete) = (String?.none, true)
        repeat {
            let page = try await client.get(
                APIPath("v1", "guests").with("kind", kind).with("state", state).with("host", host)
                    .with("count", 1000).with("after", after))
            for guest in page["guests"]?.array ?? [] {
                if json {
                    try StandardOutput.write(json: Array(JSONText(guest).bytes) + [UInt8(ascii: "\n")])
                } else {
                    table.add(
                        ["kind", "name", "guest", "host", "state", "since"].map { guest.text($0) }
                            + [guest["lastEvent"]?.text("type") ?? "-"])
                }
            }
            after = page["next"]?.string
            isComplete = page["complete"]?.bool ?? true
        } while after != nil
        if !json { for line in table.lines { try StandardOutput.print(line) } }
        if !isComplete {
            StandardError.print("guestwatch: the agent is still reading its journal: guests may be missing")
        }
    }

    private func show(_ name: String, _ client: APIClient) async throws {
        let guest = try await client.get(APIPath("v1", "guests", name))
        if json { return try guest.printIndented() }
        for member in guest.members ?? [] where member.value.members == nil {
            let label = member.name + String(repeating: " ", count: max(0, 14 - member.name.count))
            try StandardOutput.print("\(label)\(guest.text(member.name).harmless)")
        }
        let window = try await client.get(APIPath("v1", "guests", guest.text("id"), "events").with("last", 10))
        let output = EventOutput(.text)
        for event in window["events"]?.array ?? [] { try output.write(JSONText(event).bytes) }
    }
}
