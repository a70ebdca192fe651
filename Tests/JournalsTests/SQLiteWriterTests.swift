import AgentCore
import EventModel
import Foundation
import Platform
import Testing

@testable import Journals

@Suite struct SQLiteWriterTests {
    let folder = TemporaryFolder()
    var path: String { "\(folder.path)/journal.db" }

    private func open(_ policy: RetentionPolicy = .init(), clock: AgentClock = .frozen) async throws -> SQLiteJournal {
        try await SQLiteJournal(.init(path: path), policy: policy, clock: clock)
    }

    /// Holds the writer within a commit until all `waiting` have put their requests into its inbox, and counts its
    /// looks at the clock: two for each transaction.
    private final class Gate: Sendable {
        private let state = Locked((isClosed: false, looks: 0))
        var looks: Int { state.withLock { $0.looks } }

        func close() { state.withLock { $0.isClosed = true } }
        func open() { state.withLock { $0.isClosed = false } }

        var clock: AgentClock {
            AgentClock(
                now: {
                    self.state.withLock { $0.looks += 1 }
                    while self.state.withLock({ $0.isClosed }) { usleep(1000) }
                    return AgentClock.system.now()
                }, sleep: AgentClock.frozen.sleep)
        }
    }

    @Test("commits that wait together share a transaction; the one that fails harms no other")
    func groupCommit() async throws {
        let gate = Gate()
        let journal = try await open(.init(count: 100), clock: gate.clock)
        try await journal.attach(sinks: ["sink"])
        gate.close()
        let looks = gate.looks
        async let first = journal.commit([.test(0)], checkpoint: nil, of: "first")
        #expect(try await eventually { gate.looks > looks })
        let outcomes = try await withThrowingTaskGroup(of: (Int, JournalError?).self) { group in
            for committer in 1...20 {
                group.addTask {
                    // The tenth is larger than the room there is.
                    let numbers = committer * 1000..<committer * 1000 + (committer == 10 ? 90 : 3)
                    let error = await journalError {
                        _ = try await journal.commit(
                            .test(numbers), checkpoint: .init(version: 1, bytes: [1]), of: "c\(committer)")
                    }
                    return (committer, error)
                }
            }
            // Enough for the requests to reach the inbox; were it not, the transactions below would be more.
            try await Task.sleep(for: .milliseconds(200))
            gate.open()
            return try await group.reduce(into: [:]) { $0[$1.0] = .some($1.1) }
        }
        #expect(try await first.sequences == 1...1)
        #expect(outcomes[10] == .some(.full))
        #expect(outcomes.filter { $0.value != nil }.count == 1)
        #expect(try await journal.state().count == 1 + 19 * 3)
        #expect(try await journal.checkpoint(of: "c10") == nil)
        #expect(try await journal.checkpoint(of: "c11") != nil)
        // Together, they failed; then each alone, the large one in vain.
        #expect(gate.looks - looks <= 2 * (1 + 1 + 20))

        let before = gate.looks
        gate.close()
        async let again = journal.commit([.test(1)], checkpoint: nil, of: "first")
        #expect(try await eventually { gate.looks > before })
        try await withThrowingTaskGroup(of: Void.self) { group in
            for committer in 21...40 {
                group.addTask { _ = try await journal.commit([.test(committer)], checkpoint: nil, of: "c") }
            }
            try await Task.sleep(for: .milliseconds(200))
            gate.open()
            try await group.waitForAll()
        }
        _ = try await again
        #expect(gate.looks - before <= 2 * 3, "21 commits in two or three transactions")
        try await journal.close()
    }

    @Test("a source first seen in a commit that was refused is stored with the next")
    func namesAfterRefusal() async throws {
        let journal = try await open(.init(count: 2))
        try await journal.attach(sinks: ["sink"])
        _ = try await journal.commit([.test(1)], checkpoint: nil, of: "one")
        let new = (1...2).map {
            EncodedEvent(
                source: "test://new", id: "\($0)", type: "vm.new", severity: .info, body: Array("{}".utf8)[...])
        }
        #expect(await journalError { _ = try await journal.commit(new, checkpoint: nil, of: "one") } == .full)
        _ = try await journal.commit([new[0]], checkpoint: nil, of: "one")
        #expect(try await journal.read(after: 1, limit: .init()).entries.first?.type == "vm.new")
        try await journal.close()
        #expect(try SQLiteJournalReader(path: path).check() == [])
    }

    @Test("a cursor acknowledged is stored without any commit, and read at once")
    func cursorStored() async throws {
        let journal = try await open(clock: .system)
        try await journal.attach(sinks: ["sink"])
        _ = try await journal.commit(.test(1...10), checkpoint: nil, of: "one")
        let reader = try SQLiteJournalReader(path: path)
        for through in [3, 4, 7] as [UInt64] {
            try await journal.acknowledge(through: through, refused: [], by: "sink")
            #expect(try await journal.cursor(of: "sink") == through)
            #expect(try await eventually { try reader.state().cursors["sink"] == through })
        }
        try await journal.close()
    }

