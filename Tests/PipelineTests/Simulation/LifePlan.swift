import AgentCore
import AgentTestKit
import EventModel
import Pipeline

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
        var policy: DeliveryPolicy
        /// The most bytes of bodies the destination takes at once.
        var largestDelivery: Int
        var hangs: Bool
    }

    /// One producer and what it publishes.
    struct ProducerPlan {
        var name: String
        /// All that it will ever publish, in order.
        var events: [EncodedEvent]
        var queue: ReadLimit
        var waitsForSinks: Bool
    }

    static let types: [EventType] = ["vm.powered-on", "vm.powered-off", "host.disconnected", "container.started"]
    static let filters = [
        EventFilter(), EventFilter(types: [TypePattern("vm.*")].compactMap(\.self)), EventFilter(severity: .notice),
    ]
    /// Larger than any batch, small enough to be full often.
    static let retentionCount = 12
    static let largestBatch = 6
    /// Between the size of most bodies and that of a large one.
    static let smallDelivery = 120
    static let policies = [
        DeliveryPolicy(), DeliveryPolicy(linger: .milliseconds(3)), DeliveryPolicy(attempts: 1),
        DeliveryPolicy(age: .seconds(1)), DeliveryPolicy(whenUnavailable: .discard),
        DeliveryPolicy(attempts: 1, whenUnavailable: .discard),
    ]

    var collectors: [CollectorPlan]
    var sinks: [SinkPlan]
    var producers: [ProducerPlan]
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
            let events = Self.events(chance.draw(5...25), of: name, using: &chance)
            // A journal with a limit may have let go what a poll reads again: such collectors must remember themselves.
            collectors.append(
                CollectorPlan(name: name, events: events, overlap: isLimited ? 0 : chance.draw(0...2), hangs: false))
        }
        sinks = []
        for number in 1...chance.draw(1...3) {
            var policy = chance.pick(Self.policies)
            policy.workers = chance.pick([1, 1, 2, 3])
            sinks.append(
                SinkPlan(
                    name: "s\(number)", filter: chance.pick(Self.filters),
                    batch: ReadLimit(entries: chance.draw(1...Self.largestBatch)), policy: policy,
                    largestDelivery: chance.pick([.max, .max, Self.smallDelivery]), hangs: false))
        }
        producers = []
        for number in 0..<chance.draw(0...2) {
            producers.append(
                ProducerPlan(
                    name: "p\(number)", events: Self.events(chance.draw(3...15), of: "p\(number)", using: &chance),
                    queue: ReadLimit(entries: chance.draw(1...Self.largestBatch)),
                    waitsForSinks: chance.happens(50)))
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

    /// Events of one source, about a few guests; some are large.
    private static func events(
        _ count: Int, of source: String, using chance: inout SeededGenerator
    ) -> [EncodedEvent] {
        (0..<count).map { index in
            let padding = String(repeating: "x", count: chance.happens(5) ? smallDelivery : 0)
            let body = "{\"subject\":\"vm/\(chance.draw(1...4))\",\"padding\":\"\(padding)\",\"data\":{}}"
            return EncodedEvent(
                source: source, id: "\(index)", type: chance.pick(types), severity: chance.pick([.info, .notice]),
                body: Array(body.utf8)[...])
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
