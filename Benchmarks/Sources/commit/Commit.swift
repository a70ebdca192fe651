import AgentTestKit
import Measuring

/// Commits of batches by the sqlite journal, beside the same transactions in C and beside a bare file.
@main
enum Commit {
    private static let rounds = 60
    /// Our time over that of SQLite's own limit.
    private static let goal = 1.3

    static func main() async {
        await measuring {
            var wall = Comparison(\.wall, per: "commit", digits: 0)
            var processor = Comparison(\.processor, per: "commit", digits: 0)
            for batch in [1, 10, 100, 1000] {
                let folder = try TemporaryDirectory("commit")
                let contest = try await CommitContest(batch: batch, folder: folder.path)
                let outcomes = try await contest.run(rounds: rounds)
                wall.add("batches of \(batch)", outcomes, events: batch, goal: goal)
                processor.add("batches of \(batch)", outcomes, events: batch, goal: nil)
            }
            let what = "\(rounds) rounds in turns, synchronous = full, bodies of \(Workload.bodyBytes) bytes"
            wall.show("Commit: wall time, \(what)")
            processor.show("Commit: processor time, kernel included, same rounds")
        }
    }
}
