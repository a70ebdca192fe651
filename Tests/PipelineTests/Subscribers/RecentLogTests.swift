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
        switch log.take(after: sequence) {
        case .nothing: []
        case .behind: nil
        case .runs(let runs, let skip): runs.flatMap(\.self).dropFirst(skip).map(\.sequence)
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
        #expect(sequences(log, after: 3) == [4])
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
        #expect(sequences(log, after: 3) == [4])
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

    @Test("short runs that one reader gathered are one for the others, and stay what they were")
    func merging() {
        var log = RecentLog()
        log.keep(true)
        for sequence in UInt64(1)...40 {
            log.end(log.begin(), sequences: sequence...sequence, entries: entries(sequence...sequence))
        }
        log.merge(entries(5...20))
        log.merge(entries(18...25))
        log.merge(entries(30...60))
        for sequence in UInt64(0)..<40 {
            var (last, got) = (sequence, [UInt64]())
            while let next = sequences(log, after: last), let newest = next.last {
                got += next
                last = newest
            }
            #expect(got == Array(sequence + 1...40))
        }
        #expect(log.count == 40)
    }
}
