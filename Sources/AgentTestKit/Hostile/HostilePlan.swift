/// Everything that goes wrong in one life, drawn from a seed: by the numbers of exchanges and connections, from 1.
///
/// Pure: the same seed is the same plan. After `length` exchanges nothing goes wrong any more.
package struct HostilePlan: Sendable, Hashable {
    /// What a plan may hold.
    package struct Limits: Sendable {
        /// Exchanges under fire.
        package var length = 30...120
        /// Slow faults of one life.
        package var slow = 4
        /// Lies of one life: see `HostileFault.Kind.isLie`.
        package var lies = 3
        /// The kinds drawn from.
        package var kinds = HostileFault.Kind.allCases
        /// Whether certificates go wrong.
        package var hasCertificates = true
        /// Whether the world moves: events, sessions, clocks, limits.
        package var hasSteps = true

        package init() {}
    }

    package let seed: UInt64
    package let length: Int
    package private(set) var faults: [Int: HostileFault] = [:]
    package private(set) var connections: [Int: HostileConnection] = [:]
    package private(set) var steps: [Int: [HostileStep]] = [:]

    package init(seed: UInt64, limits: Limits = Limits()) {
        var random = SeededGenerator(seed: seed)
        self.seed = seed
        length = Int.random(in: limits.length, using: &random)
        drawFaults(limits, &random)
        drawConnections(limits, &random)
        if limits.hasSteps { drawSteps(&random) }
    }

    private mutating func drawFaults(_ limits: Limits, _ random: inout SeededGenerator) {
        // From a bad day to a very bad one; often of few kinds, so that each comes at many places.
        let chance: Double = [0.1, 0.25, 0.5].randomElement(using: &random) ?? 0.25
        let variety = [3, 8, limits.kinds.count].randomElement(using: &random) ?? 8
        let kinds = Array(limits.kinds.shuffled(using: &random).prefix(variety))
        var (slow, lies) = (0, 0)
        for exchange in 1...length where Double.random(in: 0..<1, using: &random) < chance {
            guard let kind = kinds.randomElement(using: &random) else { continue }
            if kind.isSlow { slow += 1 }
            if kind.isLie { lies += 1 }
            if kind.isSlow && slow > limits.slow || kind.isLie && lies > limits.lies { continue }
            faults[exchange] = HostileFault(kind, seed: random.next())
        }
    }

    private mutating func drawConnections(_ limits: Limits, _ random: inout SeededGenerator) {
        let chance: Double = [0.0, 0.1, 0.3].randomElement(using: &random) ?? 0.1
        for connection in 1...length where Double.random(in: 0..<1, using: &random) < chance {
            let kind = HostileConnection.allCases.randomElement(using: &random) ?? .refused
            // A refused certificate costs the collector a quarter of an hour.
            let isCertificate = kind == .expiredCertificate || kind == .strangeCertificate
            let isRare = isCertificate || kind == .silent
            let count = connections.values.count { $0 == kind }
            if isRare && count >= 1 || isCertificate && !limits.hasCertificates { continue }
            connections[connection] = kind
        }
    }

    private mutating func drawSteps(_ random: inout SeededGenerator) {
        for exchange in 1...length {
            switch Int.random(in: 0..<24, using: &random) {
            case 0...7: steps[exchange, default: []].append(.append(Int.random(in: 1...12, using: &random)))
            case 8: steps[exchange, default: []].append(.append(Int.random(in: 20...150, using: &random)))
            case 9: steps[exchange, default: []].append(.appendHidden(Int.random(in: 1...15, using: &random)))
            case 10: steps[exchange, default: []].append(.expireSessions)
            case 11: steps[exchange, default: []].append(.destroyCollectors)
            case 12: steps[exchange, default: []].append(.jump(.seconds(Bool.random(using: &random) ? 3600 : -3600)))
            case 13:
                steps[exchange, default: []].append(.limitCollectors(Int.random(in: 0...1, using: &random)))
                let end = exchange + Int.random(in: 1...10, using: &random)
                steps[end, default: []].append(.limitCollectors(nil))
            default: break
            }
        }
    }
}
