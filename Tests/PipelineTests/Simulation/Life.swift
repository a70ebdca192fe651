import AgentCore
import AgentTestKit
import EventModel
import Pipeline
import Platform

/// One simulated life of an agent: the pure progress values of its runners, a journal as a value, sources and
/// destinations, all driven in an order that the seed decides, with faults, and with crashes before and after every
/// effect.
///
/// First a time of trouble, then the world heals, and all must come to rest with every promise kept.
struct Life {
    /// One collector's runner.
    struct CollectorLife {
        var plan: LifePlan.CollectorPlan
        var progress: CollectorProgress
        /// What has happened at the source so far.
        var available = 0
        var isHanging = false
        /// How often the journal had made room before the last commit.
        var roomBefore = 0
        /// Held since the journal had made room so often.
        var heldAt: Int?
    }

    /// One sink's runner and its destination.
    struct SinkLife {
        /// What a worker is in the midst of.
        enum Work {
            case read(after: UInt64, ReadLimit)
            case deliver([Entry])
            case acknowledge(through: UInt64, [DeadLetter])
        }

        var plan: LifePlan.SinkPlan
        var progress: SinkProgress
        var work: [Int: Work] = [:]
        var isHanging = false
        /// What the destination has.
        var taken: Set<UInt64> = []
        /// What the destination refused for good.
        var refused: Set<UInt64> = []
        /// What the sink was told the journal has no more.
        var missed: Set<UInt64> = []
        /// What it let go while its destination was unavailable, and how many of them in this process.
        var discarded: Set<UInt64> = []
        var discardedNow = 0
        /// The greatest sequence ever delivered, by guest.
        var newest: [String: UInt64] = [:]
        /// As far as it has acknowledged in this process.
        var acknowledged: UInt64
    }

    /// One producer and the program it is part of.
    struct ProducerLife {
        var plan: LifePlan.ProducerPlan
        var queue: ProducerQueue
        /// The next event it publishes.
        var next = 0
        /// Accepted in this process, in order.
        var accepted: [String] = []
        /// What the journal was handed.
        var withJournal: [EncodedEvent]?
        /// The journal was full when it had made room so often.
        var heldAt: Int?
        /// Reported as dropped.
        var dropped: Set<String> = []
        /// Acknowledged in this process.
        var acknowledged = 0
    }

    /// The process died: everything but the journal's disk is gone.
    struct Crash: Error {}

    /// What one step of a runner came to.
    enum Progress {
        case moved
        case waits
        case ended
    }

    let seed: UInt64
    let bug: PlantedBug?
    let plan: LifePlan
    var chance: SeededGenerator
    let random: RandomSource
    var history: SimulatedHistory
    var collectors: [CollectorLife] = []
    var sinks: [SinkLife] = []
    var producers: [ProducerLife] = []
    var now = TestClock.start
    var isHealed = false
    /// How often the journal may have made room.
    var room = 0
    var seen: Set<Hardship> = []

    init(seed: UInt64, bug: PlantedBug? = nil) {
        (self.seed, self.bug) = (seed, bug)
        chance = SeededGenerator(seed: seed)
        plan = LifePlan(using: &chance)
        let jitter = Locked(SeededGenerator(seed: seed))
        random = RandomSource { jitter.withLock { $0.next() } }
        history = SimulatedHistory(policy: plan.policy, flaw: bug?.inHistory)
        history.attach(plan.sinks.map(\.name))
        collectors = plan.collectors.map { CollectorLife(plan: $0, progress: CollectorProgress(checkpoint: nil)) }
        sinks = plan.sinks.map { SinkLife(plan: $0, progress: Self.progress(of: $0, at: 0), acknowledged: 0) }
        producers = plan.producers.map { ProducerLife(plan: $0, queue: Self.queue(of: $0)) }
    }

    static func progress(of plan: LifePlan.SinkPlan, at cursor: UInt64) -> SinkProgress {
        SinkProgress(cursor: cursor, filter: plan.filter, batch: plan.batch, policy: plan.policy)
    }

    static func queue(of plan: LifePlan.ProducerPlan) -> ProducerQueue {
        ProducerQueue(limit: plan.queue, waitsForSinks: plan.waitsForSinks)
    }

    /// Lives it. Throws the first promise seen broken.
    mutating func live() throws {
        for _ in 0..<plan.steps {
            now = now.advanced(by: .milliseconds(1))
            try surviving { life in
                if life.chance.happens(1) { return try life.restartInOrder() }
                try life.stepAny()
            }
        }
        try heal()
        try checkEnd()
    }

