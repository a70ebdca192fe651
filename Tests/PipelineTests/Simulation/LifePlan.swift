import AgentCore
import AgentTestKit
import EventModel

/// What a simulated life is made of, drawn from its seed.
struct LifePlan {
    /// One collector and its source.
    struct CollectorPlan {
        var name: String
        /// All that will ever happen there, in order.
        var events: [EncodedEvent]
        /// Events before the checkpoint that a poll reads again, as at a boundary in time.
        var overlap: Int
        var hangs: Bool
    }

    /// One sink and its destination.
    struct SinkPlan {
        var name: String
        var filter: EventFilter
        var batch: ReadLimit
        var hangs: Bool
    }

    static let types: [EventType] = ["vm.powered-on", "vm.powered-off", "host.disconnected", "container.started"]
    static let filters = [
        EventFilter(), EventFilter(types: [TypePattern("vm.*")].compactMap(\.self)), EventFilter(severity: .notice),
    ]
    /// Larger than any batch, small enough to be full often.
    static let retentionCount = 12
    static let largestBatch = 6

    var collectors: [CollectorPlan]
    var sinks: [SinkPlan]
    var policy: RetentionPolicy
    /// Steps with faults, before the world heals.
    var steps: Int
    /// Chances in percent, per step.
    var crashChance: Int
    var faultChance: Int

    init(using chance: inout SeededGenerator) {
        let policies = [
            RetentionPolicy(), RetentionPolicy(count: Self.retentionCount),
            RetentionPolicy(count: Self.retentionCount, whenFull: .dropOldest),
        ]
        policy = chance.pick(policies)
        let isLimited = policy.count != nil
        collectors = []
        for number in 1...chance.draw(1...2) {
            let name = "c\(number)"
            let events = (0..<chance.draw(5...25)).map { index in
                EncodedEvent(
                    source: name, id: "\(index)", type: chance.pick(Self.types),
                    severity: chance.pick([.info, .notice]),
                    body: [])
            }
            // A journal with a limit may have let go what a poll reads again: such collectors must remember themselves.
            collectors.append(
                CollectorPlan(name: name, events: events, overlap: isLimited ? 0 : chance.draw(0...2), hangs: false))
        }
        sinks = []
        for number in 1...chance.draw(1...3) {
            sinks.append(
                SinkPlan(
                    name: "s\(number)", filter: chance.pick(Self.filters),
                    batch: ReadLimit(entries: chance.draw(1...Self.largestBatch)), hangs: false))
        }
        steps = chance.draw(20...150)
        crashChance = chance.pick([0, 1, 4])
        faultChance = chance.pick([0, 10, 30])
        switch chance.draw(0...5) {
        case 0: collectors[0].hangs = true
        case 1: sinks[0].hangs = true
        default: break
        }
    }
}

extension SeededGenerator {
    mutating func draw(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(next() % UInt64(range.count))
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[draw(0...elements.count - 1)]
    }

    mutating func happens(_ percent: Int) -> Bool {
        percent > 0 && draw(0...99) < percent
    }
}
