import Testing

@testable import HTTPClient

@Suite struct IdleClockTests {
    let start = ContinuousClock.now

    @Test("only a change of the count of bytes moves the deadline")
    func moves() {
        var clock = IdleClock(limit: .seconds(10), now: start)
        #expect(clock.deadline == start + .seconds(10))
        clock.note(moved: 5, connecting: false, at: start + .seconds(3))
        #expect(clock.deadline == start + .seconds(13))
        clock.note(moved: 5, connecting: false, at: start + .seconds(9))
        #expect(clock.deadline == start + .seconds(13))
    }

    @Test("connecting is no silence")
    func connects() {
        var clock = IdleClock(limit: .seconds(1), now: start)
        clock.note(moved: 0, connecting: true, at: start + .seconds(9))
        #expect(clock.deadline == start + .seconds(10))
        clock.note(moved: 0, connecting: false, at: start + .seconds(9.5))
        #expect(clock.deadline == start + .seconds(10))
    }

    @Test(
        "durations become milliseconds rounded up, at every size",
        arguments: [
            (Duration.zero, Int64(0)), (.nanoseconds(1), 1), (.microseconds(1000), 1), (.microseconds(1001), 2),
            (.seconds(2), 2000), (.seconds(Int64.max), .max), (.milliseconds(-5), -5),
        ])
    func rounds(duration: Duration, milliseconds: Int64) {
        #expect(duration.milliseconds == milliseconds)
    }
}
