import AgentTestKit
import EventModel
import HTTPClient
import Platform
import Testing

/// `MINUTES=n`: so long under steady load with small mishaps, looked at from outside.
@Suite("Load: a soak", .serialized)
struct SoakTests {
    /// What an hour may add, by the line through the measurements: less than a leak of one page a minute.
    static let memoryPerHour = 4.0
    static let countPerHour = 1.0

    @Test("memory, descriptors and threads stay as they are, and nothing is lost")
    func steady() async throws {
        let seconds = Environment["MINUTES"].flatMap { Double($0) }.map { $0 * 60 } ?? 8
        let setting = try await SoakSetting()
        defer { setting.close() }
        var samples: [(time: Double, count: ProcessCount)] = []
        let begin = ContinuousClock.now
        var tick = 0
        while true {
            let now = (ContinuousClock.now - begin) / .seconds(1)
            if now >= seconds { break }
            setting.act(tick)
            if tick.isMultiple(of: 10) { samples.append((now, setting.agent.count)) }
            tick += 1
            try await ContinuousClock().sleep(for: .milliseconds(100))
        }
        setting.recover()
        let (arrivals, appended) = (setting.arrivals, setting.appended)
        try await waitUntil("all has arrived", limit: .seconds(120)) { arrivals.distinct >= appended }
        // The first part is what caches and pools need to fill.
        let settled = samples.filter { $0.time >= seconds * 0.3 }
        let memory = Slope(settled.map { ($0.time / 3600, Double($0.count.memoryMiB)) })
        let descriptors = Slope(settled.map { ($0.time / 3600, Double($0.count.descriptors)) })
        let threads = Slope(settled.map { ($0.time / 3600, Double($0.count.threads)) })
        let (first, last) = (try #require(settled.first?.count), try #require(settled.last?.count))
        let usage = try await setting.agent.stop()
        print(
            "soak: \(seconds / 60) minutes, \(setting.appended) events, \(setting.arrivals.repeats) repeats; memory "
                + "\(first.memoryMiB) to \(last.memoryMiB) MiB (\(memory?.perUnit ?? 0) an hour), descriptors "
                + "\(first.descriptors) to \(last.descriptors) (\(descriptors?.perUnit ?? 0)), threads "
                + "\(first.threads) to \(last.threads) (\(threads?.perUnit ?? 0)); \(usage.text)")
        #expect(setting.arrivals.distinct == setting.appended && setting.arrivals.disorder == 0)
        // A line through a few seconds says nothing about an hour.
        guard seconds >= 600 else { return }
        #expect(try #require(memory).perUnit <= Self.memoryPerHour)
        #expect(try #require(descriptors).perUnit <= Self.countPerHour)
        #expect(try #require(threads).perUnit <= Self.countPerHour)
    }
}

/// An agent with a vCenter before it and a destination behind it, streams that come and go, and what goes wrong.
final class SoakSetting {
    let agent: LoadAgent
    let arrivals = WebhookArrivals(mark: ",\"key\":")
    private(set) var appended = 0
    private let vcenter: FixtureVCenter
    private let server: LoopbackServer
    private let hook: LoopbackServer
    private var crowd: StreamCrowd?

    init() async throws {
        var settings = FixtureSettings()
        settings.eventLimit = 20_000
        vcenter = FixtureVCenter(settings)
        server = try LoopbackServer(answering: vcenter.answer)
        hook = try LoopbackServer { [arrivals] in arrivals.take($0) }
        agent = try await LoadAgent(
            collectors: [
                [
                    "name": "vc", "kind": "vsphere-events", "url": .string("\(server.url)/sdk"),
                    "username": .string(settings.userName), "password": ["env": "PASSWORD"], "start": "beginning",
                ]
            ],
            sinks: [
                [
                    "name": "hook", "kind": "webhook", "url": .string("\(hook.url)/"), "mode": "batched",
                    "filter": ["types": ["vm.*"]],
                ],
                ["name": "archive", "kind": "file", "path": "events.jsonl", "rotate": ["bytes": "1MiB", "keep": 3]],
            ], journal: [.init("retention", ["count": 5000])], folder: TemporaryDirectory("soak"))
    }

    /// A tenth of a second of the life: ten events; and by its number a mishap.
    func act(_ tick: Int) {
        vcenter.append((0..<10).map { FixtureEvent("VmPoweredOnEvent", vm: .vm((tick * 10 + $0) % 2000 + 1)) })
        appended += 10
        if tick % 50 == 10 {
            crowd?.close()
            crowd = try? StreamCrowd(agent.socket, readers: 5, mute: 5)
        }
        if tick % 300 == 100 { arrivals.set(up: false) }
        if tick % 300 == 130 { arrivals.set(up: true) }
        if tick % 200 == 150 { vcenter.expireSessions() }
        if tick % 400 == 350 { server.dropConnections() }
    }

    /// Nothing is wrong any more.
    func recover() {
        arrivals.set(up: true)
        crowd?.close()
        crowd = nil
    }

    func close() {
        recover()
        server.stop()
        hook.stop()
    }
}
