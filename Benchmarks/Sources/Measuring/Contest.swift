/// Several ways to do the same work, measured in turns: A B C, A B C, … so that whatever happens to the machine
/// meanwhile happens to all of them.
package struct Contest {
    /// One way to do the work. `round` prepares it and does it once.
    package struct Contender {
        package var name: String
        package var round: () async throws -> Cost

        package init(_ name: String, round: @escaping () async throws -> Cost) {
            (self.name, self.round) = (name, round)
        }
    }

    /// What a contender needed in each round.
    package struct Outcome {
        package var name: String
        package var costs: [Cost] = []
    }

    /// Rounds before those that count: caches, pools, lazily made tables.
    package static let warmups = 2

    package var rounds: Int
    package var contenders: [Contender]

    package init(rounds: Int, _ contenders: [Contender]) {
        (self.rounds, self.contenders) = (rounds, contenders)
    }

    /// Measures; gives the outcomes in the order of the contenders.
    package func run() async throws -> [Outcome] {
        var outcomes = contenders.map { Outcome(name: $0.name) }
        for round in 0..<rounds + Self.warmups {
            for (index, contender) in contenders.enumerated() {
                let cost = try await contender.round()
                if round >= Self.warmups { outcomes[index].costs.append(cost) }
            }
        }
        return outcomes
    }
}
