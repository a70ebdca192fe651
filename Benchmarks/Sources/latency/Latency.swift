import AgentTestKit
import Measuring

/// How long a line takes from its append to a file until it is where it is wanted, at 100 lines/s: by the agent, whose
/// journal is synchronised before it delivers, beside rsyslog and syslog-ng, which synchronise nothing.
///
///     latency [SECONDS]
@main
enum Latency {
    private static let rate = 100
    /// Of ours, 99 lines of 100, in ms.
    private static let goal = 5.0

    private static let contenders: [(Follower, Target)] = [
        (.guestwatch, .webhook), (.guestwatch, .syslog), (.guestwatch, .file), (.rsyslog, .syslog), (.rsyslog, .file),
        (.syslogNG, .syslog), (.syslogNG, .file),
    ]

    static func main() async {
        await measuring {
            let seconds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8
            var table = Table("ms", "", "p50", "p99", "greatest", "goal of p99", "")
            for (program, target) in contenders where program == .guestwatch || Peers() != nil {
                let run = try await LatencyRun(program, target, lines: rate * seconds, rate: rate)
                let isOurs = program == .guestwatch
                table.add(
                    program.rawValue, "→ \(target.rawValue)", Figures.fixed(run.median, 2), Figures.fixed(run.p99, 2),
                    Figures.fixed(run.greatest, 2), isOurs ? "< 5" : "", isOurs ? Figures.verdict(run.p99 < goal) : "")
            }
            table.show("From append to arrival at \(rate) lines/s, \(seconds) s each, the first of them not counted")
        }
    }
}
