import EventModel
import Testing

@testable import Sinks

@Suite struct ArchiveNamesTests {
    private let names = ArchiveNames(current: "events.jsonl")
    private let now = Timestamp(nanoseconds: 1_795_241_880_123_456_789)
    private let last = ArchivePlace(journal: "k3j2h1g0f9d8", sequence: 4711)

    @Test("a closed file is named by its time, its journal and its last sequence")
    func name() {
        let file = names.closing(last, at: now, after: nil)
        #expect(names.name(of: file) == "events-20261121T061800Z-k3j2h1g0f9d8-4711.jsonl")
        #expect(names.partName(of: file) == ".events-20261121T061800Z-k3j2h1g0f9d8-4711.jsonl.part")
        #expect(names.lock == ".events.jsonl.lock")
    }

    @Test(
        "every name that is made is read back",
        arguments: ["events.jsonl", "events", "a-b.c.jsonl", ".hidden", "events.gz", "x.jsonl.gz", "ev ents-.log"])
    func roundTrip(current: String) {
        let names = ArchiveNames(current: current)
        for journal in ["k3j2h1g0f9d8", "with-a-dash", "0"] {
            for sequence in [0, 1, UInt64.max] {
                for isCompressed in [false, true] {
                    var file = names.closing(.init(journal: journal, sequence: sequence), at: now, after: nil)
                    file.isCompressed = isCompressed
                    #expect(names.closedFile(names.name(of: file)) == file)
                    #expect(names.partOf(names.partName(of: file)) == file.plain)
                    #expect(names.closedFile(names.partName(of: file)) == nil)
                }
            }
        }
        #expect(names.closedFile(current) == nil)
    }

    @Test(
        "names of other files are left alone",
        arguments: [
            "events.jsonl", "events-.jsonl", "events-20261121T061800Z.jsonl", "other-20261121T061800Z-k-1.jsonl",
            "events-20261121T061800Z-k-1.txt", "events-20261121T061800Z-k-1.jsonl.gz.gz",
            "events-20261121T061800Z-k-.jsonl",
            "events-20261321T061800Z-k-1.jsonl", "events-20261121T061800Z-k-01.jsonl",
            "events-20261121T061800Z-k-+1.jsonl",
            "events-2026-11-21-k-1.jsonl", "events-20261121T061800Z-k-99999999999999999999.jsonl", "", ".", "-",
            ".part",
        ])
    func foreign(name: String) {
        #expect(names.closedFile(name) == nil)
        #expect(names.partOf(name) == nil)
    }

    @Test("names order as the files were written, though the clock was set back or the journal began anew")
    func order() {
        let first = names.closing(last, at: now, after: nil)
        let setBack = names.closing(
            .init(journal: last.journal, sequence: 4800), at: now.advanced(by: .seconds(-3600)), after: first)
        #expect(first < setBack)
        let anew = names.closing(.init(journal: "another", sequence: 3), at: now, after: setBack)
        #expect(setBack < anew)
        #expect(names.name(of: setBack) != names.name(of: anew))
    }
}
