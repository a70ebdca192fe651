import AgentCore
import ArgumentParser
import EventModel

/// `guestwatch status`: the agent at a glance.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show how the agent, its collectors, its journal and its sinks do.",
        discussion: """
            Exit status 0 when the agent is ready, 1 when it is not. WAITING are events a sink has yet to look at or \
            deliver, LAG how far it is behind the newest; nothing of it is lost while the journal holds it. DEAD were \
            refused for good (guestwatch dead-letters), DROPPED are lost.
            """)

    @OptionGroup var connection: ConnectionOptions

    @Flag(help: "Print the answer of the API.")
    var json = false

    @Flag(help: "Go on until Ctrl-C, with rates.")
    var watch = false

    @Option(help: "Seconds between two looks of --watch.")
    var interval = 2.0

    func validate() throws {
        guard interval >= 0.1, interval <= 3600 else { throw ValidationError("--interval is from 0.1 to 3600 seconds") }
    }

    func run() async throws {
        try await connection.run { client in
            guard watch else {
                let status = try await client.get(APIPath("v1", "status"))
                if json {
                    try status.printIndented()
                } else {
                    try show(StatusReport(status, now: AgentClock.system.now()).lines)
                }
                if status["ready"]?.bool != true { throw ExitCode(ExitStatus.failed.rawValue) }
                return
            }
            try await follow(client)
        }
    }

    private func follow(_ client: APIClient) async throws {
        var last: (status: JSONValue, at: ContinuousClock.Instant)?
        while !Task.isCancelled {
            let status = try await client.get(APIPath("v1", "status"))
            let now = ContinuousClock.now
            let report = StatusReport(
                status, since: last.map { ($0.status, now - $0.at) }, now: AgentClock.system.now())
            // Home, each line to its end, and what is left of a longer picture.
            let screen = StandardOutput.isTerminal
            try show(report.lines.map { screen ? $0 + "\u{1B}[K" : $0 }, from: screen ? "\u{1B}[H" : "")
            if screen { try StandardOutput.write(Array("\u{1B}[J".utf8)) }
            last = (status, now)
            try await AgentClock.system.sleep(.milliseconds(Int64(interval * 1000)))
        }
    }

    private func show(_ lines: [String], from start: String = "") throws {
        try StandardOutput.write(Array((start + lines.joined(separator: "\n") + "\n").utf8))
    }
}