    @Test("a cursor acknowledged is stored with the next commit")
    func cursorWithCommit() async throws {
        let journal = try await open()
        try await journal.attach(sinks: ["sink"])
        _ = try await journal.commit(.test(1...10), checkpoint: nil, of: "one")
        try await journal.acknowledge(through: 6, refused: [], by: "sink")
        let reader = try SQLiteJournalReader(path: path)
        #expect(try reader.state().cursors["sink"] == 0)
        _ = try await journal.commit([.test(11)], checkpoint: nil, of: "one")
        #expect(try reader.state().cursors["sink"] == 6)
        try await journal.close()
    }

    @Test("a journal nobody uses asks for no wake-up; one acknowledged asks for one")
    func idle() async throws {
        let sleeps = Locked(0)
        let clock = AgentClock(now: AgentClock.system.now) { _ in sleeps.withLock { $0 += 1 } }
        let journal = try await open(.init(age: .seconds(60), count: 1000), clock: clock)
        try await journal.attach(sinks: ["sink"])
        for number in 1...20 { _ = try await journal.commit([.test(number)], checkpoint: nil, of: "one") }
        _ = try await journal.trim()
        #expect(sleeps.withLock { $0 } == 0)
        try await journal.acknowledge(through: 3, refused: [], by: "sink")
        let reader = try SQLiteJournalReader(path: path)
        #expect(try await eventually { try reader.state().cursors["sink"] == 3 })
        try await journal.acknowledge(through: 3, refused: [], by: "sink")
        #expect(sleeps.withLock { $0 } == 1)
        try await journal.close()
    }

    @Test("an acknowledgement lets old entries go by itself")
    func trimAfterAcknowledge() async throws {
        let time = Locked(Timestamp(nanoseconds: 1_760_000_000_000_000_000))
        let clock = AgentClock(now: { time.withLock { $0 } }, sleep: AgentClock.system.sleep)
        let journal = try await open(.init(age: .seconds(60)), clock: clock)
        try await journal.attach(sinks: ["sink"])
        _ = try await journal.commit(.test(1...5000), checkpoint: nil, of: "one")
        time.withLock { $0 = $0.advanced(by: .seconds(61)) }
        try await journal.acknowledge(through: 4500, refused: [], by: "sink")
        #expect(try await eventually { try await journal.state().lowest == 4501 })
        try await journal.close()
    }

    @Test("a journal far beyond a smaller policy shrinks in slices, and commits go on")
    func slices() async throws {
        let first = try await open()
        _ = try await first.commit(.test(0..<10_000), checkpoint: nil, of: "one")
        try await first.close()
        let journal = try await open(.init(count: 100))
        _ = try await journal.commit([.test(10_000)], checkpoint: nil, of: "one")
        #expect(try await journal.state().count == 10_001 - SQLiteWriter.slice)
        let trim = try await journal.trim()
        #expect(trim == Trim(removed: 9901 - SQLiteWriter.slice))
        let state = try await journal.state()
        #expect((state.count, state.lowest, state.bytes) == (100, 9902, 4000))
        try await journal.close()
        #expect(try SQLiteJournalReader(path: path).check() == [])
    }

    @Test("the file stays as large as the most it held")
    func bounded() async throws {
        let journal = try await open(.init(count: 500))
        var sizes: [Int] = []
        for round in 0..<40 {
            _ = try await journal.commit(
                .test(round * 200..<round * 200 + 200, bytes: 1000), checkpoint: nil, of: "one")
            sizes.append(Int(try SQLiteJournalReader(path: path).connection.integer("PRAGMA page_count") ?? 0))
        }
        #expect(sizes[39] <= sizes[9] + 2, "\(sizes)")
        try await journal.close()
    }

    @Test("dead letters are bounded: the oldest go")
    func deadLetters() async throws {
        let journal = try await open()
        try await journal.attach(sinks: ["sink"])
        _ = try await journal.commit(.test(1...20), checkpoint: nil, of: "one")
        let letters = (1...UInt64(JournalLimits.deadLetters) + 50).map { DeadLetter(sequence: $0, reason: "no") }
        try await journal.acknowledge(through: 20, refused: letters, by: "sink")
        #expect(try await journal.state().deadLetters == JournalLimits.deadLetters)
        let kept = try SQLiteJournalReader(path: path).deadLetters(limit: 1)
        #expect(kept.first?.letter == DeadLetter(sequence: 51, reason: "no"))
        try await journal.close()
    }

    @Test("commits under way when the journal closes are stored or refused, never lost")
    func closing() async throws {
        let journal = try await open()
        let stored = await withTaskGroup(of: Int.self) { group in
            for committer in 0..<16 {
                group.addTask {
                    var stored = 0
                    for number in 0..<50 {
                        let error = await journalError {
                            _ = try await journal.commit([.test(committer * 100 + number)], checkpoint: nil, of: "c")
                        }
                        if error != nil { break }
                        stored += 1
                    }
                    return stored
                }
            }
            group.addTask {
                try? await Task.sleep(for: .milliseconds(5))
                try? await journal.close()
                return 0
            }
            return await group.reduce(0, +)
        }
        #expect(try SQLiteJournalReader(path: path).state().count == stored)
    }
}
