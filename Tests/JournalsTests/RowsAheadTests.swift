import AgentCore
import EventModel
import Testing

@testable import Journals

@Suite("Rows that are compressed before their commit comes")
struct RowsAheadTests {
    let folder = TemporaryFolder()

    private func open(_ name: String, _ policy: RetentionPolicy = .init()) async throws -> SQLiteJournal {
        let path = "\(folder.path)/\(name).db"
        let journal = try await SQLiteJournal(.init(path: path), policy: policy, clock: .frozen)
        try await journal.attach(sinks: ["sink"])
        return journal
    }

    /// What the rows of a journal hold.
    private func rows(_ name: String) throws -> [String] {
        let connection = try SQLiteConnection(path: "\(folder.path)/\(name).db", access: .readOnly)
        let query = try connection.prepare("SELECT first, last, total, sizes, content FROM batches ORDER BY first")
        var rows: [String] = []
        while try query.next() {
            rows.append(
                "\(query.integer(0)) \(query.integer(1)) \(query.integer(2)) \(query.bytes(3)) \(query.bytes(4))")
        }
        return rows
    }

    @Test(
        "a journal that was told what comes holds the same as one that was not",
        arguments: [(0..<3, 40), (1000..<2400, 400), (500..<1500, 400), (900..<2400, 100), (1000..<1003, 400_000)])
    func same(numbers: Range<Int>, bytes: Int) async throws {
        // With names known and unknown, with repeats before and among the news.
        let batches = [[EncodedEvent].test(0..<1000, bytes: 200), .test(numbers, bytes: bytes), .test(2500..<2600)]
        let (told, untold) = (try await open("told"), try await open("untold"))
        for batch in batches {
            told.expect(batch)
            let checkpoint = Checkpoint(version: 1, bytes: [UInt8(truncatingIfNeeded: batch.count)])
            let commit = try await told.commit(batch, checkpoint: checkpoint, of: "one")
            #expect(try await untold.commit(batch, checkpoint: checkpoint, of: "one") == commit)
        }
        let all = ReadLimit(entries: 10_000, bytes: 1 << 30)
        #expect(try await told.read(after: 0, limit: all).entries == untold.read(after: 0, limit: all).entries)
        try await told.close()
        try await untold.close()
        // Where repeats are among the news, rows are cut elsewhere.
        if numbers.lowerBound >= 1000 { #expect(try rows("told") == rows("untold")) }
        #expect(try SQLiteJournalReader(path: "\(folder.path)/told.db").check() == [])
    }

    @Test("what is compressed ahead is what the journal stores")
    func used() async throws {
        let journal = try await open("used")
        let names = [EncodedEvent].test(0..<1)
        journal.expect(names)
        _ = try await journal.commit(names, checkpoint: nil, of: "one")
        let events = [EncodedEvent].test(1..<2000, bytes: 300)
        let commit = ExpectedCommit(events)
        let known = KnownNames([UTF8Key("test://one"): 1])
        commit.pack(by: RowPacker(sources: known, types: KnownNames([UTF8Key("vm.powered-on"): 1])))
        let contents = commit.rows.indices.compactMap { commit.row($0)?.content }
        #expect(contents.count == commit.rows.count && contents.count > 2)
        _ = try await journal.commit(events, checkpoint: nil, of: "one")
        try await journal.close()
        let stored = try rows("used").dropFirst()
        #expect(zip(stored, contents).allSatisfy { $0.hasSuffix(" \($1)") } && stored.count == contents.count)
    }

    @Test("a commit that is refused, another array, and what never comes change nothing")
    func unused() async throws {
        let journal = try await open("unused", .init(count: 1500))
        _ = try await journal.commit(.test(0..<1000, bytes: 300), checkpoint: nil, of: "one")
        let refused = [EncodedEvent].test(1000..<2000, bytes: 300)
        for _ in 0..<2 {
            journal.expect(refused)
            #expect(await journalError { _ = try await journal.commit(refused, checkpoint: nil, of: "one") } == .full)
        }
        for start in stride(from: 5000, to: 9000, by: 1000) { journal.expect(.test(start..<start + 1000, bytes: 300)) }
        journal.expect(.test(1000..<1100, bytes: 300))
        _ = try await journal.commit(.test(1000..<1100, bytes: 300), checkpoint: nil, of: "one")
        // Behind others in the same transaction, and expected twice.
        try await journal.acknowledge(through: 1100, refused: [], by: "sink")
        let next = [EncodedEvent].test(1050..<1300, bytes: 300)
        journal.expect(next)
        journal.expect(next)
        #expect(try await journal.commit(next, checkpoint: nil, of: "one").repeated == 50)
        #expect(try await journal.commit(next, checkpoint: nil, of: "one").repeated == 250)
        let page = try await journal.read(after: 0, limit: .init(entries: 5000, bytes: 1 << 30))
        #expect(page.entries.map(\.body) == [EncodedEvent].test(0..<1300, bytes: 300).map(\.body))
        try await journal.close()
        #expect(try SQLiteJournalReader(path: "\(folder.path)/unused.db").check() == [])
    }

    @Test("a row whose name no entry has is not compressed ahead")
    func unknown() {
        let commit = ExpectedCommit(.test(0..<10))
        commit.pack(by: RowPacker(sources: KnownNames(), types: KnownNames()))
        #expect(commit.rows == [0..<10])
        #expect(commit.row(0) == nil)
    }
}
