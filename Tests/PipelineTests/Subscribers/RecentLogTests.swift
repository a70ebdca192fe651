import AgentCore
import EventModel
import Pipeline
import Testing

@Suite("The recent entries")
struct RecentLogTests {
    private func entries(_ range: ClosedRange<UInt64>, bytes: Int = 10) -> [Entry] {
        range.map { Entry(sequence: $0, type: "vm.x", severity: .info, body: [UInt8](repeating: 0, count: bytes)[...]) }
    }

    private func sequences(_ log: RecentLog, after sequence: UInt64) -> [UInt64]? {
        var log = log
        return switch log.take(after: sequence) {
        case .nothing: []
        case .behind: nil
        case .run(let run, let skip): run.dropFirst(skip).map(\.sequence)
        }
    }

    @Test("commits that return in another order become readable in order, without a gap")
    func order() {
        var log = RecentLog()
        log.keep(true)
        let (first, second, third) = (log.begin(), log.begin(), log.begin())
        log.end(third, sequences: 5...6, entries: entries(5...6))
        #expect((log.head, log.highest) == (0, 6))
        log.end(second, sequences: 3...4, entries: entries(3...4))
        #expect(log.head == 0)
        log.end(first, sequences: 1...2, entries: entries(1...2))
        #expect(log.head == 6)
        #expect(sequences(log, after: 0) == [1, 2, 3, 4, 5, 6])
        #expect(sequences(log, after: 3) == [4, 5, 6])
    }

    @Test("what a failed commit may have left behind holds nobody up: it is read from the journal")
    func lost() {
        var log = RecentLog()
        log.keep(true)
        let (first, second) = (log.begin(), log.begin())
        log.end(second, sequences: 3...4, entries: entries(3...4))
        let third = log.begin()
        #expect(log.head == 0)
        log.end(first)
        // The third began after the second had come: it cannot bring what belongs before it.
        #expect(log.head == 4)
        #expect(sequences(log, after: 0) == nil)
        #expect(sequences(log, after: 2) == [3, 4])
        log.end(third, sequences: 5...5, entries: entries(5...5))
        #expect(sequences(log, after: 3) == [4, 5])
        #expect(sequences(log, after: 4) == [5])
    }

    @Test("it holds no more entries and bytes than its limits, and nothing while nobody reads", arguments: [1, 7, 600])
    func bounds(batch: UInt64) {
        var log = RecentLog(limits: .init(entries: 100, bytes: 2000))
        var last: UInt64 = 0
        for round in 0..<60 {
            if round == 20 { log.keep(true) }
            let ticket = log.begin()
            let range = last + 1...last + batch
            log.end(ticket, sequences: range, entries: entries(range, bytes: Int(range.upperBound % 90)))
            last += batch
            #expect(log.head == last)
            #expect(log.count <= 100 && log.bytes <= 2000)
            if round < 20 { #expect(log.count == 0) }
        }
        #expect(sequences(log, after: 0) == nil)
        #expect(sequences(log, after: last) == [])
        log.keep(false)
        #expect((log.count, log.bytes) == (0, 0))
    }

    @Test("commits of one are gathered into runs, and who reads among them gets all in order, as often as it asks")
    func gathering() {
        var log = RecentLog()
        log.keep(true)
        for sequence in UInt64(1)...1000 {
            log.end(log.begin(), entry: entries(sequence...sequence)[0])
            #expect(sequences(log, after: sequence - 1) == [sequence])
            #expect(sequences(log, after: sequence) == [])
        }
        for start in [UInt64(0), 1, 190, 191, 192, 500, 999] {
            var (last, got, turns) = (start, [UInt64](), 0)
            while let next = sequences(log, after: last), let newest = next.last {
                got += next
                last = newest
                turns += 1
            }
            #expect(got == Array(start + 1...1000))
            #expect(turns <= 6)
        }
        #expect((log.count, log.bytes, log.head, log.highest) == (1000, 10_000, 1000, 1000))
    }

    @Test("what a reader was given stays as it was while more is published")
    func isolation() {
        var log = RecentLog()
        log.keep(true)
        log.end(log.begin(), entry: entries(1...1)[0])
        guard case .run(let taken, skip: 0) = log.take(after: 0) else {
            Issue.record("nothing was there")
            return
        }
        for sequence in UInt64(2)...500 { log.end(log.begin(), entry: entries(sequence...sequence)[0]) }
        #expect(taken == entries(1...1))
    }

    @Test("an entry alone waits for what belongs before it, as a batch does")
    func early() {
        var log = RecentLog()
        log.keep(true)
        let (first, second) = (log.begin(), log.begin())
        log.end(second, entry: entries(2...2)[0])
        #expect((log.head, log.highest) == (0, 2))
        log.end(first, entry: entries(1...1)[0])
        #expect(sequences(log, after: 0) == [1, 2])
    }

    @Test("a page has what is there after a sequence, over as many runs as it takes, and no more than was asked for")
    func pages() throws {
        var log = RecentLog()
        log.keep(true)
        let ranges: [ClosedRange<UInt64>] = [1...3, 4...4, 5...104, 105...105, 106...500]
        for range in ranges { log.end(log.begin(), sequences: range, entries: entries(range)) }
        let all = try #require(log.page(after: 2, limit: ReadLimit(entries: 1000)))
        #expect(all == Page(entries: entries(3...500), lowest: 1, head: 500))
        #expect(log.page(after: 2, limit: ReadLimit(entries: 200))?.entries == entries(3...202))
        #expect(log.page(after: 2, limit: ReadLimit(entries: 200, bytes: 1050))?.entries == entries(3...107))
        #expect(log.page(after: 2, limit: ReadLimit(entries: 200, bytes: 1))?.entries == entries(3...3))
        #expect(log.page(after: 500, limit: ReadLimit()) == nil)
    }
}
