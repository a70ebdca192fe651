import AgentTestKit
import EventModel
import Testing

@testable import Collectors

/// A life of a host, told by the kernel's side and by an engine, with late reports, outages and crashes in between.
private struct JoiningLife {
    struct Happening {
        var key: ContainerKey
        var life: ContainerIncarnation
        var word: String
        var time: Int
        /// When each side hears of it; nil: the kernel's side never does.
        var kernel: Int?
        var engine: Int
    }

    struct Entry {
        var happening: Int
        var isRich: Bool
        var isDescription: Bool
    }

    private struct Told {
        var id: String
        var entry: Entry
    }

    let happenings: [Happening]
    private(set) var journal: [String: Entry] = [:]
    private var random: SeededGenerator
    private var guests = HostGuests()
    private var recent = RecentTellings()
    private var committedRecent = RecentTellings()
    // How far each side has committed, in its own order, and what it has heard and not yet committed.
    private var kernelDone: Set<Int> = []
    private var kernelBatch: (done: Set<Int>, told: [Told]) = ([], [])
    private var tellings = ContainerTellings()
    private var committedTellings = ContainerTellings()
    /// When the engine's collector has connected again after a crash.
    private var engineRecall: Int?
    private let begin = ContinuousClock.now
    /// Whether the kernel's side tells the engine's what it tells.
    private let agrees: Bool
    private var engineDone = 0
    private var engineBatch: (done: Int, told: [Told]) = (0, [])
    private let kernelOrder: [Int]
    private let engineOrder: [Int]
    private var engineIsUp = true

    init(seed: UInt64, agrees: Bool = true) {
        self.agrees = agrees
        var random = SeededGenerator(seed: seed)
        var happenings: [Happening] = []
        for container in 0..<4 {
            let key = ContainerKey(runtime: "docker", id: "c\(container)")
            var now = Int.random(in: 0..<2000, using: &random)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let life = ContainerIncarnation(
                    bootID: "boot", pid: Int32(now), startTicks: UInt64(container * 1_000_000 + now),
                    started: .test(now))
                let isFast = Int.random(in: 0..<4, using: &random) == 0
                var words = ["started"]
                if !isFast { for _ in 0..<Int.random(in: 0...3, using: &random) { words += ["paused", "resumed"] } }
                for word in words + ["exited"] {
                    let late = Int.random(in: 0..<5, using: &random) == 0 ? 600 : 60
                    happenings.append(
                        Happening(
                            key: key, life: life, word: word, time: now,
                            kernel: isFast ? nil : now + Int.random(in: 1..<40, using: &random),
                            engine: now + Int.random(in: 1..<late, using: &random)))
                    now += isFast ? 20 : Int.random(in: 100..<1500, using: &random)
                }
                now += Int.random(in: 120..<3000, using: &random)
            }
        }
        // An engine speaks in the order of its events.
        for key in Set(happenings.map(\.key)) {
            var last = 0
            for index in happenings.indices where happenings[index].key == key {
                happenings[index].engine = max(happenings[index].engine, last)
                last = happenings[index].engine
            }
        }
        self.happenings = happenings
        kernelOrder = happenings.indices.filter { happenings[$0].kernel != nil }
            .sorted { (happenings[$0].kernel ?? 0) < (happenings[$1].kernel ?? 0) }
        engineOrder = happenings.indices.sorted { (happenings[$0].engine, $0) < (happenings[$1].engine, $1) }
        self.random = random
    }

    /// Runs it to its end. `crashes`: how many; `outages`: whether the engine's stream is away now and then.
    mutating func run(crashes: Int, outages: Bool) {
        guests.attach("docker")
        let end = (happenings.map { max($0.kernel ?? 0, $0.engine) }.max() ?? 0) + 2000
        let crashTimes = Set((0..<crashes).map { _ in Int.random(in: 0..<end, using: &random) / 10 * 10 })
        let out = Int.random(in: 0..<end, using: &random)
        for now in stride(from: 0, to: end, by: 10) {
            if outages { setEngine(up: !(out..<(out + 1500)).contains(now)) }
            if Bool.random(using: &random) {
                pollKernel(now)
                pollEngine(now)
            } else {
                pollEngine(now)
                pollKernel(now)
            }
            if crashTimes.contains(now) { crash(at: now) } else { commit() }
        }
        setEngine(up: true)
        for now in stride(from: end, to: end + 2000, by: 10) {
            pollEngine(now)
            pollKernel(now)
            commit()
        }
    }

    private mutating func setEngine(up: Bool) {
        guard up != engineIsUp else { return }
        engineIsUp = up
        guard engineRecall == nil else { return }
        if up { guests.attach("docker") } else { guests.detach("docker") }
    }

    private func report(_ index: Int, by side: HostGuests.Side) -> HostHappening {
        let happening = happenings[index]
        let time = side == .kernel ? (happening.kernel ?? 0) : happening.time
        return HostHappening(
            key: happening.key, word: happening.word, incarnation: side == .kernel ? happening.life : nil,
            time: .test(time))
    }

    /// What the containers collector does with what it hears.
    private mutating func pollKernel(_ now: Int) {
        let instant = begin + .milliseconds(now)
        for index in kernelOrder where !kernelBatch.done.contains(index) {
            guard let seen = happenings[index].kernel, seen <= now else { break }
            let happening = report(index, by: .kernel)
            if happening.word == "started" { guests.appeared(happening.key, as: happenings[index].life) }
            kernelBatch.done.insert(index)
            let event = Event(
                id: happening.id, source: "docker://hv1", type: EventType(rawValue: "container.\(happening.word)"),
                time: happening.time, data: JSONText(["index": .number("\(index)")]))
            tellings.add(happening, event, with: guests, at: instant)
        }
        guard let deadline = tellings.deadline, deadline <= instant else { return }
        for event in tellings.due(at: instant, with: agrees ? guests : HostGuests()) {
            guard let index = try? event.data.parsed()["index"]?.integer else { continue }
            let entry = Entry(happening: Int(index), isRich: false, isDescription: false)
            kernelBatch.told.append(Told(id: event.id, entry: entry))
        }
    }

    /// What an engine's collector does.
    private mutating func pollEngine(_ now: Int) {
        if let recall = engineRecall, now >= recall {
            engineRecall = nil
            guests.recall(committedRecent.told, joined: committedRecent.joined, by: .engine)
            if engineIsUp { guests.attach("docker") }
        }
        guard engineIsUp, engineRecall == nil else { return }
        while engineBatch.done < engineOrder.count {
            let index = engineOrder[engineBatch.done]
            guard happenings[index].engine <= now else { return }
            let happening = report(index, by: .engine)
            let event = Event(
                id: "x", source: "docker://hv1", type: EventType(rawValue: "container.\(happening.word)"),
                time: happening.time)
            let events = EngineJoining(guests: guests).events(
                of: EngineHappening(event: event, happening: happening), noting: &recent)
            for event in events {
                let isDescription = event.type == "container.described"
                engineBatch.told.append(
                    Told(id: event.id, entry: Entry(happening: index, isRich: true, isDescription: isDescription)))
            }
            engineBatch.done += 1
        }
    }

    /// One commit each, sometimes only of one side.
    private mutating func commit() {
        let which = Int.random(in: 0..<4, using: &random)
        if which != 0 { commitKernel() }
        if which != 1 { commitEngine() }
    }

    private mutating func commitKernel() {
        for told in kernelBatch.told where journal[told.id] == nil { journal[told.id] = told.entry }
        (kernelBatch.told, kernelDone, committedTellings) = ([], kernelBatch.done, tellings)
    }

    private mutating func commitEngine() {
        for told in engineBatch.told where journal[told.id] == nil { journal[told.id] = told.entry }
        (engineBatch.told, engineDone, committedRecent) = ([], engineBatch.done, recent)
    }

    private mutating func crash(at now: Int) {
        guests = HostGuests()
        guests.expectRecall()
        guests.expectRecall(by: .engine)
        engineRecall = now + Int.random(in: 0..<900, using: &random)
        let text = (try? JSONDocument(committedTellings.bytes).root.value) ?? .null
        guard let read = ContainerTellings(text) else {
            Issue.record("unreadable")
            return
        }
        tellings = read
        guests.recall(tellings.recent.told, joined: tellings.recent.joined)
        tellings.begin(at: begin + .milliseconds(now))
        (kernelBatch, engineBatch, recent) = ((kernelDone, []), (engineDone, []), committedRecent)
        // Its checkpoint holds the lives it knows.
        let ended = Set(kernelDone.filter { happenings[$0].word == "exited" }.map { happenings[$0].life })
        for index in kernelDone
        where happenings[index].word == "started" && !ended.contains(happenings[index].life) {
            guests.appeared(happenings[index].key, as: happenings[index].life)
        }
    }
}

