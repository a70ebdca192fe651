import ArgumentParser
import EventModel

/// Which part of the pipeline a command is about.
struct PartOptions: ParsableArguments {
    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "The name of a collector or a sink.")
    var name: String

    @Option(help: "Where two have the name: collector or sink.")
    var of: Part?

    /// The kinds of parts.
    enum Part: String, ExpressibleByArgument, CaseIterable {
        case collector, sink
    }

    /// Has the agent do something with the part, and prints what it is now.
    func command(_ word: String) async throws {
        try await connection.run { client in
            let part = try await part(client)
            let answer = try await client.post(APIPath("v1", "\(part.rawValue)s", name, word))
            try StandardOutput.print("\(part.rawValue) \(name.harmless): \(answer.text("state"))")
        }
    }

    private func part(_ client: APIClient) async throws -> Part {
        if let of { return of }
        let status = try await client.get(APIPath("v1", "status"))
        let found = Part.allCases.filter { part in
            status["\(part.rawValue)s"]?.array?.contains { $0["name"]?.string == name } ?? false
        }
        guard let part = found.first else {
            throw ExitStatus.usage.exit("the agent has no collector or sink \"\(name)\"; see: guestwatch status")
        }
        guard found.count == 1 else {
            throw ExitStatus.usage.exit("a collector and a sink are named \"\(name)\": say --of collector or --of sink")
        }
        return part
    }
}

/// `guestwatch suspend NAME`
struct SuspendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suspend", abstract: "Hold a collector or a sink; nothing is lost while the journal keeps it.")

    @OptionGroup var part: PartOptions

    func run() async throws { try await part.command("suspend") }
}

/// `guestwatch resume NAME`
struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Let a suspended collector or sink go on where it was.")

    @OptionGroup var part: PartOptions

    func run() async throws { try await part.command("resume") }
}

/// `guestwatch restart NAME`
struct RestartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart", abstract: "Stop a collector or a sink, and start it from where it was.")

    @OptionGroup var part: PartOptions

    func run() async throws { try await part.command("restart") }
}
