import AgentCore
import AgentTestKit
import EventModel
import Testing

@testable import Sinks

@Suite struct ArchiveTailTests {
    private static let journal = SinkContext.conformance.journal

    private static func text(_ sequences: ClosedRange<UInt64>) -> [UInt8] {
        var lines = JSONLines(journal: journal)
        lines.encode(Entry.numbered(sequences))
        return lines.bytes
    }

    /// All is whole up to a length, and nothing behind it was asked about.
    private static func whole(_ length: Int, _ sequence: UInt64) -> ArchiveTail {
        .ends(at: length, ArchivePlace(journal: journal, sequence: sequence), unacknowledged: length)
    }

    @Test("an empty file, and one with the beginning of a first line, hold nothing")
    func empty() {
        #expect(ArchiveTail([], from: 0) == .empty)
        let line = Self.text(1...1)
        for length in 1..<line.count {
            #expect(ArchiveTail(Array(line[..<length]), from: 0) == .empty)
        }
    }

    @Test("whole lines end with the last line end, wherever the text is cut")
    func cut() {
        let (first, both) = (Self.text(1...1), Self.text(1...2))
        for length in first.count..<both.count {
            let tail = ArchiveTail(Array(both[..<length]), from: 0)
            #expect(tail == Self.whole(first.count, 1))
        }
        #expect(ArchiveTail(both, from: 0) == Self.whole(both.count, 2))
    }

    @Test("the end of a long file is enough when it holds one whole line and the line end before it")
    func window() {
        let (first, both) = (Self.text(1...1), Self.text(1...2))
        for start in 1..<both.count {
            let tail = ArchiveTail(Array(both[start...]), from: start)
            let isEnough = start < first.count
            #expect(
                tail == (isEnough ? Self.whole(both.count, 2) : .needsMore))
        }
    }

    @Test("a damaged last line is cut off with what follows it")
    func damage() {
        let first = Self.text(1...1)
        let expected = Self.whole(first.count, 1)
        let zeros = [UInt8](repeating: 0, count: 100)
        #expect(ArchiveTail(first + zeros, from: 0) == expected)
        #expect(ArchiveTail(first + zeros + [10], from: 0) == expected)
        #expect(ArchiveTail(first + [10, 10], from: 0) == expected)
        var torn = Self.text(2...2)
        for index in 40..<60 { torn[index] = 0 }
        #expect(ArchiveTail(first + torn + Array(torn.prefix(20)), from: 0) == expected)
    }

    @Test("of lines that were not acknowledged only those before the first damaged one are whole")
    func unacknowledged() {
        let next = ArchivePlace(journal: Self.journal, sequence: 3)
        let (two, five) = (Self.text(1...2), Self.text(1...5))
        let place = ArchivePlace(journal: Self.journal, sequence: 5)
        #expect(ArchiveTail(five, from: 0, next: next) == .ends(at: five.count, place, unacknowledged: two.count))
        #expect(ArchiveTail(five, from: 0, next: .init(journal: "another", sequence: 3)) == Self.whole(five.count, 5))
        for damaged in 3...5 as ClosedRange<UInt64> {
            let whole = Self.text(1...damaged - 1).count
            var torn = five
            torn[whole + 40] = 0
            let last = ArchivePlace(journal: Self.journal, sequence: damaged - 1)
            #expect(ArchiveTail(torn, from: 0, next: next) == .ends(at: whole, last, unacknowledged: two.count))
        }
        // One acknowledged is not looked at: it cannot be delivered again.
        var torn = five
        torn[40] = 0
        #expect(ArchiveTail(torn, from: 0, next: next) == .ends(at: five.count, place, unacknowledged: two.count))
    }

    @Test("of first lines that a power failure left with zeros within, none is whole")
    func firstLines() {
        let next = ArchivePlace(journal: Self.journal, sequence: 1)
        for zeros in [0..<512, 40..<60] {
            var torn = Self.text(1...8)
            for index in zeros { torn[index] = 0 }
            #expect(ArchiveTail(torn, from: 0, next: next) == .empty)
            #expect(ArchiveTail(Array(torn.prefix(560)), from: 0, next: next) == .empty)
        }
    }

    @Test("a first line of which nothing is left, before one that is whole, is no reason to refuse the file")
    func lostFirstLine() {
        let (first, two) = (Self.text(1...1), Self.text(1...2))
        let torn = [UInt8](repeating: 0, count: first.count) + two[first.count...]
        #expect(first.count < 512)
        for sequence in [UInt64(1), 2] {
            let next = ArchivePlace(journal: Self.journal, sequence: sequence)
            #expect(ArchiveTail(torn, from: 0, next: next) == .empty)
        }
    }

    @Test(
        "what no file sink wrote is refused",
        arguments: [
            "root:x:0:0:root:/root:/bin/sh\n", "hello", "{}\n", "{\"a\":1}\n", "\n", "[1]\n", "{\"sequence\":\"1\"}\n",
            "{\"sequence\":\"x\",\"journal\":\"k\"}\n",
        ])
    func foreign(text: String) {
        #expect(ArchiveTail(Array(text.utf8), from: 0) == .foreign)
    }
}
