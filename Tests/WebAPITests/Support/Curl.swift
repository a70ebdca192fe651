import AgentTestKit

/// What the program `curl` makes of an address: a client that is not ours.
struct Curl: Sendable {
    /// 60: the certificate is not trusted; 35: no TLS could be agreed on; 56: cut off while it read.
    var exit: ChildProcess.Exit
    /// The status of the answer; 0 without one.
    var status: Int
    var output: String

    static let path = "/usr/bin/curl"

    /// Asks with arguments.
    static func ask(_ arguments: String...) async throws -> Curl {
        try await ask(arguments)
    }

    /// Asks with arguments.
    static func ask(_ arguments: [String]) async throws -> Curl {
        let process = try ChildProcess(
            .init(path, ["--silent", "--max-time", "20", "--write-out", "\n%{http_code}"] + arguments))
        let exit = try await process.waitForExit(limit: .seconds(30))
        let lines = process.output.split(separator: "\n", omittingEmptySubsequences: false)
        return Curl(
            exit: exit, status: lines.last.flatMap { Int($0) } ?? 0, output: lines.dropLast().joined(separator: "\n"))
    }
}
