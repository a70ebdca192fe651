import AgentCore
import AgentTestKit
import EventModel
import Platform
import Testing

/// `MACHINES=n`: a week of a vCenter with so many virtual machines, as fast as the agent takes it.
@Suite("Load: a week", .serialized)
struct WeekTests {
    /// Events the server may be ahead of the destination: more would wait in the test's memory.
    static let ahead = 20_000

    @Test("a week of a vCenter arrives whole, in order, each event once, much faster than it happened")
    func week() async throws {
        let machines = number("MACHINES", default: 60)
        let monday = AgentClock.system.now().advanced(by: .seconds(-8 * 86_400))
        let now = Locked(monday)
        var settings = FixtureSettings()
        settings.eventLimit = 3 * Self.ahead
        let vcenter = FixtureVCenter(
            settings, clock: AgentClock(now: { now.withLock(\.self) }, sleep: AgentClock.system.sleep))
        let server = try LoopbackServer(answering: vcenter.answer)
        defer { server.stop() }
        let arrivals = WebhookArrivals(mark: ",\"key\":")
        let hook = try LoopbackServer { arrivals.take($0) }
        defer { hook.stop() }
        let agent = try await LoadAgent(
            collectors: [
                [
                    "name": "vc", "kind": "vsphere-events", "url": .string("\(server.url)/sdk"),
                    "username": .string(settings.userName), "password": ["env": "PASSWORD"], "start": "beginning",
                ]
            ],
            sinks: [
                [
                    "name": "hook", "kind": "webhook", "url": .string("\(hook.url)/"), "mode": "batched",
                    "batch": ["entries": 1000], "filter": ["types": ["vm.*", "task.*", "alarm.*", "vsphere.*"]],
                ]
            ], journal: [.init("retention", ["count": 200000])], folder: TemporaryDirectory("load"))
        var week = VCenterWeek(machines: machines)
        var appended = 0
        let begin = ContinuousClock.now
        for minute in 0..<VCenterWeek.minutes {
            let time = monday.advanced(by: .seconds(minute * 60))
            let count = week.events(inMinute: minute)
            now.withLock { $0 = time.advanced(by: .seconds(60)) }
            guard count > 0 else { continue }
            let step = Duration.seconds(60) / count
            vcenter.append(
                (0..<count).map { week.event(appended + $0 + 1, at: time.advanced(by: step * $0)) })
            appended += count
            if appended - arrivals.distinct > Self.ahead {
                let wanted = appended - Self.ahead / 2
                try await waitUntil("the agent follows", limit: .seconds(300)) { arrivals.distinct >= wanted }
            }
        }
        let all = appended
        try await waitUntil("the week has arrived", limit: .seconds(300)) { arrivals.distinct >= all }
        let took = ContinuousClock.now - begin
        let usage = try await agent.stop()
        #expect(arrivals.distinct == all && arrivals.disorder == 0)
        let seconds = Double(took.components.seconds) + 1
        print(
            "week: \(machines) machines, \(all) events in \(took): \(Int(7 * 86_400 / seconds)) times as fast as they "
                + "happened, \(arrivals.repeats) repeats; \(usage.text)")
        #expect(usage.peakMiB <= 192)
    }
}
