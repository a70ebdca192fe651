import Testing

@testable import Sinks

@Suite struct ArchiveUpkeepTests {
    private let names = ArchiveNames(current: "events.jsonl")
    private let one = "events-20261121T061800Z-k-10.jsonl"
    private let two = "events-20261121T061801Z-k-20.jsonl"
    private let three = "events-20261121T061802Z-k-30.jsonl"

    private func upkeep(
        _ folder: [String], keep: Int? = nil, compresses: Bool = true, busy: String? = nil
    ) -> ArchiveUpkeep {
        ArchiveUpkeep(
            folder + ["events.jsonl", ".events.jsonl.lock", "notes.txt"], names: names, keep: keep,
            compresses: compresses,
            busy: busy.flatMap { names.closedFile($0) })
    }

    @Test("plain files are compressed, the oldest first")
    func compress() {
        let upkeep = upkeep([three, one, two + ".gz"])
        #expect(upkeep.compress.map { names.name(of: $0) } == [one, three])
        #expect(upkeep.remove == [])
        #expect(upkeep.newest == names.closedFile(three))
    }

    @Test("the newest is found among compressed files too, and its name alone tells how far it goes")
    func newest() {
        #expect(upkeep([one, three + ".gz"]).newest?.last == ArchivePlace(journal: "k", sequence: 30))
    }

    @Test("a part file is thrown away unless its compression is under way")
    func part() {
        let part = ".\(one).part"
        #expect(upkeep([one, part]).remove == [part])
        #expect(upkeep([one, part], busy: one).remove == [])
        #expect(upkeep([one, part], busy: one).compress == [])
    }

    @Test("a plain file goes when its compression is whole")
    func twin() {
        let upkeep = upkeep([one, one + ".gz"])
        #expect(upkeep.remove == [one])
        #expect(upkeep.compress == [])
    }

    @Test("the oldest files go beyond those that are kept; a file and its compression count once")
    func keep() {
        let upkeep = upkeep([one + ".gz", two, two + ".gz", three], keep: 2)
        #expect(upkeep.remove.sorted() == [one + ".gz", two])
        #expect(upkeep.compress.map { names.name(of: $0) } == [three])
    }

    @Test("nothing is compressed or removed without being asked")
    func nothing() {
        let upkeep = upkeep([one, two, three], compresses: false)
        #expect(upkeep.remove == [])
        #expect(upkeep.compress == [])
    }
}
