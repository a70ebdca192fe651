import Collectors
import EventModel
import Foundation
import Testing

@Suite struct KnownSetHistoryTests {
    @Test("whatever is not heard and whenever it is killed: what is told is what happened, and nothing twice")
    func histories() throws {
        let seeds: ClosedRange<UInt64> =
            ProcessInfo.processInfo.environment["SEED"].flatMap { UInt64($0) }.map { $0...$0 } ?? 1...400
        for seed in seeds {
            var simulation = KnownSetSimulation(seed: seed)
            simulation.run(steps: 80)
            try check(simulation, seed)
        }
    }

    private func check(_ simulation: KnownSetSimulation, _ seed: UInt64) throws {
        let translator = ContainerTranslator(host: "hv1", bootID: "b1")
        let ids = simulation.told.map { translator.event(of: $0).id }
        let twice = Dictionary(grouping: ids, by: { $0 }).filter { $0.value.count > 1 }.keys
        try #require(twice.isEmpty, "seed \(seed): told twice: \(twice)")
        for life in simulation.lives {
            let told = simulation.told.filter { $0.container.life == life.container.life }
            let words = told.map(\.fact.word)
            let starts = words.filter { $0 == "started" || $0 == "discovered" }.count
            let ends = words.filter { $0 == "exited" }.count
            try #require(starts <= 1 && (starts == 1 || !life.mustBeTold), "seed \(seed): \(starts) starts")
            try #require(ends == (life.isAlive ? 0 : starts), "seed \(seed): \(ends) ends of \(life)")
            if let exit = words.firstIndex(of: "exited") {
                try #require(exit == words.count - 1, "seed \(seed): told of a dead one")
            }
            let pauses = words.filter { $0 == "paused" || $0 == "resumed" }
            for (first, second) in zip(pauses, pauses.dropFirst()) { try #require(first != second, "seed \(seed)") }
            guard life.isAlive, starts == 1, !words.contains("discovered") else { continue }
            try #require((pauses.last == "paused") == life.isPaused, "seed \(seed): \(pauses)")
            try #require(words.filter { $0 == "oom-killed" }.count == life.kills, "seed \(seed): kills")
            let interfaces = told.last?.container.interfaces ?? [:]
            try #require(interfaces == life.interfaces, "seed \(seed): interfaces")
        }
    }
}
