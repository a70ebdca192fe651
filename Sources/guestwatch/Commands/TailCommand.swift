import ArgumentParser
import Platform

/// `guestwatch tail`: events as they are committed.
struct TailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Follow events as they are committed, without gap or repeat.",
        discussion: "Goes on after the agent was restarted; what was missed, if anything, is said on standard error.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var filter: EventFilterOptions

    @Option(help: "Begin with the newest so many.")
    var history = 10

    @Option(help: "Begin with the entry after this sequence instead.")
    var after: Int64?

    @Option(help: "End after so many events.")
    var count: Int?

    @Option(help: "auto (text on a terminal, JSON elsewhere), json or text.")
    var format: EventFormat = .auto

    func run() async throws {
        try await connection.run { client in
            let output = EventOutput(format)
            let left = Locked(count ?? .max)
            try await Following(client: client, filter: filter, name: "tail").run(after: after, history: history) {
                line in
                // Who reads no more has what it wanted.
                guard (try? output.write(line[...])) != nil else { return false }
                return left.withLock { left in
                    left -= 1
                    return left > 0
                }
            }
        }
    }
}
