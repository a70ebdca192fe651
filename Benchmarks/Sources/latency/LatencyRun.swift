import AgentTestKit
import Glibc
import Measuring

/// Where lines arrive.
enum Target: String {
    case webhook, syslog, file
}

/// One program with one target, for some seconds; in ms.
struct LatencyRun {
    private(set) var (median, p99, greatest) = (0.0, 0.0, 0.0)

    /// Makes the run; throws when a line was lost.
    init(_ follower: Follower, _ target: Target, lines: Int, rate: Int) async throws {
        let folder = try TemporaryDirectory("latency")
        let (input, output) = (folder.path("input.log"), folder.path(Follower.output))
        try BinaryFile.write("2026-11-21T12:00:00.000000Z app[1]: begins\n", to: input)
        let mode = target == .webhook ? "http" : target == .syslog ? "tcp" : "file"
        var probing = ChildProcess.Program(
            "\(OwnProgram.folder)/latency-probe",
            [mode, "\(lines)", "\(rate)", input] + (target == .file ? [output] : []))
        probing.holdsInput = true
        let probe = try ChildProcess(probing)
        let said = try await probe.waitForLine { $0.hasPrefix("port ") }
        let port = Int(said.dropFirst(5)) ?? 0
        let goes: Follower.Output =
            switch target {
            case .webhook: .webhook(port: port)
            case .syslog: .syslog(port: port)
            case .file: .file
            }
        guard let program = try follower.program(following: input, to: goes, in: folder) else {
            throw MeasuringError("\(follower.rawValue) is not there")
        }
        let process = try ChildProcess(program)
        defer { process.kill() }
        let isFile = target == .file
        // The first line goes through before any counts: the file is there, or connections are made.
        try await waitUntil("\(follower.rawValue) is ready; it wrote \(process.errors.suffix(500))") {
            isFile ? (BinaryFile.read(output)?.isEmpty == false) : Self.connections(to: port) > 0
        }
        probe.closeInput()
        let line = try await probe.waitForLine(limit: .seconds(lines / rate + 60)) { $0.hasPrefix("done ") }
        let words = line.split(separator: " ").compactMap { Double($0) }
        guard words.count == 4, Int(words[0]) == lines else {
            throw MeasuringError("\(follower.rawValue) → \(target.rawValue): of \(lines) lines arrived: \(line)")
        }
        (median, p99, greatest) = (words[1], words[2], words[3])
        process.terminate()
        _ = try await process.waitForExit(limit: .seconds(30))
    }

    /// Established connections to a port of loopback.
    private static func connections(to port: Int) -> Int {
        let hexadecimal = String(port, radix: 16, uppercase: true)
        let table = BinaryFile.read("/proc/net/tcp").map { String(decoding: $0, as: UTF8.self) } ?? ""
        return table.split(separator: "\n").count { line in
            let fields = line.split(separator: " ")
            return fields.count > 3 && fields[2].hasSuffix(":\(hexadecimal)") && fields[3] == "01"
        }
    }
}