    private mutating func surviving(_ body: (inout Life) throws -> Void) throws {
        do {
            try body(&self)
        } catch is Crash {
            seen.insert(.crash)
            history.crash()
            try checkAtomic()
            try checkAcknowledged()
            rebirth()
        }
    }

    private mutating func stepAny() throws {
        if bug == .oneHangsAll, isAnybodyHanging { return }
        let runner = chance.draw(0...collectors.count + sinks.count + producers.count - 1)
        if runner < collectors.count {
            _ = try stepCollector(runner)
        } else if runner < collectors.count + sinks.count {
            let index = runner - collectors.count
            _ = try stepSink(index, worker: chance.draw(0...sinks[index].plan.policy.workers - 1))
        } else {
            _ = try stepProducer(runner - collectors.count - sinks.count)
        }
        if chance.happens(5) { history.flush() }
    }

    var isAnybodyHanging: Bool {
        collectors.contains(where: \.isHanging) || sinks.contains(where: \.isHanging)
    }

    /// A new process over the same journal.
    mutating func rebirth() {
        history.attach(plan.sinks.map(\.name))
        for index in collectors.indices {
            let checkpoint = history.checkpoints[collectors[index].plan.name]
            collectors[index].progress = CollectorProgress(checkpoint: checkpoint)
            (collectors[index].isHanging, collectors[index].heldAt) = (false, nil)
        }
        for index in sinks.indices {
            let cursor = history.cursors[sinks[index].plan.name] ?? 0
            sinks[index].progress = Self.progress(of: sinks[index].plan, at: cursor)
            (sinks[index].isHanging, sinks[index].acknowledged) = (false, cursor)
            (sinks[index].work, sinks[index].discardedNow) = ([:], 0)
        }
        for index in producers.indices {
            let producer = producers[index]
            producers[index] = ProducerLife(
                plan: producer.plan, queue: Self.queue(of: producer.plan), next: producer.next,
                dropped: producer.dropped)
        }
    }

    /// The agent is stopped and started in order.
    private mutating func restartInOrder() throws {
        seen.insert(.restart)
        let wasHealed = isHealed
        isHealed = true
        defer { isHealed = wasHealed }
        for index in collectors.indices {
            _ = collectors[index].progress.finish()
            collectors[index].heldAt = nil
            if collectors[index].isHanging { collectors[index].progress.abandon() }
            try run("a collector does not end when the agent stops") { try $0.stepCollector(index) }
        }
        for index in producers.indices { try endProducer(index) }
        let head = history.head
        for index in sinks.indices { try endSink(index, head: head) }
        try checkAcknowledged()
        history.close()
        rebirth()
    }

    private mutating func endSink(_ index: Int, head: UInt64) throws {
        sinks[index].progress.drain(to: head)
        if sinks[index].isHanging { sinks[index].progress.abandon() }
        let hung = sinks[index].isHanging
        sinks[index].isHanging = false
        var running = hung ? [] : Set(0..<sinks[index].plan.policy.workers)
        for _ in 0..<1000 where !running.isEmpty {
            for worker in running.sorted() where try stepSink(index, worker: worker) == .ended {
                running.remove(worker)
            }
        }
        if !running.isEmpty, !sinks[index].isHanging {
            throw Violation(.bounded, "a sink does not end when the agent stops")
        }
        if !hung, !sinks[index].plan.hangs, sinks[index].acknowledged < head {
            throw Violation(.reliable, "\(sinks[index].plan.name) stopped before it had all: \(head)")
        }
    }

    /// Steps until it ends; a thousand steps are more than any batch needs.
    private mutating func run(_ what: String, _ step: (inout Life) throws -> Progress) throws {
        for _ in 0..<1000 {
            switch try step(&self) {
            case .ended: return
            case .waits where isAnybodyHanging: return
            case .waits, .moved: continue
            }
        }
        throw Violation(.bounded, what)
    }

    /// No more faults: all must come to rest.
    private mutating func heal() throws {
        isHealed = true
        for index in collectors.indices { collectors[index].available = collectors[index].plan.events.count }
        var rounds = 0
        while try hasMoved() {
            rounds += 1
            if rounds > 2000 { throw Violation(.bounded, "the pipeline does not come to rest") }
        }
    }

    /// One round of everybody.
    private mutating func hasMoved() throws -> Bool {
        if bug == .oneHangsAll, isAnybodyHanging { return false }
        var hasMoved = false
        for index in collectors.indices where try stepCollector(index) == .moved { hasMoved = true }
        for index in producers.indices where try stepProducer(index) == .moved { hasMoved = true }
        for index in sinks.indices {
            for worker in 0..<sinks[index].plan.policy.workers where try stepSink(index, worker: worker) == .moved {
                hasMoved = true
            }
        }
        return hasMoved
    }
}
