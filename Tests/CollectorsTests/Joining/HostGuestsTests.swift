import EventModel
import Testing

@testable import Collectors

@Suite struct HostGuestsTests {
    private let guests = HostGuests()
    private let key = ContainerKey(runtime: "docker", id: "aa")

    private func life(_ start: Int) -> ContainerIncarnation {
        ContainerIncarnation(bootID: "6f0c9d12-1", pid: Int32(start), startTicks: UInt64(start), started: .test(start))
    }

    private func happening(_ word: String, _ time: Int, _ life: ContainerIncarnation? = nil) -> HostHappening {
        HostHappening(key: key, word: word, incarnation: life, time: .test(time))
    }

    @Test("the side that tells first is the one that tells; the other's report joins it, once")
    func firstWins() {
        #expect(guests.tell(happening("paused", 1000), by: .engine))
        #expect(guests.isTold(happening("paused", 1100)))
        #expect(!guests.tell(happening("paused", 1100)))
        // The same question again has the same answer, and another pause is another happening.
        #expect(guests.isTold(happening("paused", 1100)))
        #expect(!guests.isTold(happening("paused", 1400)))
        #expect(guests.tell(happening("paused", 1400)))
    }

    @Test("two pauses within a second stay two, on both sides")
    func twice() {
        #expect(guests.tell(happening("paused", 1000), by: .engine))
        #expect(guests.tell(happening("paused", 1500), by: .engine))
        #expect(guests.isTold(happening("paused", 1520)))
        #expect(guests.isTold(happening("paused", 1010)))
        #expect(!guests.isTold(happening("paused", 1510)))
    }

    @Test("what is apart in time, word, container or life is not joined")
    func apart() {
        #expect(guests.tell(happening("exited", 1000, life(10)), by: .engine))
        #expect(!guests.isTold(happening("exited", 1000, life(20))))
        #expect(!guests.isTold(happening("started", 1000, life(10))))
        #expect(guests.isTold(happening("exited", 900_000, life(10))))
        #expect(guests.tell(happening("paused", 1000), by: .engine))
        #expect(!guests.isTold(happening("paused", 4001)))
    }

    @Test("a report with a window joins what happened within it")
    func window() {
        #expect(guests.tell(happening("paused", 50_000), by: .engine))
        var late = happening("paused", 100_000)
        #expect(!guests.isTold(late))
        late.earliest = .test(20_000)
        #expect(guests.isTold(late))
    }

    @Test("both sides give a start or an end the same id when both know the life")
    func ids() {
        #expect(happening("started", 1, life(7)).id == happening("started", 5, life(7)).id)
        #expect(happening("started", 1, life(7)).id == "docker/aa/6f0c9d12-7/started")
        #expect(happening("paused", 1, life(7)).id != happening("paused", 5, life(7)).id)
        #expect(happening("started", 1).id != happening("started", 5).id)
    }

    @Test("an engine's report finds the life it is about, also when the container was restarted meanwhile")
    func lives() {
        guests.appeared(key, as: life(1000))
        #expect(guests.incarnation(of: key, word: "started", at: .test(1200)) == life(1000))
        // The restart: its new life is seen before the engine tells of the end of the old one.
        guests.appeared(key, as: life(5000))
        #expect(guests.incarnation(of: key, word: "exited", at: .test(4900)) == life(1000))
        guests.exited(key, at: .test(4900))
        #expect(guests.incarnation(of: key, word: "started", at: .test(5100)) == life(5000))
        // A third, not seen by the kernel's side yet: better none than the wrong one.
        guests.exited(key, at: .test(6000))
        #expect(guests.incarnation(of: key, word: "started", at: .test(6100)) == nil)
        #expect(guests.incarnation(of: key, word: "exited", at: .test(6200)) == nil)
    }

    @Test("a life that began long before a start, or after it, is not the started one")
    func farStarts() {
        guests.appeared(key, as: life(1000))
        #expect(guests.incarnation(of: key, word: "started", at: .test(40_000)) == nil)
        #expect(guests.incarnation(of: key, word: "started", at: .test(500)) == nil)
        #expect(guests.incarnation(of: key, word: "exited", at: .test(400_000)) == life(1000))
        guests.forget(key)
        #expect(guests.incarnation(of: key) == nil)
    }

    @Test("after a restart what was told before is known, and waited for")
    func recall() {
        guests.expectRecall()
        #expect(guests.isRecallDue(by: .kernel))
        #expect(!guests.isRecallDue(by: .engine))
        guests.recall([happening("paused", 1000)])
        #expect(!guests.isRecallDue(by: .kernel))
        #expect(!guests.tell(happening("paused", 1200), by: .engine))
    }

    @Test("only so many happenings are remembered, the oldest are forgotten first")
    func bounded() {
        for number in 0..<(HostGuests.maximumHappenings + 10) {
            let key = ContainerKey(runtime: "docker", id: "c\(number)")
            _ = guests.tell(
                HostHappening(key: key, word: "started", incarnation: nil, time: .test(number)), by: .engine)
        }
        let first = HostHappening(
            key: ContainerKey(runtime: "docker", id: "c0"), word: "started", incarnation: nil, time: .test(0))
        let last = HostHappening(
            key: ContainerKey(runtime: "docker", id: "c100"), word: "started", incarnation: nil, time: .test(100))
        #expect(!guests.isTold(first))
        #expect(guests.isTold(last))
    }

    @Test("engines are counted: one of two that leaves leaves the other")
    func attached() {
        #expect(!guests.isAttached("docker"))
        guests.attach("docker")
        guests.attach("docker")
        guests.detach("docker")
        #expect(guests.isAttached("docker"))
        guests.detach("docker")
        guests.detach("docker")
        #expect(!guests.isAttached("docker"))
    }
}
