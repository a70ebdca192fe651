import AgentCore
import EventModel
import Testing

@testable import Collectors

@Suite struct ReadingBoundaryTests {
    private func position(_ milliseconds: Int64, _ key: Int32) -> EventPosition {
        EventPosition(time: Timestamp(nanoseconds: 1_767_323_045_000_000_000 + milliseconds * 1_000_000), key: key)
    }

    private func roundTrip(_ boundary: ReadingBoundary) throws -> ReadingBoundary {
        try VSphereCheckpoint(
            VSphereCheckpoint(server: "s", filter: "f", boundary: boundary).encoded()
        ).boundary
    }

    @Test("positions are ordered by time, then by key through its wrap")
    func order() {
        #expect(position(1, 5) < position(2, 1))
        #expect(position(1, .max) < position(1, .min))
        #expect(position(1, 7) < position(1, 8))
    }

    @Test("what was read is told from what was stored late, also after a restart")
    func lateEvents() throws {
        var boundary = ReadingBoundary(begin: nil)
        for step in 0..<100 { boundary.record(position(Int64(step) * 100, Int32(step))) }
        for boundary in [boundary, try roundTrip(boundary)] {
            #expect(boundary.begin == position(7900, 0).time)
            #expect(!boundary.isNews(position(9900, 99)) && !boundary.isNews(position(7900, 79)))
            #expect(boundary.isNews(position(8050, 100)), "late")
            #expect(!boundary.isNews(position(100, 1)), "read long ago")
            #expect(boundary.isNews(position(100, 101)), "the clock was set back")
            #expect(boundary.isNews(position(9900, 100)), "at the same time")
            #expect(boundary.isNews(position(9950, 3)), "a key that was given out twice")
        }
    }

    @Test("in a dense stretch reading starts after what is forgotten, and nothing is news twice", arguments: [0, 1])
    func dense(nanosecondsApart: Int64) throws {
        var boundary = ReadingBoundary(begin: nil)
        let all = (0..<10_000).map { step in
            EventPosition(
                time: Timestamp(nanoseconds: 1_767_323_045_000_000_000 + Int64(step) * nanosecondsApart * 1000),
                key: Int32.max &- 5000 &+ Int32(step))
        }
        for position in all { boundary.record(position) }
        let restored = try roundTrip(boundary)
        #expect(restored.stretch.count <= ReadingBoundary.maximumRemembered)
        #expect(all.allSatisfy { !boundary.isNews($0) })
        #expect(all.allSatisfy { !restored.isNews($0) })
        #expect(restored.begin.map { $0 <= all[9999].time } == true)
        #expect(try roundTrip(restored) == restored)
        let size = VSphereCheckpoint(server: "s", filter: "f", boundary: boundary).encoded().bytes.count
        #expect(size < 64 * 1024, "\(size)")
    }

    @Test(
        "a checkpoint that is no such thing is refused",
        arguments: [
            "", "{}", "[]", #"{"server":"s"}"#, #"{"server":"s","filter":"f","begin":"yesterday"}"#,
            #"{"server":"s","filter":"f","time":"2026-01-01T00:00:00Z","key":99999999999}"#,
            #"{"server":"s","filter":"f","stretch":[1]}"#, #"{"server":"s","filter":"f","stretch":[1,"2"]}"#,
        ])
    func damagedCheckpoint(text: String) {
        #expect(throws: CollectorError.self) { try VSphereCheckpoint(Checkpoint(version: 1, bytes: Array(text.utf8))) }
    }

    @Test("cut at any byte, a checkpoint is refused and never read as another")
    func truncatedCheckpoint() {
        var boundary = ReadingBoundary(begin: nil)
        for step in 0..<5 { boundary.record(position(Int64(step) * 100, Int32(step))) }
        let bytes = VSphereCheckpoint(server: "s", filter: "f", boundary: boundary).encoded().bytes
        for length in 0..<bytes.count {
            #expect(throws: CollectorError.self) {
                try VSphereCheckpoint(Checkpoint(version: 1, bytes: Array(bytes.prefix(length))))
            }
        }
    }
}
