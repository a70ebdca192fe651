import AgentCore
import AgentTestKit
import EventModel
import Pipeline
import Testing

@Suite("Limits that producers share", .timeLimit(.minutes(1)))
struct SharedLimitsTests {
    private static let limits = PublishLimits(
        rules: [.init(types: [TypePattern("vm.*")].compactMap(\.self), every: .milliseconds(50))])

    private func event(_ number: Int, at milliseconds: Int = 0) -> Event {
        Event(
            id: "\(number)", source: "test://a", type: "vm.powered-on",
            time: TestClock.start.advanced(by: .milliseconds(milliseconds)), guest: Guest(kind: .vm, id: "a"))
    }

    @Test(
        "YK-63: of 200 events that 8 producers publish and a client injects at once, one passes; 100 ms later the next")
    func shared() async throws {
        let limits = SharedPublishLimits(Self.limits)
        let rig = Rig(publishRule: limits.rule)
        try await rig.manager.start()
        var producers: [Producer] = []
        for number in 0..<8 { producers.append(try await rig.manager.producer(ProducerSettings(name: "\(number)"))) }
        let refusals = await withTaskGroup { group in
            for (number, producer) in producers.enumerated() {
                group.addTask {
                    var refusals = 0
                    for index in 0..<25 {
                        if case .filtered = await producer.refusal(of: event(number * 25 + index)) { refusals += 1 }
                    }
                    return refusals
                }
            }
            return await group.reduce(0, +)
        }
        #expect(refusals == 199)
        #expect(try await rig.manager.inject(EventEncoder.encode(event(200))).filtered == 1)
        #expect(limits.filtered == 200)
        try await producers[0].publish(event(201, at: 100))
        producers[0].close()
        await producers[0].allAcknowledged()
        await eventually("both stored") { rig.journal.history.head == 2 }
        let last = try EventDecoder.decode(try #require(rig.journal.history.archive.last).entry.body).event
        #expect(try last.data.parsed()[PublishLimits.filteredMember]?.integer == 200)
        await rig.stop()
    }

    @Test(
        "YK-47: 10,000 events of 8 producers while the manager stops: each is stored, dropped and told, or refused",
        arguments: Backend.allCases)
    func stopWhilePublishing(backend: Backend) async throws {
        let (acknowledged, dropped, accepted) = (Count(), Count(), Count())
        try await backend.withManager { manager in
            var producers: [Producer] = []
            for number in 0..<8 {
                producers.append(
                    try await manager.producer(
                        ProducerSettings(
                            name: "p\(number)", queue: ReadLimit(entries: 64),
                            onAcknowledged: { acknowledged.add($0) }, onDropped: { _ in dropped.add(1) })))
            }
            await withTaskGroup { group in
                for (name, producer) in producers.enumerated() {
                    group.addTask {
                        for number in 0..<1250 {
                            guard await producer.refusal(of: published(number, by: "\(name)")) == nil else { return }
                            accepted.add(1)
                        }
                    }
                }
                await eventually("some are stored") { acknowledged.value > 100 }
                await manager.stop()
            }
            for producer in producers {
                let counters = producer.status().counters
                #expect(counters.accepted == counters.acknowledged + counters.dropped)
            }
        }
        #expect(accepted.value == acknowledged.value + dropped.value)
    }
}
