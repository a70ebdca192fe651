import EventModel
import Testing

@testable import Collectors

@Suite struct ContainerTellingsTests {
    private let guests = HostGuests()
    private let begin = ContinuousClock.now
    private let web = ContainerKey(runtime: "docker", id: "web")
    private let other = ContainerKey(runtime: "crun", id: "other")

    private func at(_ milliseconds: Int) -> ContinuousClock.Instant { begin + .milliseconds(milliseconds) }

    private func happening(_ key: ContainerKey, _ word: String, at time: Int) -> HostHappening {
        HostHappening(key: key, word: word, incarnation: nil, time: Timestamp(nanoseconds: Int64(time) * 1_000_000))
    }

    private func add(_ key: ContainerKey, _ word: String, to tellings: inout ContainerTellings, at time: Int) {
        let happening = happening(key, word, at: time)
        let event = Event(
            id: happening.id, source: "docker://hv1", type: EventType(rawValue: "container.\(word)"),
            time: happening.time, guest: Guest(kind: .container, id: key.id, host: "hv1"))
        tellings.add(happening, event, with: guests, at: at(time))
    }

    private func due(_ tellings: inout ContainerTellings, at time: Int, all: Bool = false) -> [String] {
        tellings.due(at: at(time), with: guests, all: all).map {
            "\($0.guest?.id ?? "") \($0.type.rawValue.dropFirst(10))"
        }
    }

    @Test("without an engine all goes out at once")
    func alone() {
        var tellings = ContainerTellings()
        add(web, "started", to: &tellings, at: 0)
        #expect(tellings.deadline == at(0))
        #expect(due(&tellings, at: 0) == ["web started"])
        #expect(tellings.takeChanged() && !tellings.takeChanged() && tellings.deadline == nil)
    }

    @Test("an attached engine holds up what it tells too, in its container, and nothing else")
    func oneByOne() {
        guests.attach("docker")
        var tellings = ContainerTellings()
        add(web, "started", to: &tellings, at: 0)
        add(web, "init-pid-found", to: &tellings, at: 0)
        add(other, "started", to: &tellings, at: 10)
        #expect(tellings.deadline == at(10))
        #expect(due(&tellings, at: 10) == ["other started"])
        add(web, "described", to: &tellings, at: 20)
        #expect(tellings.deadline == at(300), "what waits behind another asks for no look of its own")
        #expect(due(&tellings, at: 299).isEmpty)
        #expect(due(&tellings, at: 300) == ["web started", "web init-pid-found", "web described"])
    }

    @Test("what the engine told meanwhile is left out, and what waited behind it goes out")
    func joined() {
        guests.attach("docker")
        var tellings = ContainerTellings()
        add(web, "started", to: &tellings, at: 0)
        add(web, "init-pid-found", to: &tellings, at: 0)
        #expect(due(&tellings, at: 5).isEmpty)
        #expect(guests.tell(happening(web, "started", at: 30), by: .engine))
        #expect(due(&tellings, at: 40) == ["web init-pid-found"])
        #expect(tellings.recent.joined.map(\.word) == ["started"] && tellings.recent.told.isEmpty)
    }

    @Test("what waits is in the checkpoint, the same event, and waits anew after a restart")
    func restart() throws {
        guests.attach("docker")
        var tellings = ContainerTellings()
        add(other, "started", to: &tellings, at: 0)
        add(web, "paused", to: &tellings, at: 0)
        #expect(due(&tellings, at: 0) == ["other started"])
        var known = KnownSet()
        let checkpoint = known.encoded(tellings)
        var read = try ContainerTellings(checkpoint)
        #expect(read.recent == tellings.recent && read.recent.told.map(\.key) == [other])
        #expect(read.held.map(\.event) == tellings.held.map(\.event))
        #expect(read.held.map(\.happening) == tellings.held.map(\.happening))
        #expect(try KnownSet(checkpoint) == known)
        guests.expectRecall(by: .engine)
        read.begin(at: at(5000))
        #expect(due(&read, at: 5000).isEmpty && due(&read, at: 5999).isEmpty, "the engine has not said what it told")
        guests.recall([], by: .engine)
        #expect(due(&read, at: 6000).isEmpty, "and has its time from then on")
        #expect(due(&read, at: 6299) == ["web paused"])
    }

    @Test("an engine that does not say what it told is waited for a second")
    func noRecall() {
        guests.expectRecall(by: .engine)
        var tellings = ContainerTellings()
        tellings.begin(at: at(0))
        add(web, "started", to: &tellings, at: 0)
        add(other, "described", to: &tellings, at: 0)
        #expect(due(&tellings, at: 0) == ["other described"])
        #expect(due(&tellings, at: 999).isEmpty)
        #expect(due(&tellings, at: 1000) == ["web started"])
    }

    @Test("at the end of a recording nothing waits; and never more than the limit")
    func bounds() {
        guests.attach("docker")
        var tellings = ContainerTellings()
        for index in 0..<(ContainerTellings.maximumHeld + 3) {
            add(ContainerKey(runtime: "docker", id: "\(index)"), "paused", to: &tellings, at: 0)
        }
        #expect(due(&tellings, at: 1) == ["0 paused", "1 paused", "2 paused"])
        #expect(due(&tellings, at: 2, all: true).count == ContainerTellings.maximumHeld)
        #expect(tellings.recent.told.count == RecentHappenings.maximum)
        #expect(tellings.bytes.count < 64 << 10)
    }

    @Test(
        "broken text is no checkpoint",
        arguments: [
            "{}", "{\"tellings\":{}}", "{\"tellings\":{\"recent\":[{}],\"held\":[]}}",
            "{\"tellings\":{\"recent\":[],\"held\":[{\"of\":1}]}}", "{\"tellings\":{\"recent\":3,\"held\":[]}}",
        ])
    func broken(text: String) {
        #expect(ContainerTellings.decoded(Array(text.utf8)) == nil)
    }

    @Test("ended lives are forgotten after a while; of a container that is gone nothing is left")
    func ended() {
        var ended = EndedLives()
        let lives = (1...3).map { number in
            ContainerIncarnation(
                bootID: "b", pid: Int32(number), startTicks: UInt64(number),
                started: Timestamp(nanoseconds: Int64(number)))
        }
        for life in lives { guests.appeared(web, as: life) }
        ended.ended(web, lives[0], at: at(0))
        ended.ended(web, lives[2], at: at(10_000))
        ended.forget(in: guests, at: at(29_000)) { _ in true }
        #expect(guests.incarnation(of: web) == lives[2])
        ended.forget(in: guests, at: at(40_000)) { _ in true }
        #expect(guests.incarnation(of: web) == lives[1])
        ended.ended(web, lives[0], at: at(50_000))
        ended.forget(in: guests, at: at(80_000)) { _ in false }
        #expect(guests.incarnation(of: web) == nil)
    }
}
