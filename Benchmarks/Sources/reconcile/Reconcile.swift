import AgentCore
import CLimits
import Collectors
import Glibc
import Measuring

/// A full reconciliation of 10,000 processes in 1,000 containers, beside the same files read in C.
///
///     reconcile [CONTAINERS [PROCESSES-EACH]]
@main
enum Reconcile {
    private static let rounds = 20
    /// Our time over that of the same reads in C.
    private static let goal = 1.5

    static func main() async {
        await measuring {
            let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
            let containers = numbers.first ?? 1000
            let each = numbers.dropFirst().first ?? 10
            let crowd = try Crowd(containers: containers, each: each)
            defer { crowd.end() }

            var comparison = Comparison(\.processor, per: "look", digits: 0)
            for isFirst in [true, false] {
                let contest = Contest(
                    rounds: rounds,
                    [
                        .init("ContainerScan") { try await crowd.scan(isFirst: isFirst) },
                        .init("the same files, C") { try await crowd.read(isFirst: isFirst) },
                    ])
                let title = isFirst ? "first look" : "later looks"
                comparison.add(title, try await contest.run(), events: containers * each, goal: goal)
            }
            comparison.show(
                "Reconcile: processor time of \(containers) containers with \(each) processes each, \(rounds) rounds in turns"
            )
            print(crowd.summary)
        }
    }
}
