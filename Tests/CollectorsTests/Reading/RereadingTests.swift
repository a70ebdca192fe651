import AgentTestKit
import EventModel
import Testing
import VSphere

@testable import Collectors

/// Answers to other calls, at the places where they once cost events or invented a gap.
@Suite struct RereadingTests {
    private static let start = TestClock.start

    /// Events a second apart.
    private func events(_ keys: ClosedRange<Int32>) -> [VSphereEvent] {
        keys.map { key in
            var event = VSphereEvent(className: "VmPoweredOnEvent")
            (event.key, event.createdTime) = (key, Self.start.advanced(by: .seconds(Int64(key))))
            return event
        }
    }

    /// A reading that has read the events 1 to `last` and makes its collector anew.
    private func reading(upTo last: Int32) -> KeptReading {
        var reading = KeptReading(boundary: ReadingBoundary(begin: nil), pageSize: 3)
        reading.opened()
        for key in 1...last { #expect(reading.read(events(key...key)).count == 1) }
        reading.lost()
        reading.opened()
        return reading
    }

    private func keys(_ findings: [Finding]) -> [Int32?] {
        findings.map { finding in
            if case .event(let event, _) = finding { return event.key }
            return nil
        }
    }

    @Test("news that do not begin with what was read are no gap before the fourth collector says so")
    func gap() {
        var reading = reading(upTo: 10)
        for _ in 0..<KeptReading.maximumDoubts {
            #expect(reading.read(events(14...16)).isEmpty)
            #expect(reading.next == .close)
            _ = reading.closed()
            reading.opened()
        }
        #expect(keys(reading.read(events(14...16))) == [nil, 14, 15, 16])
    }

    @Test("a page that comes twice from a new collector stands for one that was lost: nothing is skipped")
    func twice() {
        var reading = reading(upTo: 10)
        // The stretch is 8 to 10; the right second answer was 11 to 13.
        #expect(reading.read(events(8...10)).isEmpty)
        #expect(reading.read(events(8...10)).isEmpty)
        #expect(reading.next == .close)
        _ = reading.closed()
        reading.opened()
        #expect(keys(reading.read(events(8...11))) == [11])
    }

    @Test("news before all of the stretch came again are not believed")
    func incomplete() {
        var reading = reading(upTo: 10)
        #expect(reading.read(events(8...9)).isEmpty)
        #expect(reading.read(events(12...13)).isEmpty)
        #expect(reading.next == .close)
    }

    @Test("a page from before the beginning is another collector's")
    func before() {
        var reading = reading(upTo: 10)
        #expect(reading.read(events(7...10)).isEmpty)
        #expect(reading.next == .close)
    }

    @Test("a stretch of which retention took the oldest is read on after it is seen to stay so")
    func cutStretch() {
        var reading = reading(upTo: 10)
        for _ in 0..<KeptReading.maximumDoubts {
            #expect(reading.read(events(9...12)).isEmpty)
            _ = reading.closed()
            reading.opened()
        }
        #expect(keys(reading.read(events(9...12))) == [11, 12])
    }
}
