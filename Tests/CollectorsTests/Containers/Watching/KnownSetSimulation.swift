import AgentCore
import Collectors
import EventModel

/// A host whose containers come, change and go by a seed, whose kernel forgets to tell, and an agent that is killed:
/// what is told must be what happened.
struct KnownSetSimulation {
    /// One life as it really is.
    struct Life {
        var container: KnownContainer
        var isAlive = true
        var isPaused = false
        var kills: UInt64 = 0
        var interfaces: [Int32: ContainerInterface] = [:]
        /// Something of the agent that was committed has seen it.
        var mustBeTold = false

        var sight: ContainerSight {
            ContainerSight(container, isPaused: isPaused, oomKills: kills, interfaces: interfaces)
        }
    }

    /// A small generator: the same numbers for the same seed.
    struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private var random: Generator
    private var ticks: UInt64 = 1000
    var lives: [Life] = []
    private var set = KnownSet()
    private var committed: Checkpoint?
    /// Told and not yet committed: lost when the agent is killed.
    private var pending: [ContainerNews] = []
    private var seenSinceCommit: Set<Int> = []
    var told: [ContainerNews] = []
    private let boot = HostBoot(id: "b1", time: Timestamp(nanoseconds: 0))

    init(seed: UInt64) {
        random = Generator(state: seed &* 0x9E37_79B9_7F4A_7C15 | 1)
        for _ in 0..<Int.random(in: 0...3, using: &random) { begin() }
        restart()
    }

    private var now: Timestamp { boot.time(ofTicks: ticks) }

    /// Runs it, and ends with a look at everything.
    mutating func run(steps: Int) {
        for _ in 0..<steps {
            ticks += UInt64.random(in: 1...500, using: &random)
            switch Int.random(in: 0..<12, using: &random) {
            case 0, 1: begin()
            case 2, 3: end()
            case 4...7: change()
            case 8: look()
            case 9, 10: commit()
            default: restart()
            }
        }
        ticks += 100
        look()
        commit()
    }

    private mutating func hears() -> Bool { Int.random(in: 0..<3, using: &random) > 0 }

    private mutating func begin() {
        let key = ContainerKey(runtime: "docker", id: "c\(Int.random(in: 0..<5, using: &random))")
        guard !lives.contains(where: { $0.isAlive && $0.container.key == key }) else { return }
        // No two processes have the same number at the same time.
        ticks += 1
        let life = ProcessKey(pid: Int32.random(in: 2..<9, using: &random), startTicks: ticks)
        lives.append(
            Life(container: KnownContainer(key: key, life: life, started: now, cgroupID: ticks, cgroup: "/\(key.id)")))
        if committed != nil, hears() {
            pending += set.found(lives[lives.count - 1].sight, at: now)
            seenSinceCommit.insert(lives.count - 1)
        }
    }

    private mutating func end() {
        guard let index = lives.indices.filter({ lives[$0].isAlive }).randomElement(using: &random) else { return }
        lives[index].isAlive = false
        let container = lives[index].container
        if hears() { pending += set.ended(container.key, container.life, .exited(.code(0)), at: now) }
    }

    private mutating func change() {
        guard let index = lives.indices.filter({ lives[$0].isAlive }).randomElement(using: &random) else { return }
        let key = lives[index].container.key
        let isHeard = hears() && set.containers[key]?.life == lives[index].container.life
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
            lives[index].isPaused.toggle()
            if isHeard { pending += set.paused(key, lives[index].isPaused, at: now) }
        case 1:
            lives[index].kills += 1
            if isHeard { pending += set.counted(key, oomKills: lives[index].kills, at: now) }
        default:
            let number = Int32.random(in: 2..<4, using: &random)
            let interface = ContainerInterface(name: "eth\(ticks % 3)", isUp: ticks % 2 == 0)
            lives[index].interfaces[number] = ticks % 5 == 0 ? nil : interface
            if isHeard { pending += set.interface(key, number, lives[index].interfaces[number], at: now) }
        }
    }

    private mutating func look() {
        pending += set.look(lives.filter(\.isAlive).map(\.sight), at: now)
        seenSinceCommit.formUnion(lives.indices.filter { lives[$0].isAlive })
    }

    private mutating func commit() {
        committed = set.encoded()
        told += pending
        pending = []
        for index in seenSinceCommit { lives[index].mustBeTold = true }
        seenSinceCommit = []
    }

    /// Killed, and started again: what was not committed never was.
    private mutating func restart() {
        pending = []
        seenSinceCommit = []
        set = committed.flatMap { try? KnownSet($0) } ?? KnownSet()
        pending += set.begin(boot)
        look()
        if committed == nil { commit() }
    }
}