@Suite struct JoiningSimulationTests {
    @Test(
        "whatever comes first, late or never, each happening is one event, and the rich one when the engine was in time"
    )
    func exactlyOnce() {
        for seed in UInt64(0)..<200 {
            var life = JoiningLife(seed: seed)
            life.run(crashes: 0, outages: seed % 3 == 0)
            expectExactlyOnce(life, seed)
            guard seed % 3 != 0 else { continue }
            for (index, happening) in life.happenings.enumerated() {
                let inTime = happening.kernel.map { happening.engine < $0 + 290 } ?? true
                let told = life.journal.values.first { $0.happening == index && !$0.isDescription }
                if inTime { #expect(told?.isRich == true, "seed \(seed): \(happening)") }
            }
        }
    }

    @Test("crashes between the two commits lose nothing and tell nothing twice")
    func crashes() {
        for seed in UInt64(10_000)..<10_200 {
            var life = JoiningLife(seed: seed)
            life.run(crashes: 3, outages: seed % 3 == 0)
            expectExactlyOnce(life, seed)
        }
    }

    @Test("were the kernel's side not to say what it tells, this would show")
    func control() {
        var life = JoiningLife(seed: 1, agrees: false)
        life.run(crashes: 0, outages: false)
        let told = life.journal.values.filter { !$0.isDescription }.count
        #expect(told > life.happenings.count)
    }

    private func expectExactlyOnce(_ life: JoiningLife, _ seed: UInt64) {
        var counts: [Int: Int] = [:]
        for entry in life.journal.values where !entry.isDescription { counts[entry.happening, default: 0] += 1 }
        for index in life.happenings.indices where counts[index] != 1 {
            Issue.record("seed \(seed): \(counts[index] ?? 0) events of \(life.happenings[index])")
        }
    }
}
