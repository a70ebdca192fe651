import AgentCore
import Journals
import Measuring

/// Batches of one size, committed in turns by our journal, by SQLite in C and to a bare file on the same file system.
struct CommitContest {
    private let batch: Int
    private let journal: SQLiteJournal
    private let limit: SQLiteLimit
    private let file: FileLimit
    private let workload: Workload

    init(batch: Int, folder: String) async throws {
        self.batch = batch
        journal = try await SQLiteJournal(
            .init(path: "\(folder)/ours.db"), policy: RetentionPolicy(), clock: .system)
        limit = try SQLiteLimit(path: "\(folder)/limit.db")
        file = try FileLimit(path: "\(folder)/limit.log")
        workload = try Workload(batch: batch)
    }

    /// Commits in one round: some 20 ms of them, short beside the moods of a disk.
    private var commits: Int { batch == 1 ? 100 : max(4, 500 / batch) }

    /// Measures, and closes the journal: called once. The unit of work is a commit.
    func run(rounds: Int) async throws -> [Contest.Outcome] {
        let contest = Contest(
            rounds: rounds,
            [
                .init("SQLiteJournal", round: commitToJournal),
                .init("SQLite, C") { try await cost { try limit.commit($0) } },
                .init("bare file, C") { try await cost { try file.append($0) } },
            ])
        let outcomes = try await contest.run()
        let state = try await journal.state()
        guard state.count == (rounds + Contest.warmups) * commits * batch else {
            throw MeasuringError("the journal holds \(state.count) events, not all that were committed")
        }
        try await journal.close()
        return outcomes
    }

    private func commitToJournal() async throws -> Cost {
        let batches = (0..<commits).map { _ in workload.next() }
        return try await Cost(of: commits) {
            for batch in batches {
                _ = try await journal.commit(batch.events, checkpoint: batch.checkpoint, of: "measured")
            }
        }
    }

    private func cost(_ commit: (Workload.Flat) throws -> Void) async throws -> Cost {
        let batches = (0..<commits).map { _ in workload.nextFlat() }
        return try await Cost(of: commits) {
            for batch in batches { try commit(batch) }
        }
    }
}
