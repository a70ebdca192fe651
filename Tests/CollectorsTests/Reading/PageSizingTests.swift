import AgentTestKit
import EventModel
import Testing

@testable import Collectors

@Suite struct PageSizingTests {
    private let position = EventPosition(time: TestClock.start, key: 7)

    /// A sizing that reads single events and stands behind `position`.
    private func careful() -> PageSizing {
        var sizing = PageSizing(10)
        #expect(sizing.undecodable(reason: "cut") == .readAnew)
        #expect(sizing.current == 1)
        sizing.read(newest: position, news: 0)
        return sizing
    }

    @Test("an event is given up when it failed in the same way again and again, and waited for in between")
    func patience() {
        var sizing = careful()
        #expect(sizing.undecodable(reason: "broken") == .readAnew)
        for _ in 2..<PageSizing.patience { #expect(sizing.undecodable(reason: "broken") == .tryLater) }
        #expect(sizing.undecodable(reason: "broken") == .giveUp(.init(neighbour: position, givenUp: 0)))
    }

    @Test("a sound answer from the same place ends the suspicion")
    func soundInBetween() {
        var sizing = careful()
        for _ in 0..<10 {
            for _ in 1..<PageSizing.patience {
                if case .giveUp = sizing.undecodable(reason: "broken") { Issue.record("given up") }
            }
            let next = EventPosition(time: position.time, key: 8)
            sizing.read(newest: next, news: 0)
            sizing.opened()
            sizing.read(newest: position, news: 0)
        }
    }

    @Test("what fails in another way each time is waited for longer, but not for ever")
    func otherWays() {
        var sizing = careful()
        for failure in 1..<PageSizing.longestPatience {
            if case .giveUp = sizing.undecodable(reason: "\(failure)") { Issue.record("given up") }
        }
        #expect(sizing.undecodable(reason: "at last") == .giveUp(.init(neighbour: position, givenUp: 0)))
    }
}
