import AgentCore
import AgentTestKit
import EventModel
import Journals

/// Encoded events → the sqlite journal.
enum CommitPath {
    static func run(rounds: Int) async throws {
        let folder = try TemporaryDirectory("instructions")
        let journal = try await SQLiteJournal(
            .init(path: folder.path("journal.db")), policy: RetentionPolicy(), clock: .system)
        let batches = (0..<Instructions.mostRounds).map { batch($0) }
        for (number, batch) in batches.prefix(rounds).enumerated() {
            let checkpoint = Checkpoint(version: 1, bytes: Array("\(number)".utf8))
            let commit = try await journal.commit(batch, checkpoint: checkpoint, of: "measured")
            try NoMeasure.unless(commit.repeated == 0)
        }
        try await journal.close()
    }

    private static func batch(_ number: Int) -> [EncodedEvent] {
        let first = number * Instructions.events
        return EncodedEvent.encode((first..<first + Instructions.events).map { event($0) })
    }

    /// Some 1,100 bytes, of which much is as in the one before.
    private static func event(_ number: Int) -> Event {
        let text = "Reconfigured web-\(number % 100) on hv\(number % 7).example in Lab. "
        return Event(
            id: "vsphere/\(number)", source: "vsphere://measured",
            type: number.isMultiple(of: 3) ? "vm.powered-on" : "vm.reconfigured",
            time: Timestamp(nanoseconds: 1_795_240_800_000_000_000 + Int64(number) * 1_000_003), severity: .info,
            guest: Guest(kind: .vm, id: "vm-\(number % 100)", name: "web-\(number % 100)", host: "hv1"),
            data: JSONText(["key": .number("\(number)"), "message": .string(String(repeating: text, count: 18))]))
    }
}
