import AgentCore
import EventModel
import Glibc

/// Random lives of a journal beside the model: the same calls, the same answers.
extension JournalConformance {
    /// Lives, and calls in each. `SEED=n` in the environment repeats one life.
    static var lives: Int { 40 }
    /// Calls in each life.
    static var steps: Int { 500 }

    /// The check of this file.
    var modelCheck: Check {
        check("40 random lives of 500 calls go as the model says") { subject in
            let seeds = getenv("SEED").flatMap { UInt64(String(cString: $0)) }.map { [$0] }
            for seed in seeds ?? Array(1...UInt64(Self.lives)) {
                let life = JournalSubject(place: "\(subject.place)-\(seed)", opening: opening)
                do {
                    var simulation = try await JournalSimulation(life, isDurable: isDurable, seed: seed)
                    try await simulation.run(steps: Self.steps)
                } catch let failure as ConformanceFailure {
                    throw ConformanceFailure("SEED=\(seed): \(failure)")
                }
            }
        }
    }
}

/// One life: a journal and its model under the same random calls.
private struct JournalSimulation<Subject: Journal> {
    private let subject: JournalSubject<Subject>
    private let isDurable: Bool
    private var random: SeededGenerator
    private var model: JournalModel
    private var journal: Subject
    /// The highest number of an event that was one of a rising row.
    private var highest = 0
    private let sinks = ["a", "b", "c"]
    private let collectors = ["one", "two"]

    init(_ subject: JournalSubject<Subject>, isDurable: Bool, seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let policy = Self.policy(&random)
        (self.subject, self.isDurable, self.random) = (subject, isDurable, random)
        model = JournalModel(policy: policy)
        journal = try await subject.open(policy)
    }

    private static func policy(_ random: inout SeededGenerator) -> RetentionPolicy {
        RetentionPolicy(
            age: Bool.random(using: &random) ? .seconds(20) : nil,
            count: Bool.random(using: &random) ? Int.random(in: 3...25, using: &random) : nil,
            bytes: Bool.random(using: &random) ? Int.random(in: 200...2000, using: &random) : nil,
            whenFull: Bool.random(using: &random) ? .block : .dropOldest)
    }

    mutating func run(steps: Int) async throws {
        for step in 1...steps {
            do {
                try await self.step()
                try expectEqual(try await journal.state(), model.state, "the state")
                if step.isMultiple(of: 25) { try await compareAll() }
            } catch let failure as ConformanceFailure {
                throw ConformanceFailure("step \(step) under \(model.policy): \(failure)")
            }
        }
        try await compareAll()
        try await journal.close()
    }

    private mutating func step() async throws {
        switch Int.random(in: 0..<100, using: &random) {
        case ..<45: try await commit()
        case ..<65: try await read()
        case ..<85: try await acknowledge()
        case ..<90: try await attach()
        case ..<94: subject.time.advance(by: .seconds(Int.random(in: 1...15, using: &random)))
        case ..<98: try expectEqual(try await journal.trim(), model.trim(at: subject.time.now), "the trim")
        case 98: try await setPolicy()
        default: if isDurable { try await reopen() }
        }
    }

    private mutating func commit() async throws {
        // As sources number them, one after another; and few ids, so that many come again while they are held, and
        // after.
        let (isRising, source) = (Bool.random(using: &random), Int.random(in: 0...1, using: &random))
        let events = (0..<Int.random(in: 0...8, using: &random)).map { _ in
            if isRising { highest += Int.random(in: 1...3, using: &random) }
            let number = isRising ? highest : Int.random(in: max(0, highest - 60)...highest + 2, using: &random)
            return EncodedEvent.numbered(
                number, source: "test://\(isRising ? source : Int.random(in: 0...1, using: &random))",
                bytes: Int.random(in: 30...120, using: &random))
        }
        let point =
            Bool.random(using: &random) ? Checkpoint(version: 1, bytes: [.random(in: 0...255, using: &random)]) : nil
        let collector = collectors.randomElement(using: &random) ?? ""
        let expected = Result { () throws(JournalError) in
            try model.commit(events, checkpoint: point, of: collector, at: subject.time.now)
        }
        let actual: Result<Commit, JournalError>
        do throws(JournalError) {
            actual = .success(try await journal.commit(events, checkpoint: point, of: collector))
        } catch {
            actual = .failure(error)
        }
        try expectEqual(actual, expected, "the commit of \(events.map(\.id))")
    }

    private mutating func read() async throws {
        let after = UInt64.random(in: 0...model.head + 3, using: &random)
        let limit = ReadLimit(
            entries: Int.random(in: 0...20, using: &random), bytes: Int.random(in: 0...2000, using: &random))
        try expectEqual(
            try await journal.read(after: after, limit: limit), model.read(after: after, limit: limit),
            "read after \(after) within \(limit)")
    }

    private mutating func acknowledge() async throws {
        let sink = sinks.randomElement(using: &random) ?? ""
        guard let cursor = model.cursors[sink] else { return }
        let through = UInt64.random(in: (cursor > 2 ? cursor - 2 : 0)...model.head + 2, using: &random)
        let refused =
            Int.random(in: 0..<8, using: &random) == 0 && through > 0
            ? [DeadLetter(sequence: through, reason: "no")] : []
        try await journal.acknowledge(through: through, refused: refused, by: sink)
        model.acknowledge(through: through, refused: refused, by: sink)
    }

    private mutating func attach() async throws {
        let chosen = sinks.filter { _ in Bool.random(using: &random) }
        try await journal.attach(sinks: chosen)
        model.attach(chosen)
    }

    private mutating func setPolicy() async throws {
        let policy = Self.policy(&random)
        let expected = model.setPolicy(policy, at: subject.time.now)
        try expectEqual(try await journal.setPolicy(policy), expected, "the trim of another policy")
    }

    private mutating func reopen() async throws {
        try await journal.close()
        journal = try await subject.open(model.policy)
        model.reopen()
    }

    private func compareAll() async throws {
        let everything = model.read(after: 0, limit: ReadLimit(entries: .max, bytes: .max)).entries
        try expectEqual(try await journal.everything(), everything, "everything held")
        for collector in collectors {
            try expectEqual(
                try await journal.checkpoint(of: collector), model.checkpoints[collector],
                "the checkpoint of \(collector)")
        }
        for sink in sinks {
            try expectEqual(try await journal.cursor(of: sink), model.cursors[sink], "the cursor of \(sink)")
        }
    }
}
