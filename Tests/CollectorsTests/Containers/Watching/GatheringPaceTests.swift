import Testing

@testable import Collectors

@Suite struct ContainerGatheringPaceTests {
    @Test("news after a quiet time go out almost at once")
    func quiet() {
        var pace = GatheringPace()
        var now = ContinuousClock.now
        for _ in 0..<5 {
            #expect(pace.begin(at: now) == GatheringPace.shortest)
            now += GatheringPace.shortest + GatheringPace.quietTime
        }
    }

    @Test("while news keep coming each batch gathers longer, up to a limit, and a quiet time ends that")
    func busy() {
        var pace = GatheringPace()
        var now = ContinuousClock.now
        var times: [Duration] = []
        for _ in 0..<8 {
            times.append(pace.begin(at: now))
            now += (times.last ?? .zero) + .milliseconds(5)
        }
        #expect(times.prefix(5).elementsEqual([20, 40, 80, 160, 320].map { Duration.milliseconds($0) }))
        #expect(times.last == GatheringPace.longest)
        #expect(pace.begin(at: now + GatheringPace.quietTime) == GatheringPace.shortest)
    }
}
