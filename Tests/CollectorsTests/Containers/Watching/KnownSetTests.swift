import AgentCore
import Collectors
import EventModel
import Testing

@Suite struct KnownSetTests {
    static let boot = HostBoot(id: "b1", time: Timestamp(nanoseconds: 0))
    private let web = ContainerKey(runtime: "docker", id: "web")

    private func time(_ seconds: Int64) -> Timestamp { Timestamp(nanoseconds: seconds * 1_000_000_000) }

    private func container(_ key: ContainerKey, pid: Int32, ticks: UInt64, monitor: ProcessKey? = nil) -> KnownContainer
    {
        KnownContainer(
            key: key, life: ProcessKey(pid: pid, startTicks: ticks), started: Self.boot.time(ofTicks: ticks),
            cgroupID: ticks, cgroup: "/docker/\(key.id)", monitor: monitor)
    }

    private func begun(with containers: [KnownContainer] = []) -> KnownSet {
        var set = KnownSet()
        _ = set.begin(Self.boot)
        _ = set.look(containers.map { ContainerSight($0) }, at: time(10))
        return set
    }

    private func words(_ news: [ContainerNews]) -> [String] { news.map(\.fact.word) }

    @Test("what ran before the first look is discovered, what comes later is started")
    func discovered() {
        var set = KnownSet()
        #expect(set.begin(Self.boot).isEmpty)
        let first = set.look([ContainerSight(container(web, pid: 7, ticks: 100))], at: time(10))
        #expect(words(first) == ["discovered"])
        let other = ContainerKey(runtime: "docker", id: "db")
        let second = set.found(ContainerSight(container(other, pid: 8, ticks: 1100)), at: time(11))
        #expect(words(second) == ["started", "init-pid-found"] && second[0].time == time(11))
        #expect(set.found(ContainerSight(container(other, pid: 8, ticks: 1100)), at: time(12)).isEmpty)
    }

    @Test("an end is told once, whoever saw it first")
    func endedOnce() {
        var set = begun(with: [container(web, pid: 7, ticks: 100)])
        let life = ProcessKey(pid: 7, startTicks: 100)
        #expect(set.ended(web, life, .exited(.code(3)), at: time(11)).map(\.fact) == [.exited(.code(3))])
        #expect(set.ended(web, life, .exited(.code(3)), at: time(11)).isEmpty)
        #expect(set.look([], at: time(12)).isEmpty)
    }

    @Test("the end of an old life is not the end of the next")
    func oldLife() {
        var set = begun(with: [container(web, pid: 7, ticks: 100)])
        let next = set.found(ContainerSight(container(web, pid: 7, ticks: 1200)), at: time(12))
        #expect(words(next) == ["exited", "started", "init-pid-found"])
        #expect(set.ended(web, ProcessKey(pid: 7, startTicks: 100), .exited(.unknown), at: time(13)).isEmpty)
        #expect(set.containers[web]?.life.startTicks == 1200)
    }

    @Test("a new first process under the same monitor is a reboot, under another a new start")
    func reboot() {
        let lxc = ContainerKey(runtime: "lxc", id: "web1")
        let monitor = ProcessKey(pid: 5, startTicks: 90)
        var set = begun(with: [container(lxc, pid: 7, ticks: 100, monitor: monitor)])
        let rebooted = set.found(ContainerSight(container(lxc, pid: 9, ticks: 1200, monitor: monitor)), at: time(13))
        #expect(words(rebooted) == ["rebooted", "init-pid-found"] && rebooted[0].container.life.pid == 9)
        let other = ProcessKey(pid: 11, startTicks: 1300)
        let started = set.found(ContainerSight(container(lxc, pid: 12, ticks: 1310, monitor: other)), at: time(14))
        #expect(words(started) == ["exited", "started", "init-pid-found"])
    }

