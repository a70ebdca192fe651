import EventModel
import Testing

@testable import Pipeline

@Suite("When a sink acknowledged what")
struct AcknowledgementLogTests {
    private func time(_ second: UInt64) -> Timestamp { Timestamp(nanoseconds: Int64(second) * 1_000_000_000) }

    @Test("an entry was acknowledged with the first cursor that passed it")
    func found() {
        var log = AcknowledgementLog(after: 10)
        #expect(log.time(of: 11) == nil)
        for through in [12, 13, 20] as [UInt64] { log.note(through: through, at: time(through)) }
        let expected: [(UInt64, UInt64?)] = [(10, nil), (11, 12), (12, 12), (13, 13), (14, 20), (20, 20), (21, nil)]
        for (sequence, at) in expected { #expect(log.time(of: sequence) == at.map(time), "\(sequence)") }
    }

    @Test("so many are remembered, and of what was before nothing is said")
    func bounded() {
        var log = AcknowledgementLog(after: 0)
        let count = UInt64(AcknowledgementLog.limit)
        for number in 1...count * 2 + 7 { log.note(through: number * 2, at: time(number)) }
        let forgotten = (count + 7) * 2
        #expect(log.time(of: 1) == nil && log.time(of: forgotten) == nil)
        for number in count + 8...count * 2 + 7 {
            #expect(log.time(of: number * 2) == time(number) && log.time(of: number * 2 - 1) == time(number))
        }
        #expect(log.time(of: count * 4 + 15) == nil)
    }
}
