import EventModel
import Testing

@testable import Collectors

@Suite struct ArrivalsTests {
    private let now = Timestamp(nanoseconds: 0)
    private let instant = ContinuousClock.now

    @Test("a cgroup that was made is looked into when its runtime had a moment, and again while nothing is found")
    func steps() {
        var arrivals = Arrivals()
        arrivals.came("/a", key: nil, at: now, instant)
        #expect(arrivals.due(at: instant).isEmpty)
        #expect(arrivals.due(at: instant + .milliseconds(2)) == ["/a"])
        #expect(arrivals.due(at: instant + .milliseconds(3)).isEmpty)
        #expect(arrivals.due(at: instant + .milliseconds(5)) == ["/a"])
        arrivals.understood("/a")
        #expect(arrivals.deadline == nil)
    }

    @Test("one whose name says whose it is is waited for: the kernel tells of its first process")
    func named() {
        var arrivals = Arrivals()
        arrivals.came("/docker/1", key: ContainerKey(runtime: "docker", id: "1"), at: now, instant)
        #expect(arrivals.due(at: instant + .milliseconds(24)).isEmpty)
        #expect(arrivals.due(at: instant + .milliseconds(25)) == ["/docker/1"])
        #expect(arrivals.due(at: instant + .milliseconds(124)).isEmpty)
        let isWaitedFor = arrivals.stirred("/docker/1", instant + .milliseconds(30))
        #expect(isWaitedFor)
        #expect(arrivals.due(at: instant + .milliseconds(30)) == ["/docker/1"])
        #expect(arrivals.due(at: instant + .milliseconds(33)) == ["/docker/1"])
    }

    @Test("it is looked into at once when the kernel tells of a process in it or below it")
    func stirred() {
        var arrivals = Arrivals()
        arrivals.came("/a", key: nil, at: now, instant)
        let isWaitedFor = arrivals.stirred("/a/b", instant)
        #expect(isWaitedFor)
        #expect(arrivals.due(at: instant) == ["/a"])
        let isOtherWaitedFor = arrivals.stirred("/c", instant)
        #expect(!isOtherWaitedFor)
    }
}