    @Test("after a restart only what changed meanwhile is told, with the time in which it did")
    func restart() throws {
        let db = ContainerKey(runtime: "docker", id: "db")
        let new = ContainerKey(runtime: "docker", id: "new")
        var before = begun(with: [container(web, pid: 7, ticks: 100), container(db, pid: 8, ticks: 200)])
        var set = try KnownSet(before.encoded())
        #expect(set == before)
        #expect(set.begin(Self.boot).isEmpty)
        let sights = [
            ContainerSight(container(web, pid: 7, ticks: 100), isPaused: true),
            ContainerSight(container(new, pid: 9, ticks: 1500)),
        ]
        let news = set.look(sights, at: time(20))
        #expect(Set(words(news)) == ["paused", "started", "init-pid-found", "exited"] && news.count == 4)
        for item in news { #expect(item.since == time(10) && item.until == time(20)) }
        #expect(set.look(sights, at: time(30)).isEmpty)
    }

    @Test("of another boot all that ran has ended, once")
    func otherBoot() throws {
        var before = begun(with: [container(web, pid: 7, ticks: 100)])
        var set = try KnownSet(before.encoded())
        let boot = HostBoot(id: "b2", time: time(50))
        #expect(set.begin(boot).map(\.fact) == [.exited(.boot)])
        #expect(set.begin(boot).isEmpty)
        let news = set.look([ContainerSight(container(web, pid: 7, ticks: 100))], at: time(60))
        #expect(words(news) == ["started", "init-pid-found"])
    }

    @Test("a life that gets its name later stays the guest it was told as")
    func lateName() {
        let unnamed = ContainerKey(runtime: "unknown-ns", id: "4026")
        var set = begun(with: [container(unnamed, pid: 7, ticks: 100)])
        var named = container(ContainerKey(runtime: "crun", id: "c1"), pid: 7, ticks: 100)
        (named.name, named.cgroup) = ("c1", "/docker/4026")
        let news = set.look([ContainerSight(named)], at: time(11))
        #expect(words(news) == ["described"] && news[0].container.key == unnamed && news[0].container.name == "c1")
    }

    @Test("kills are told once, whether the log or the count told of them first")
    func kills() {
        var set = begun()
        let sight = container(web, pid: 7, ticks: 1100)
        _ = set.found(ContainerSight(sight, oomKills: 0), at: time(11))
        let kill = OutOfMemoryKill(constraint: "CONSTRAINT_MEMCG", cgroup: "/x", process: "dd", pid: 9, line: 1)
        #expect(set.killed(web, kill, at: time(12)).count == 1)
        #expect(set.counted(web, oomKills: 1, at: time(12)).isEmpty)
        #expect(set.counted(web, oomKills: 3, at: time(13)).count == 2)
        #expect(set.counted(web, oomKills: 0, at: time(13)).isEmpty)
    }

    @Test("an interface's life is told as it is: added, up, renamed, down, removed")
    func interfaces() {
        var set = begun(with: [container(web, pid: 7, ticks: 100)])
        func now(_ name: String?, _ isUp: Bool) -> [String] {
            words(set.interface(web, 2, name.map { ContainerInterface(name: $0, isUp: isUp) }, at: time(12)))
        }
        #expect(now("eth0", false) == ["interface-added"])
        #expect(now("eth0", false).isEmpty)
        #expect(now("eth0", true) == ["interface-up"])
        #expect(now("wan0", true) == ["interface-renamed"])
        #expect(now("wan0", false) == ["interface-down"])
        #expect(now(nil, false) == ["interface-removed"])
    }

    @Test("a cgroup that came and went unseen is news, but not of a container that is known")
    func vanished() {
        let set = begun(with: [container(web, pid: 7, ticks: 100)])
        #expect(set.vanished(container(web, pid: 0, ticks: 0), from: time(11), to: time(12)).isEmpty)
        let other = ContainerKey(runtime: "docker", id: "short")
        let news = set.vanished(container(other, pid: 0, ticks: 0), from: time(11), to: time(12))
        #expect(words(news) == ["started", "exited"])
        let translator = ContainerTranslator(host: "hv1", bootID: "b1")
        #expect(Set(news.map { translator.event(of: $0).id }).count == 2)
    }

    @Test("a checkpoint that is none is refused, whatever it is", arguments: ["", "{}", "[]", "{\"boot\":1}", "\u{0}"])
    func damaged(text: String) {
        #expect(throws: CollectorError.self) { _ = try KnownSet(Checkpoint(version: 1, bytes: Array(text.utf8))) }
    }

    @Test("a checkpoint of another version is refused, and one cut or changed anywhere does no harm")
    func hostileCheckpoint() throws {
        var set = begun(with: [container(web, pid: 7, ticks: 100)])
        let bytes = set.encoded().bytes
        #expect(throws: CollectorError.self) { _ = try KnownSet(Checkpoint(version: 2, bytes: bytes)) }
        for end in 0..<bytes.count { #expect(KnownSet.decoded(Array(bytes[..<end])) == nil) }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<5000 {
            var changed = bytes
            changed[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            _ = KnownSet.decoded(changed)
        }
    }
}
