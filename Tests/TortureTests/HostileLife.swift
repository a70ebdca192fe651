import AgentCore
import AgentTestKit
import Collectors
import EventModel
import HTTPClient
import Journals
import Logging
import Pipeline
import Platform

/// The life of an agent's collector, pipeline and journal behind a hostile proxy: faults by a plan, then peace, then
/// the reckoning.
final class HostileLife: Sendable {
    /// What came of it.
    struct Outcome: Sendable {
        /// What must not be; empty when all promises were kept.
        var problems: [String] = []
        /// Events that are missing though later ones are in the journal; entries too many; sessions the client knew of.
        var lost = 0
        var twice = 0
        var sessionsLeft = 0
        var events = 0
        var exchanges = 0
        var faults: [HostileFault.Kind: Int] = [:]
        var log: [String] = []
        /// What went over the wire.
        var history: [HostileExchange] = []
    }

    /// Seconds of the agent and of its server in one of the test's: a quarter of an hour is 0.3 s.
    static let speed: Int64 = 3000
    /// Under fire nobody's patience is long; in peace a busy machine may be slow.
    static let hasty = HastenedTransport.Limits(
        timeouts: HTTPTimeouts(connect: .milliseconds(200), idle: .milliseconds(80), whole: .milliseconds(250)),
        bodyBytes: 1 << 20)
    static let patient = HastenedTransport.Limits(
        timeouts: HTTPTimeouts(connect: .seconds(10), idle: .seconds(20), whole: .seconds(30)), bodyBytes: 8 << 20)
    /// The longest a life takes; one on a quiet machine takes a second.
    static let limit = Duration.seconds(120)
    static let certificates = HostileCertificates()

    let plan: HostilePlan
    let world: HostileWorld
    let vcenter: FixtureVCenter
    /// What is broken in the collector on purpose.
    let plant: PlantedFault?
    private let agentClock = HastenedClock(speed: speed)
    /// The sessions the client was told of.
    let told = Locked<Set<String>>([])
    private let expected = Locked<[Int32]>([])
    private let log = LogLines()
    private let folder: TemporaryDirectory

    init(seed: UInt64, plant: PlantedFault? = nil) throws {
        world = HostileWorld(seed: seed)
        plan = HostilePlan(seed: seed, limits: world.limits)
        vcenter = FixtureVCenter(world.settings, clock: HastenedClock(speed: Self.speed).clock)
        folder = try TemporaryDirectory("hostile")
        self.plant = plant
    }

    /// Lives it.
    func run() async throws -> Outcome {
        append(Int(plan.seed % 40))
        let certificates = world.isTLS ? Self.certificates : nil
        let proxy = try HostileProxy(
            plan, certificates: certificates, before: { [vcenter] in await vcenter.answer($0) },
            onStep: { self.perform($0) })
        defer { proxy.stop() }
        let journal = MemoryJournal(.init(), policy: RetentionPolicy(), clock: agentClock.clock)
        let collector = try VSphereEventsCollector(world.configuration(url: proxy.url), in: context(proxy))
        var settings = PipelineSettings(announcesItself: false)
        // Of the agent's time: 20 s, and 1 s.
        (settings.stopDeadline, settings.pollGrace) = (.seconds(60_000), .seconds(3000))
        let events = EventManager(
            journal: journal, collectors: [plant?.named("vc", collector) ?? .init(name: "vc", collector: collector)],
            sinks: [],
            clock: agentClock.clock, random: random(), log: log.logger, settings: settings)
        try await events.start()
        var outcome = Outcome()
        do {
            try await waitUntil("the plan is done", limit: Self.limit) { proxy.isCalm }
            vcenter.change { [world] in $0.maxCollector = world.settings.maxCollector }
            append(7)
            try await arrived(in: journal)
            append(5)
            try await arrived(in: journal)
        } catch {
            outcome.problems.append("\(error)")
        }
        try await judge(journal, &outcome)
        await events.stop()
        judgeServer(&outcome)
        let record = proxy.record
        (outcome.events, outcome.exchanges) = (expected.withLock { $0.count }, record.exchanges)
        (outcome.faults, outcome.log, outcome.history) = (record.faults, log.lines, record.exchangesDone)
        return outcome
    }

    private func context(_ proxy: HostileProxy) -> CollectorContext {
        let (password, plant, told) = (world.settings.password, plant, told)
        var trust = TLSTrust.insecure
        if world.isTLS, let certificates = Self.certificates {
            let file = folder.path("authority.pem")
            trust = .thumbprint(certificates.right.thumbprint)
            if world.trustsAuthority, certificates.authority.write(to: file) { trust = .authorities(file: file) }
        }
        return CollectorContext(
            name: "vc", clock: agentClock.clock,
            transport: { [trust] connection in
                var connection = connection
                connection.trust = trust
                let witnessed = SessionWitness(CurlTransport(connection), in: told)
                return HastenedTransport(plant?.transport(witnessed) ?? witnessed) {
                    proxy.isCalm ? Self.patient : Self.hasty
                }
            },
            secrets: SecretStore { _ throws(SecretError) in password })
    }

    private func random() -> RandomSource {
        let generator = Locked(SeededGenerator(seed: plan.seed &+ 1))
        return RandomSource { generator.withLock { $0.next() } }
    }

    private func append(_ count: Int) {
        guard count > 0 else { return }
        // One lock around both: the order here is the server's.
        expected.withLock { expected in
            expected += vcenter.append((expected.count..<expected.count + count).map { world.event($0) })
        }
    }

    private func perform(_ step: HostileStep) {
        switch step {
        case .append(let count): append(count)
        case .appendHidden(let count):
            // Who does not tell its newest event is a simulator: everybody may see everything.
            if world.server == .withoutLatestEvent { return }
            var event = world.event(0)
            event.isVisible = false
            vcenter.append(Array(repeating: event, count: count))
        case .expireSessions: vcenter.expireSessions()
        case .destroyCollectors: vcenter.destroyCollectors()
        case .jump(let duration): agentClock.jump(by: duration)
        case .limitCollectors(let limit):
            vcenter.change { [world] in $0.maxCollector = limit ?? world.settings.maxCollector }
        }
    }

    private func arrived(in journal: MemoryJournal) async throws {
        let count = expected.withLock { UInt64($0.count) }
        try await waitUntil("all \(count) events are in the journal", limit: plant == nil ? Self.limit : .seconds(8)) {
            try await journal.state().head >= count
        }
    }
}
