import ArgumentParser
import EventModel

/// `guestwatch redeliver SINK`: entries or dead letters once more.
struct RedeliverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redeliver", abstract: "Deliver entries or dead letters to a sink again.",
        discussion: """
            One attempt each, between the sink's other deliveries; its cursor does not move. Exit status 1 when some \
            were refused again.
            """)

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The sink's name.")
    var sink: String

    @Option(help: "The entries from this sequence on.")
    var from: UInt64?

    @Option(help: "The entries of events that happened then (RFC 3339) or later.")
    var since: String?

    @Flag(help: "Its dead letters.")
    var deadLetters = false

    @Option(help: "The dead letter of this number; may be repeated.")
    var number: [UInt64] = []

    @Option(help: "At the most so many entries.")
    var count: Int?

    func validate() throws {
        let asked = [from != nil, since != nil, deadLetters || !number.isEmpty].count { $0 }
        guard asked == 1 else { throw ValidationError("say one of --from, --since and --dead-letters or --number") }
    }

    func run() async throws {
        try await connection.run { client in
            var (delivered, refused, left) = (Int64(0), 0, count ?? .max)
            var body: JSONValue? = first
            while let asked = body, left > 0 {
                let answer = try await client.post(
                    APIPath("v1", "sinks", sink, "redeliver"),
                    deadLetters || !number.isEmpty ? asked : with(left, asked))
                delivered += answer.count("delivered")
                for letter in answer["refused"]?.array ?? [] {
                    refused += 1
                    StandardError.print("\(letter.text("number")): \(letter.text("reason").harmless)")
                }
                left -= Int(answer.count("delivered")) + (answer["refused"]?.array?.count ?? 0)
                if let failure = answer["failure"]?.string {
                    StandardError.print("delivered \(delivered), refused \(refused)")
                    throw ExitStatus.unavailable.exit("\(sink): \(failure.harmless)")
                }
                body = answer["next"]?.integer.map { ["from": .number("\($0)")] }
            }
            try StandardOutput.print("delivered \(delivered), refused \(refused)")
            if refused > 0 { throw ExitCode(ExitStatus.failed.rawValue) }
        }
    }

    private var first: JSONValue {
        if let from { return ["from": .number("\(max(1, from))")] }
        if let since { return ["since": .string(since)] }
        return ["deadLetters": number.isEmpty ? "all" : .array(number.map { .number("\($0)") })]
    }

    private func with(_ left: Int, _ body: JSONValue) -> JSONValue {
        .object((body.members ?? []) + [.init("count", .number("\(min(left, 10_000))"))])
    }
}
