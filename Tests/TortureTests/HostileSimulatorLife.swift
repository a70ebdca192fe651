import AgentCore
import AgentTestKit
import Collectors
import EventModel
import HTTPClient
import Journals
import Pipeline
import Platform

/// A life as `HostileLife` before vcsim, a server nobody here wrote: events are posted while the network does its worst.
final class HostileSimulatorLife: Sendable {
    /// Posted under fire, and in peace. The simulator keeps 1000, logins among them.
    private static let posted = (stormy: 150, calm: 10)

    private let plan: HostilePlan
    private let simulator: VCSim
    private let driver: VCSimDriver
    /// The sessions the client was told of.
    private let told = Locked<Set<String>>([])
    private let agentClock = HastenedClock(speed: HostileLife.speed)
    private let log = LogLines()

    init(seed: UInt64) async throws {
        var limits = HostilePlan.Limits()
        // A simulator is read in rounds: answers to other calls cannot be told from right ones there.
        (limits.lies, limits.hasSteps, limits.hasCertificates) = (0, false, false)
        plan = HostilePlan(seed: seed, limits: limits)
        simulator = try await VCSim.start()
        driver = try await simulator.driver()
    }

    /// Lives it, and gives what must not be.
    func run() async throws -> HostileLife.Outcome {
        let straight = CurlTransport(HTTPConnection(trust: .thumbprint(simulator.thumbprintBytes)))
        let proxy = try HostileProxy(
            plan, before: { [url = simulator.url] in await Self.forward($0, to: url, by: straight) })
        defer { proxy.stop() }
        let journal = MemoryJournal(.init(), policy: RetentionPolicy(), clock: agentClock.clock)
        let collector = try VSphereEventsCollector(configuration(url: proxy.url), in: context(proxy))
        var settings = PipelineSettings(announcesItself: false)
        (settings.stopDeadline, settings.pollGrace) = (.seconds(60_000), .seconds(3000))
        let generator = Locked(SeededGenerator(seed: plan.seed))
        let events = EventManager(
            journal: journal, collectors: [NamedCollector(name: "vc", collector: collector)], sinks: [],
            clock: agentClock.clock, random: RandomSource { generator.withLock { $0.next() } }, log: log.logger,
            settings: settings)
        try await events.start()
        var outcome = HostileLife.Outcome()
        do {
            for _ in 0..<Self.posted.stormy { try await driver.post("GeneralUserEvent") }
            try await waitUntil("the plan is done", limit: HostileLife.limit) { proxy.isCalm }
            try await arrived(in: journal, &outcome)
            for _ in 0..<Self.posted.calm { try await driver.post("GeneralUserEvent") }
            try await arrived(in: journal, &outcome)
        } catch {
            outcome.problems.append("\(error)")
        }
        try await judge(journal, &outcome)
        await events.stop()
        let left = try await driver.sessions().intersection(told.withLock { $0 })
        if !left.isEmpty { outcome.problems.append("\(left.count) sessions are left that the client knew of") }
        await straight.close()
        try await simulator.stop()
        let record = proxy.record
        (outcome.exchanges, outcome.faults) = (record.exchanges, record.faults)
        (outcome.log, outcome.history) = (log.lines, record.exchangesDone)
        return outcome
    }

    private static func forward(
        _ request: HTTPRequest, to url: String, by transport: CurlTransport
    ) async -> ServedAnswer {
        var request = request
        let path = request.url.firstRange(of: "/sdk").map { request.url[$0.upperBound...] } ?? ""
        request.url = url + path
        request.headers.fields.removeAll {
            ["host", "content-length", "accept-encoding"].contains($0.name.lowercased())
        }
        guard let (response, body) = try? await transport.send(request) else { return ServedAnswer(502) }
        return ServedAnswer(response.status, headers: response.headers, body: body)
    }

    private func configuration(url: String) throws -> VSphereEventsConfiguration {
        try read(
            #"""
            { "url": "\#(url)/sdk", "username": "\#(simulator.model.userName)", "password": { "env": "P" },
              "start": "beginning" }
            """#)
    }

    private func context(_ proxy: HostileProxy) -> CollectorContext {
        let (password, told) = (simulator.model.password, told)
        return CollectorContext(
            name: "vc", clock: agentClock.clock,
            transport: { connection in
                HastenedTransport(SessionWitness(CurlTransport(connection), in: told)) {
                    proxy.isCalm ? HostileLife.patient : HostileLife.hasty
                }
            },
            secrets: SecretStore { _ throws(SecretError) in password })
    }

    /// What the simulator holds now is in the journal.
    private func arrived(in journal: MemoryJournal, _ outcome: inout HostileLife.Outcome) async throws {
        let expected = Set(try await driver.events().map(\.key))
        outcome.events = expected.count
        try await waitUntil("all \(expected.count) events are in the journal", limit: HostileLife.limit) {
            expected.isSubset(of: try await HostileLife.keys(in: journal).keys)
        }
    }

    private func judge(_ journal: MemoryJournal, _ outcome: inout HostileLife.Outcome) async throws {
        let (keys, others) = try await HostileLife.keys(in: journal)
        outcome.problems += others
        let made = Set(try await driver.events().map(\.key))
        let (missing, strange) = (made.subtracting(keys).count, Set(keys).subtracting(made).count)
        let disorder = zip(keys, keys.dropFirst()).filter { $0 > $1 }.prefix(3)
        if missing > 0 || strange > 0 || Set(keys).count < keys.count || !disorder.isEmpty {
            outcome.problems.append(
                "of \(made.count) events \(missing) are missing, \(strange) nobody made, "
                    + "\(keys.count - Set(keys).count) twice, disorder at \(disorder)")
        }
    }
}
