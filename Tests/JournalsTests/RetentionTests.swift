import AgentCore
import EventModel
import Testing

@testable import Journals

@Suite struct RetentionTests {
    private let now = Timestamp(nanoseconds: 1_000_000_000_000)

    @Test(
        "what is removed is acknowledged up to the slowest cursor, and dropped beyond",
        arguments: [
            (1, 11, nil, 10, 0), (1, 11, 10, 10, 0), (1, 11, 4, 4, 6), (5, 11, 4, 0, 6), (5, 11, 1, 0, 6),
            (5, 5, 1, 0, 0), (5, 11, 100, 6, 0),
        ] as [(UInt64, UInt64, UInt64?, Int, Int)])
    func accounts(from: UInt64, to: UInt64, slowest: UInt64?, removed: Int, dropped: Int) {
        let retention = Retention(policy: .init(), now: now, cursors: slowest.map { [$0, 200] } ?? [])
        #expect(retention.account(removing: from..<to) == Trim(removed: removed, dropped: dropped))
    }

    @Test("only block holds back what a sink has not acknowledged, and dropping can be forgone")
    func ceilings() {
        for (whenFull, dropping, expected) in [
            (.block, true, 4), (.dropOldest, true, 9), (.dropOldest, false, 4), (.block, false, 4),
        ] as [(RetentionPolicy.WhenFull, Bool, UInt64)] {
            let retention = Retention(policy: .init(whenFull: whenFull), now: now, cursors: [7, 4])
            #expect(retention.ceiling(upTo: 9, dropping: dropping) == expected)
        }
        #expect(Retention(policy: .init(), now: now, cursors: []).ceiling(upTo: 9) == 9)
    }

    @Test("an age longer than time itself keeps everything")
    func endlessAge() {
        let retention = Retention(policy: .init(age: .seconds(Int64.max)), now: now, cursors: [])
        #expect(!retention.isDue(storedAt: Timestamp(nanoseconds: .min + 1), count: 1, bytes: 1))
    }
}
