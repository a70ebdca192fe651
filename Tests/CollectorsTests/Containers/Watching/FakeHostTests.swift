import AgentCore
import AgentTestKit
import Collectors
import EventModel
import Testing

/// The collector on a host made of files.
@Suite struct FakeHostTests {
    private let configuration = ContainersConfiguration(interval: .milliseconds(200))

    @Test("containers that come, freeze, thaw and go are told, each once")
    func lives() async throws {
        let host = try FakeHost()
        let (old, new) = (FakeHost.id(1), FakeHost.id(2))
        try host.begin(old, pid: 4_000_001, ticks: 500)
        let collector = try CollectorUnderTest(host: host.view, configuration)
        await collector.expect(["discovered"], of: old)
        try host.begin(new, pid: 4_000_002, ticks: 600)
        await collector.expect(["started", "init-pid-found"], of: new)
        try host.write("sys/fs/cgroup/docker/\(new)/cgroup.events", "populated 1\nfrozen 1\n")
        await collector.expect(["started", "init-pid-found", "paused"], of: new)
        try host.write("sys/fs/cgroup/docker/\(new)/cgroup.events", "populated 1\nfrozen 0\n")
        await collector.expect(["started", "init-pid-found", "paused", "resumed"], of: new)
        try host.end(new, pid: 4_000_002)
        await collector.expect(["started", "init-pid-found", "paused", "resumed", "exited"], of: new)
        #expect(collector.words(of: old) == ["discovered"])
        _ = await collector.kill()
    }

    @Test("a restart tells what changed meanwhile with its window, and nothing again")
    func restart() async throws {
        let host = try FakeHost()
        for number in 1...3 { try host.begin(FakeHost.id(number), pid: 4_000_000 + number, ticks: 500) }
        let first = try CollectorUnderTest(host: host.view, configuration)
        await first.expect(["discovered"], of: FakeHost.id(3))
        let checkpoint = await first.kill()
        try host.end(FakeHost.id(1), pid: 4_000_001)
        try host.write("sys/fs/cgroup/docker/\(FakeHost.id(2))/cgroup.events", "populated 1\nfrozen 1\n")
        try host.begin(FakeHost.id(4), pid: 4_000_004, ticks: 900)
        let second = try CollectorUnderTest(host: host.view, configuration, after: checkpoint)
        await second.expect(["exited"], of: FakeHost.id(1))
        await second.expect(["paused"], of: FakeHost.id(2))
        await second.expect(["started", "init-pid-found"], of: FakeHost.id(4))
        #expect(second.words(of: FakeHost.id(3)).isEmpty)
        for id in [1, 2, 4] {
            let data = try second.events(of: FakeHost.id(id))[0].data.parsed()
            #expect(data["between"]?.array?.count == 2)
        }
        let again = await second.kill()
        try host.write("proc/sys/kernel/random/boot_id", "99999999-2222-3333-4444-555555555555\n")
        for number in 2...4 { try host.end(FakeHost.id(number), pid: 4_000_000 + number) }
        let third = try CollectorUnderTest(host: host.view, configuration, after: again)
        await third.expect(["exited"], of: FakeHost.id(3))
        #expect(try third.events(of: FakeHost.id(3))[0].data.parsed()["reason"]?.string == "boot")
        _ = await third.kill()
    }

    @Test("what it cannot see is told once, and by probe")
    func limits() async throws {
        let host = try FakeHost()
        let collector = try CollectorUnderTest(host: host.view, configuration)
        try await collector.begun()
        _ = await collector.kill()
        let context = CollectorContext(
            name: "containers", clock: .system, host: host.view, transport: { _ in throw CancellationError() },
            secrets: SecretStore { _ throws(SecretError) in throw SecretError("none") })
        let sentence = try await ContainersCollector(configuration, in: context).probe()
        #expect(sentence.contains("sees 0 containers") && sentence.contains("process namespace"))
    }

    @Test("a host without anything is refused or seen as empty, and never crashes the collector")
    func nothing() async throws {
        let folder = try TemporaryDirectory("no-host")
        let context = CollectorContext(
            name: "containers", clock: .system, host: HostView(name: "hv1", under: folder.path),
            transport: { _ in throw CancellationError() },
            secrets: SecretStore { _ throws(SecretError) in throw SecretError("none") })
        let collector = try ContainersCollector(configuration, in: context)
        await #expect(throws: (any Error).self) { _ = try await collector.poll(after: nil) }
    }
}
