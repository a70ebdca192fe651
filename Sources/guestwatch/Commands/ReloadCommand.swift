import ArgumentParser
import EventModel

/// `guestwatch reload`: the running agent reads its configuration again.
struct ReloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Have the agent read its configuration again and apply what changed.",
        discussion: """
            Only what changed is made anew; nothing is lost or repeated by it. A file that is wrong changes nothing: \
            the reasons are printed, exit status 1. SIGHUP does the same.
            """)

    @OptionGroup var connection: ConnectionOptions

    func run() async throws {
        try await connection.run { client in
            let answer = try await client.post(APIPath("v1", "config", "reload"))
            var lines: [String] = []
            for part in ["collectors", "sinks"] {
                for change in ["added", "removed", "changed"] {
                    let names = (answer[part]?[change]?.array ?? []).compactMap(\.string)
                    if !names.isEmpty { lines.append("\(part) \(change): \(names.joined(separator: ", ").harmless)") }
                }
            }
            if answer["retention"]?.bool == true { lines.append("retention changed") }
            let api = (answer["api"]?.array ?? []).compactMap(\.string)
            if !api.isEmpty { lines.append("api changed: \(api.joined(separator: ", "))") }
            for line in lines.isEmpty ? ["nothing changed"] : lines { try StandardOutput.print(line) }
            let failures = (answer["failures"]?.array ?? []).compactMap(\.string)
            for failure in failures { StandardError.print("not applied: \(failure.harmless)") }
            if !failures.isEmpty { throw ExitCode(ExitStatus.failed.rawValue) }
        }
    }
}
