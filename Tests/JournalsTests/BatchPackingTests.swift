import AgentCore
import EventModel
import Testing

@testable import Journals

@Suite("Rows that are compressed on a thread of their own")
struct BatchPackingTests {
    let folder = TemporaryFolder()

    private func row(_ number: Int) -> NewBatch {
        NewBatch(
            first: UInt64(number), last: UInt64(number), storedAt: 0, total: number, sizes: [],
            content: Array(repeating: UInt8(truncatingIfNeeded: number), count: 1 + number * 997 % 200_000))
    }

    @Test("they come back in the order they went, each with its own content")
    func order() throws {
        let (packing, zstandard) = (BatchPacking(), Zstandard())
        var expected = 0
        for number in 0..<200 {
            packing.add(row(number))
            while packing.count > number % 5 {
                let packed = try packing.next()
                let content = packed.content.withUnsafeBytes { zstandard.decompress($0, limit: 1 << 20) }
                #expect(packed.total == expected)
                #expect(content == row(expected).content)
                expected += 1
            }
        }
        while packing.count > 0 {
            #expect(try packing.next().total == expected)
            expected += 1
        }
        #expect(expected == 200)
        let alone = try packing.pack(row(7))
        #expect(alone.content.withUnsafeBytes { zstandard.decompress($0, limit: 1 << 20) } == row(7).content)
    }

    @Test("what was dropped does not come back")
    func drop() throws {
        let packing = BatchPacking()
        for number in 0..<5 { packing.add(row(number)) }
        packing.drop()
        #expect(packing.count == 0)
        packing.add(row(9))
        #expect(try packing.next().total == 9)
    }

    @Test("a commit of many rows is stored whole and in order; one that is refused leaves nothing of its rows behind")
    func commits() async throws {
        let path = "\(folder.path)/journal.db"
        let journal = try await SQLiteJournal(.init(path: path), policy: .init(count: 3000), clock: .frozen)
        try await journal.attach(sinks: ["sink"])
        _ = try await journal.commit(.test(0..<1000, bytes: 2000), checkpoint: nil, of: "one")
        let refused = [EncodedEvent].test(1000..<4000, bytes: 2000)
        #expect(await journalError { _ = try await journal.commit(refused, checkpoint: nil, of: "one") } == .full)
        // Some are repeats: the rows are cut elsewhere than in the refused commit.
        let commit = try await journal.commit(.test(500..<2500, bytes: 2000), checkpoint: nil, of: "one")
        #expect(commit == Commit(sequences: 1001...2500, repeated: 500))
        let all = [EncodedEvent].test(0..<2500, bytes: 2000)
        let page = try await journal.read(after: 0, limit: .init(entries: 5000, bytes: 1 << 30))
        #expect(page.entries.map(\.body) == all.map(\.body))
        try await journal.close()
        #expect(try SQLiteJournalReader(path: path).check() == [])
    }
}
