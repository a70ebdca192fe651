import AgentCore
import AgentTestKit
import EventModel
import Foundation
import Glibc
import HTTPClient
import Testing

@testable import Collectors

@Suite struct CommandCollectorTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory("command")
    }

    private func collector(
        _ script: String, every: Duration? = nil, environment: [String] = [], clock: AgentClock = .system
    ) throws -> CommandCollector {
        try #require(TestFile.write(script.utf8, to: folder.path("run.sh")))
        let context = CollectorContext(
            name: "mine", clock: clock, host: HostView(name: "hv1", under: "/nowhere"),
            transport: { _ in throw HTTPError.invalid("none") },
            secrets: SecretStore { _ throws(SecretError) in throw SecretError("none") })
        let configuration = CommandConfiguration(
            command: ["sh", folder.path("run.sh")], directory: folder.path, environment: environment, every: every)
        return try CommandCollector(configuration, in: context)
    }

    private func read(
        _ collector: CommandCollector, _ count: Int, after checkpoint: Checkpoint? = nil
    ) async throws -> (events: [Event], checkpoint: Checkpoint?, isLast: Bool) {
        var (events, checkpoint, isLast): ([Event], Checkpoint?, Bool) = ([], checkpoint, false)
        for _ in 0..<2000 where events.count < count && !isLast {
            let batch = try await collector.poll(after: checkpoint)
            (events, checkpoint, isLast) = (events + batch.events, batch.checkpoint ?? checkpoint, batch.isLast)
        }
        return (events, checkpoint, isLast)
    }

    /// Writes numbers from the checkpoint on, each with a checkpoint, and waits at the end.
    private static let counter = """
        n=${GUESTWATCH_CHECKPOINT:-0}
        while [ $n -lt 40 ]; do
          n=$((n+1))
          echo "{\\"type\\":\\"vm.other\\",\\"id\\":\\"n$n\\",\\"time\\":\\"2026-01-02T03:04:05Z\\"}"
          echo "{\\"checkpoint\\":$n}"
        done
        exec sleep 60
        """

    @Test("a program is told where to go on, and killed between any two polls it loses nothing")
    func resumes() async throws {
        var checkpoint: Checkpoint?
        var ids: Set<String> = []
        for _ in 0..<4 {
            let collector = try collector(Self.counter)
            let batch = try await read(collector, 40 - ids.count, after: checkpoint)
            // The last batch is lost now and then, as when the agent is killed before the commit.
            if ids.count != 7 { (checkpoint, ids) = (batch.checkpoint, ids.union(batch.events.map(\.id))) }
            await collector.stop()
            if ids.count == 40 { break }
        }
        #expect(ids.count == 40)
        #expect(checkpoint.map { String(decoding: $0.bytes, as: UTF8.self) } == "40")
        let collector = try collector(
            "echo \"{\\\"type\\\":\\\"vm.other\\\",\\\"id\\\":\\\"$GUESTWATCH_CHECKPOINT\\\"}\"; exec sleep 60")
        #expect(try await read(collector, 1, after: checkpoint).events.map(\.id) == ["40"])
        await collector.stop()
    }

    @Test("the environment is what was configured, and the little that programs need")
    func environment() async throws {
        let collector = try collector(
            "echo \"{\\\"type\\\":\\\"vm.other\\\",\\\"id\\\":\\\"$A $GUESTWATCH_NAME $GUESTWATCH_HOST $(pwd) $GW_TEST_LEAK\\\"}\"",
            environment: ["A=b=c", "EMPTY="])
        setenv("GW_TEST_LEAK", "leaked", 1)
        #expect(try await read(collector, 1).events.map(\.id) == ["b=c mine hv1 \(folder.path) "])
        await collector.stop()
    }

    @Test("a program that ends well has told all; one that ends badly is started again by the next poll")
    func ends() async throws {
        let well = try collector("echo '{\"type\":\"vm.other\"}'; exit 0")
        #expect(try await read(well, 2).isLast)
        await well.stop()
        let badly = try collector("echo '{\"type\":\"vm.other\"}'; echo 'no such host' >&2; exit 3")
        for _ in 0..<2 {
            #expect(try await read(badly, 1).events.count == 1)
            let error = await #expect(throws: CommandEnded.self) {
                for _ in 0..<10 { _ = try await badly.poll(after: nil) }
            }
            #expect(error?.description.contains("exit status 3: no such host") == true)
        }
        await badly.stop()
        let refused = try collector("exit 77")
        await #expect(throws: CollectorError.self) {
            for _ in 0..<3 { _ = try await refused.poll(after: nil) }
        }
        await refused.stop()
        let absent = try CommandCollector(
            CommandConfiguration(command: ["gw-no-such-program"]), in: context(of: .system))
        await #expect(throws: (any Error).self) { _ = try await absent.poll(after: nil) }
        await absent.stop()
    }

    @Test("a program with a period is started again after it, told its checkpoint")
    func periodic() async throws {
        let clock = TestClock(.jumping)
        let collector = try collector(
            "n=$((${GUESTWATCH_CHECKPOINT:-0}+1)); echo \"{\\\"type\\\":\\\"vm.other\\\",\\\"id\\\":\\\"$n\\\"}\"; echo \"{\\\"checkpoint\\\":$n}\"",
            every: .seconds(60), clock: clock.clock)
        #expect(try await read(collector, 3).events.map(\.id) == ["1", "2", "3"])
        #expect(clock.slept.count { $0 == .seconds(60) } >= 2)
        await collector.stop()
    }

    @Test("a flood waits in the pipe, not in memory; an endless line costs that line only")
    func flood() async throws {
        let collector = try collector(
            "head -c 1500000 /dev/zero | tr '\\0' x; echo; echo '{\"type\":\"vm.other\",\"id\":\"after\"}'; exec yes '{\"type\":\"vm.other\",\"data\":{\"text\":\"'$(printf %02000d 0)'\"}}'"
        )
        let batch = try await read(collector, 2)
        #expect(batch.events[0].type == "agent.collector-line-refused")
        #expect(batch.events[1].id == "after")
        for _ in 0..<2 {
            let events = try await collector.poll(after: nil).events
            #expect(events.count < 4000)
        }
        await collector.stop()
    }

    @Test("stopping ends the program and all it started")
    func killsGroup() async throws {
        let collector = try collector(
            "sleep 300 & echo \"{\\\"type\\\":\\\"vm.other\\\",\\\"id\\\":\\\"$! $$\\\"}\"; trap '' TERM; while :; do sleep 1; done"
        )
        let events = try await read(collector, 1).events
        let pids = try #require(events.first).id.split(separator: " ").compactMap { Int32($0) }
        #expect(pids.count == 2 && pids.allSatisfy { kill($0, 0) == 0 })
        await collector.stop()
        try await waitUntil("both are gone") {
            pids.allSatisfy { pid in
                let state = TestFile.text("/proc/\(pid)/stat")?.split(separator: ")").last?.dropFirst().first
                return state == nil || state == "Z"
            }
        }
    }

    @Test("the shipped example tells what containerd does")
    func example() async throws {
        let root = #filePath.components(separatedBy: "/Tests/").first ?? ""
        let script = """
            cat <<'X'
            2026-11-21 03:59:35.326379345 +0000 UTC default /tasks/start {"container_id":"web","pid":21431}
            2026-11-21 04:09:35.331435378 +0000 UTC default /tasks/exit {"container_id":"web","id":"probe","pid":1,"exit_status":1}
            2026-11-21 04:09:35.331435378 +0000 UTC default /tasks/exit {"container_id":"web","id":"web","pid":21431,"exit_status":7}
            X
            """
        try #require(TestFile.write("#!/bin/sh\n\(script)\n".utf8, to: folder.path("ctr")))
        try #require(makeExecutable(folder.path("ctr")))
        let configuration = CommandConfiguration(
            command: ["python3", "\(root)/Packaging/examples/containerd-events.py"],
            environment: ["PATH=\(folder.path):/usr/bin:/bin"])
        let collector = try CommandCollector(configuration, in: context(of: .system))
        let events = try await read(collector, 2).events
        #expect(events.map(\.type) == ["container.started", "container.exited"])
        #expect(events[1].message == "web exited with 7.")
        #expect(events[0].source == "containerd://hv1")
        // containerd went away: the program fails, and is started again.
        await #expect(throws: CommandEnded.self) {
            for _ in 0..<10 { _ = try await collector.poll(after: nil) }
        }
        await collector.stop()
    }

    private func context(of clock: AgentClock) -> CollectorContext {
        CollectorContext(
            name: "mine", clock: clock, host: HostView(name: "hv1", under: "/nowhere"),
            transport: { _ in throw HTTPError.invalid("none") },
            secrets: SecretStore { _ throws(SecretError) in throw SecretError("none") })
    }
}
