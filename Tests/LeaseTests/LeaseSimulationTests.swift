import AgentCore
import AgentTestKit
import EventModel
import Testing

@testable import Pipeline

@Suite("The lease, simulated")
struct LeaseSimulationTests {
    /// The one value all agents see.
    private struct Store {
        var value: LeaseValue?

        mutating func write(_ bytes: [UInt8], replacing revision: UInt64?) -> UInt64? {
            guard value?.revision == revision else { return nil }
            value = LeaseValue(bytes: bytes, revision: (revision ?? 0) + 1)
            return value?.revision
        }
    }

    /// An agent with a clock of its own that runs up to 10 % too fast or too slow.
    private struct Agent {
        var progress: LeaseProgress
        var rate: Double
        var started: Duration
        var wakes: Duration
        /// Cut off from the store until then.
        var cutUntil = Duration.zero
        var checkpoint: UInt64 = 0
        var wasActive = false
        /// A change sent earlier and not heard of.
        var answer: (revision: UInt64??, arrives: Duration)?
        var look: (value: LeaseValue?, arrives: Duration)?

        func time(at now: Duration) -> Duration { (now - started) * rate }
    }

    private static let timeToLive = Duration.seconds(15)

    @Test(
        "never are two active, the shared position never goes back, and there is always one again",
        arguments: 0..<5)
    func lives(block: UInt64) {
        for seed in block * 10..<(block + 1) * 10 { Self.live(seed) }
    }

    private static func live(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var store = Store()
        var shared: UInt64 = 0
        var takeovers = 0
        var agents = (0..<3).map { agent(named: "\(seed)-\($0)", at: .zero, &random) }
        for step in 0..<3000 {
            let now = Duration.milliseconds(step * 50)
            for place in agents.indices {
                if UInt64.random(in: 0..<1500, using: &random) == 0 {
                    // It dies, and another life of it begins; what it sent may still arrive.
                    agents[place] = agent(named: "\(seed)-\(place)-\(step)", at: now, &random)
                }
                if UInt64.random(in: 0..<800, using: &random) == 0 {
                    agents[place].cutUntil = now + .milliseconds(Int64.random(in: 100...60_000, using: &random))
                }
                Self.act(&agents[place], at: now, &store, &random)
                let isActive = agents[place].progress.isActive(at: agents[place].time(at: now))
                if isActive, !agents[place].wasActive {
                    takeovers += 1
                    agents[place].checkpoint = number(agents[place].progress.checkpoint)
                }
                if isActive { agents[place].checkpoint += 1 }
                agents[place].wasActive = isActive
            }
            let active = agents.filter { $0.progress.isActive(at: $0.time(at: now)) }
            if active.count > 1 {
                Issue.record("seed \(seed), step \(step): \(active.map(\.progress.holder)) are active")
            }
            let record = store.value.flatMap { LeaseRecord($0.bytes) }
            let told = number(record?.checkpoint)
            if told < shared {
                Issue.record("seed \(seed), step \(step): the position went from \(shared) to \(told)")
            }
            shared = told
        }
        #expect(takeovers > 0 && shared > 100, "seed \(seed): \(takeovers) takeovers, position \(shared)")
    }

    private static func agent(named name: String, at now: Duration, _ random: inout SeededGenerator) -> Agent {
        Agent(
            progress: LeaseProgress(holder: name, timeToLive: timeToLive),
            rate: Double.random(in: 0.9...1.1, using: &random), started: now, wakes: now)
    }

    /// One look or change, whose way there and back takes its time and may be lost on either.
    private static func act(
        _ agent: inout Agent, at now: Duration, _ store: inout Store, _ random: inout SeededGenerator
    ) {
        if let look = agent.look {
            guard now >= look.arrives else { return }
            agent.look = nil
            if agent.progress.isUncertain {
                _ = agent.progress.foundAgain(look.value, at: agent.time(at: now))
            } else {
                agent.progress.found(look.value, at: agent.time(at: now))
            }
        }
        if let answer = agent.answer {
            guard now >= answer.arrives else { return }
            agent.answer = nil
            if let revision = answer.revision {
                agent.progress.wrote(revision, at: agent.time(at: now))
            } else {
                agent.progress.failed(at: agent.time(at: now))
            }
        }
        guard now >= agent.wakes else { return }
        let time = agent.time(at: now)
        // Who has just become active first takes over what the others told.
        let isGoingOn = agent.wasActive && agent.progress.isActive(at: time)
        let action = agent.progress.next(at: time, checkpoint: isGoingOn ? checkpoint(agent.checkpoint) : nil)
        let delay = Duration.milliseconds(Int64.random(in: 1...2000, using: &random))
        let isCut = now < agent.cutUntil
        switch action {
        case .rest(let duration): agent.wakes = now + min(duration / agent.rate, .seconds(1))
        case _ where agent.progress.isUncertain, .read:
            if isCut {
                agent.progress.failed(at: time)
                agent.wakes = now + .milliseconds(500)
            } else {
                agent.look = (store.value, now + delay)
            }
        case .write(let record, let revision):
            let arrives = !isCut || UInt64.random(in: 0..<4, using: &random) == 0
            let answer = arrives ? store.write(record.encoded, replacing: revision) : nil
            agent.answer = (isCut ? nil : .some(answer), now + delay)
        }
    }

    private static func checkpoint(_ number: UInt64) -> Checkpoint {
        Checkpoint(version: 3, bytes: Array("\(number)".utf8))
    }

    private static func number(_ checkpoint: Checkpoint?) -> UInt64 {
        checkpoint.flatMap { UInt64(String(decoding: $0.bytes, as: UTF8.self)) } ?? 0
    }

    @Test("a record is what it was, and bytes that are none are refused")
    func records() {
        let checkpoint = Checkpoint(version: 2, bytes: [0, 255, 16])
        for record in [
            LeaseRecord(holder: "a\"b"), LeaseRecord(holder: "", renewals: .max, checkpoint: checkpoint),
        ] {
            #expect(LeaseRecord(record.encoded) == record)
        }
        for text in ["", "{}", #"{"holder":"a"}"#, #"{"holder":"a","renewals":"1","version":1,"checkpoint":"0"}"#] {
            #expect(LeaseRecord(Array(text.utf8)) == nil)
        }
    }
}
