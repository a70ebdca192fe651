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
        /// Held since the journal had made room so often.
        var heldAt: Int?
    }

    /// One sink's runner and its destination.
    struct SinkLife {
        var plan: LifePlan.SinkPlan
        var progress: SinkProgress
        var isHanging = false
        /// What the destination has.
        var taken: Set<UInt64> = []
        /// What the destination refused for good.
        var refused: Set<UInt64> = []
        /// What the sink was told the journal has no more.
        var missed: Set<UInt64> = []
        /// The greatest sequence ever delivered.
        var newest: UInt64 = 0
        /// As far as it has acknowledged in this process.
        var acknowledged: UInt64
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
        sinks = plan.sinks.map {
            SinkLife(plan: $0, progress: SinkProgress(cursor: 0, filter: $0.filter, batch: $0.batch), acknowledged: 0)
        }
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
            rebirth()
        }
    }

    private mutating func stepAny() throws {
        if bug == .oneHangsAll, isAnybodyHanging { return }
        let runner = chance.draw(0...collectors.count + sinks.count - 1)
        if runner < collectors.count {
            _ = try stepCollector(runner)
        } else {
            _ = try stepSink(runner - collectors.count)
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
            let plan = sinks[index].plan
            sinks[index].progress = SinkProgress(cursor: cursor, filter: plan.filter, batch: plan.batch)
            (sinks[index].isHanging, sinks[index].acknowledged) = (false, cursor)
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
        let head = history.head
        for index in sinks.indices {
            sinks[index].progress.drain(to: head)
            if sinks[index].isHanging { sinks[index].progress.abandon() }
            let hung = sinks[index].isHanging
            sinks[index].isHanging = false
            try run("a sink does not end when the agent stops") { hung ? .ended : try $0.stepSink(index) }
            if !hung, !sinks[index].plan.hangs, sinks[index].acknowledged < head {
                throw Violation(.reliable, "\(sinks[index].plan.name) stopped before it had all: \(head)")
            }
        }
        history.close()
        rebirth()
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
        for index in sinks.indices where try stepSink(index) == .moved { hasMoved = true }
        return hasMoved
    }
}
