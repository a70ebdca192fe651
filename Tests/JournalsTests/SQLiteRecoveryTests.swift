import AgentCore
import EventModel
import Foundation
import Testing

@testable import Journals

/// What a kill leaves: the database and its log as they are on the disk at some moment.
@Suite struct SQLiteRecoveryTests {
    let folder = TemporaryFolder()

    private func open(_ name: String, _ policy: RetentionPolicy = .init()) async throws -> SQLiteJournal {
        try await SQLiteJournal(.init(path: "\(folder.path)/\(name).db"), policy: policy, clock: .frozen)
    }

    /// Copies a journal with its log cut to `length` bytes.
    private func copy(_ name: String, to copy: String, log length: Int? = nil) throws {
        let (from, to) = ("\(folder.path)/\(name).db", "\(folder.path)/\(copy).db")
        try FileManager.default.copyItem(atPath: from, toPath: to)
        let log = FileManager.default.contents(atPath: from + "-wal") ?? Data()
        try log.prefix(length ?? log.count).write(to: URL(fileURLWithPath: to + "-wal"))
    }

    @Test("Atomic: a log torn anywhere gives whole batches with their checkpoints, and nothing after them")
    func tornLog() async throws {
        let (batches, size) = (30, 20)
        let journal = try await open("live")
        try await journal.attach(sinks: ["sink"])
        for batch in 0..<batches {
            let events = [EncodedEvent].test(batch * size..<(batch + 1) * size, bytes: 300)
            _ = try await journal.commit(events, checkpoint: .init(version: 1, bytes: [UInt8(batch)]), of: "one")
            try await journal.acknowledge(through: UInt64(batch * size), refused: [], by: "sink")
        }
        let log = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/live.db-wal")[.size] as? Int ?? 0
        #expect(log > 200_000)
        var heads: Set<UInt64> = []
        for cut in 0..<60 {
            let name = "torn-\(cut)"
            // Cuts in the last three quarters: before, there is no schema yet.
            try copy("live", to: name, log: log - cut * log * 3 / 4 / 60 - cut % 7)
            let survivor = try await open(name)
            let state = try await survivor.state()
            let point = try await survivor.checkpoint(of: "one")
            #expect(state.head % UInt64(size) == 0, "cut \(cut): only whole batches")
            #expect(
                point?.bytes == [UInt8(state.head / UInt64(size) - 1)], "cut \(cut): the checkpoint of the last batch")
            #expect(state.cursors["sink"] ?? .max <= state.head, "cut \(cut): no cursor beyond the head")
            #expect(state.count == Int(state.head))
            heads.insert(state.head)
            try await survivor.close()
            #expect(try SQLiteJournalReader(path: "\(folder.path)/\(name).db").check() == [])
        }
        #expect(heads.count > 15, "the cuts fell into different batches")
        try await journal.close()
    }

    @Test("a log left by a kill holds all that was committed")
    func leftLog() async throws {
        let journal = try await open("live", .init(count: 50))
        for start in 0..<20 {
            _ = try await journal.commit(.test(start * 10..<start * 10 + 10), checkpoint: nil, of: "one")
        }
        try copy("live", to: "killed")
        let survivor = try await open("killed")
        #expect(survivor.instance == journal.instance)
        #expect(try await survivor.state() == journal.state())
        let commit = try await survivor.commit(.test(195..<205), checkpoint: nil, of: "one")
        #expect(commit == Commit(sequences: 201...205, repeated: 5))
        try await survivor.close()
        try await journal.close()
    }

    @Test("what a killed agent left in the log is in the database itself once the journal is open")
    func forcedAtOpening() async throws {
        let journal = try await open("live")
        for start in 0..<5 {
            _ = try await journal.commit(.test(start * 10..<start * 10 + 10), checkpoint: nil, of: "one")
        }
        try copy("live", to: "killed")
        let survivor = try await open("killed")
        // A power failure now takes the log, which nobody may have forced to the disk.
        try copy("killed", to: "cut", log: 0)
        let cut = try await open("cut")
        #expect(try await cut.state() == survivor.state())
        #expect(try await cut.state().head == 50)
        for each in [cut, survivor, journal] { try await each.close() }
    }

    @Test("a full disk refuses the commit whole; it works again when there is space")
    func fullDisk() async throws {
        var configuration = SQLiteJournal.Configuration(path: "\(folder.path)/full.db")
        configuration.maximumPages = 30
        let journal = try await SQLiteJournal(configuration, policy: .init(count: 10), clock: .frozen)
        try await journal.attach(sinks: ["sink"])
        let point = Checkpoint(version: 1, bytes: [1])
        _ = try await journal.commit([.test(0)], checkpoint: point, of: "one")
        let error = await journalError {
            _ = try await journal.commit(
                .test(1...9, bytes: 100_000), checkpoint: .init(version: 1, bytes: [2]), of: "one")
        }
        guard case .unwritable(let reason) = error else {
            Issue.record("expected a full disk, not \(String(describing: error))")
            return
        }
        #expect(reason.contains("full") && reason.contains("free some space"))
        #expect(try await journal.checkpoint(of: "one") == point)
        #expect(try await journal.state().head == 1)
        // Fill what there is, then make space by retention: the pages freed are used again.
        var stored = 1
        while await journalError({
            _ = try await journal.commit([.test(stored, bytes: 60_000)], checkpoint: nil, of: "one")
        })
            == nil
        { stored += 1 }
        #expect((2...9).contains(stored))
        try await journal.acknowledge(through: UInt64(stored), refused: [], by: "sink")
        try await journal.close()
        let bigger = try await open("full", .init(count: 10))
        _ = try await bigger.commit([.test(stored, bytes: 60_000)], checkpoint: nil, of: "one")
        #expect(try await bigger.state().head == UInt64(stored) + 1)
        try await bigger.close()
        #expect(try SQLiteJournalReader(path: "\(folder.path)/full.db").check() == [])
    }
}
