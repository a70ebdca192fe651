import AgentCore
import AgentTestKit
import EventModel
import HTTPClient
import Platform
import Testing

@testable import Collectors

@Suite struct LXCMonitorTests {
    private func decode(_ text: String) throws -> LXCMonitorLine { try LXCMonitorLine.decode(Array(text.utf8)) }

    @Test(
        "a line names a container and says its state or its exit status",
        arguments: [
            ("'web1' changed state to [RUNNING]", "web1", LXCMonitorLine.Report.state("RUNNING")),
            ("'web1' exited with status [7]\r", "web1", .exited(7)),
            ("'a' changed state to [X] b' changed state to [STOPPED]", "a' changed state to [X] b", .state("STOPPED")),
            ("'it's' exited with status [0]", "it's", .exited(0)),
        ])
    func lines(text: String, name: String, report: LXCMonitorLine.Report) throws {
        #expect(try decode(text) == LXCMonitorLine(container: name, report: report))
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "'", "']", "'web1' changed state to [run]", "web1 changed state to [RUNNING]",
            "'x' exited with status [y]",
        ])
    func refused(text: String) {
        #expect(throws: EventDecodingError.self) { try decode(text) }
    }

    private func words(_ lines: [String]) throws -> [String] {
        var reading = LXCMonitorReading(host: "hv1")
        return try lines.enumerated().compactMap {
            reading.take(try decode($1), at: .test($0))?.happening?.word
        }
    }

    @Test("what LXC says twice is told once, and a thaw is no start")
    func repeats() throws {
        let states = ["STARTING", "RUNNING", "FREEZING", "FROZEN", "FROZEN", "THAWED", "THAWED", "RUNNING"]
        #expect(try words(states.map { "'a' changed state to [\($0)]" }) == ["started", "paused", "resumed"])
    }

    @Test("a reboot ends one life and begins another, in whichever order LXC says it")
    func reboot() throws {
        let end = ["'a' changed state to [STOPPING]", "'a' exited with status [0]"]
        let orders = [["STARTING", "STOPPED", "RUNNING"], ["STOPPED", "STARTING", "RUNNING"]]
        for order in orders {
            let lines = ["'a' changed state to [RUNNING]"] + end + order.map { "'a' changed state to [\($0)]" }
            #expect(try words(lines) == ["started", "exited", "stopped", "started"])
        }
    }

    private func collector(_ program: String, _ shared: SharedValues = SharedValues()) throws -> LXCMonitorCollector {
        let context = CollectorContext(
            name: "lxc", clock: .system, host: HostView(name: "hv1", under: "/nowhere"),
            transport: { _ in throw HTTPError.invalid("none") },
            secrets: SecretStore { _ throws(SecretError) in throw SecretError("none") }, shared: shared)
        return try LXCMonitorCollector(LXCMonitorConfiguration(program: program), in: context)
    }

    @Test("a monitor that dies makes the poll fail, with what it complained about, after all it said was told")
    func monitorDies() async throws {
        let folder = try TemporaryDirectory("lxc")
        let script = """
            #!/bin/sh
            echo "'a' changed state to [STARTING]"
            echo "'a' changed state to [RUNNING]"
            printf "nonsense"
            echo "socket gone" >&2
            exit 1
            """
        try #require(TestFile.write(script.utf8, to: folder.path("lxc-monitor")))
        try #require(makeExecutable(folder.path("lxc-monitor")))
        let shared = SharedValues()
        let collector = try collector(folder.path("lxc-monitor"), shared)
        for _ in 0..<2 {
            var events: [Event] = []
            let error = await #expect(throws: CommandEnded.self) {
                for _ in 0..<10 { events += try await collector.poll(after: nil).events }
            }
            #expect(error?.description.contains("exit status 1: socket gone") == true)
            #expect(events.map(\.type) == ["container.started", "agent.collector-line-refused"])
        }
        await collector.stop()
        #expect(!shared.value { HostGuests() }.isAttached("lxc"))
    }
}
