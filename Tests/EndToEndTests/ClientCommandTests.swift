import AgentTestKit
import EventModel
import Testing

/// The commands that speak to a running agent, against the real one.
@Suite("Commands to a running agent")
struct ClientCommandTests {
    private func workplace() throws -> Workplace {
        let workplace = try Workplace(configuration: [
            "journal": ["kind": "sqlite", "path": "journal.db"],
            "collectors": [["name": "demo", "kind": "replay", "path": "feed.jsonl"]],
            "sinks": [
                ["name": "archive", "kind": "file", "path": "events.jsonl"],
                ["name": "quiet", "kind": "file", "path": "quiet.jsonl", "filter": ["types": ["host.*"]]],
            ],
            "api": ["socket": "api.sock"],
        ])
        let lines = (1...30).map { number in
            EventEncoder.encode(Self.event(number, number == 30 ? "vm.powered-off" : "vm.powered-on")) + [10]
        }
        try #require(TestFile.write(lines.flatMap(\.self), to: workplace.folder.path("feed.jsonl")))
        return workplace
    }

    private static func event(_ number: Int, _ type: EventType, guest: String = "vm-1") -> Event {
        Event(
            id: "e\(number)", source: "test://feed", type: type,
            time: Timestamp(nanoseconds: 1_795_242_000_000_000_000 + Int64(number) * 1_000_000_000),
            guest: Guest(kind: .vm, id: guest, name: "web", host: "hv1"),
            data: JSONText(["message": .string("number \(number)")]))
    }

    /// Runs a command that must succeed; gives its lines.
    private func lines(_ workplace: Workplace, _ arguments: [String]) async throws -> [String] {
        let (exit, output, errors) = try await workplace.run(arguments)
        #expect(exit == .code(0), "\(arguments): \(errors)")
        return output.split(separator: "\n").map(String.init)
    }

    private func committed(_ workplace: Workplace, _ count: Int) async throws {
        for _ in 0..<100 {
            if try await lines(workplace, ["events", "--last", "100", "--type", "vm.*"]).count >= count { return }
        }
        Issue.record("not \(count) events")
    }

    @Test("events, guests, where and status tell what the journal, the guests and the sinks are")
    func looking() async throws {
        let workplace = try workplace()
        let agent = try await workplace.startAgent()
        try await committed(workplace, 30)
        let all = try await lines(workplace, ["events", "--from", "0", "--type", "vm.*"])
        #expect(try Workplace.events(of: all.joined(separator: "\n")).map(\.event.id) == (1...30).map { "e\($0)" })
        #expect(try await lines(workplace, ["events", "--last", "5", "--type", "vm.powered-off"]).count == 1)
        let text = try await lines(workplace, ["events", "--last", "1", "--type", "vm.*", "--format", "text"])
        #expect(text.first?.contains("vm.powered-off  web (vm-1) on hv1: number 30") == true, "\(text)")
        let guests = try await lines(workplace, ["guests"])
        #expect(guests.count == 2 && guests[1].hasPrefix("vm    web   vm-1   hv1   stopped"), "\(guests)")
        let place = try await lines(workplace, ["where", "e7"])
        #expect(place.contains { $0.hasPrefix("archive  acknowledged") }, "\(place)")
        #expect(place.contains { $0.hasPrefix("quiet    filtered") }, "\(place)")
        let status = try await lines(workplace, ["status"])
        #expect(status.first?.contains("running, ready, health ok, up ") == true, "\(status)")
        #expect(status.contains { $0.hasPrefix("archive") && $0.contains(" file ") }, "\(status)")
        agent.terminate()
        #expect(try await agent.waitForExit(limit: .seconds(30)) == .code(0))
    }

    @Test("tail goes on after the agent was killed and started again: each event once, in order")
    func tail() async throws {
        let workplace = try workplace()
        var agent = try await workplace.startAgent()
        let tail = try workplace.start(["tail", "--after", "0", "--type", "vm.*", "--count", "32"])
        _ = try await tail.waitForLine { $0.contains("\"e30\"") }
        agent.kill()
        _ = try await agent.waitForExit(limit: .seconds(10))
        agent = try await workplace.startAgent()
        for number in 31...32 {
            let file = workplace.folder.path("new.json")
            try #require(TestFile.write(EventEncoder.encode(Self.event(number, "vm.reset")), to: file))
            #expect(try await lines(workplace, ["inject", "new.json"]) == ["stored 1, held already 0, filtered 0"])
        }
        #expect(try await tail.waitForExit(limit: .seconds(30)) == .code(0))
        #expect(try Workplace.events(of: tail.output).map(\.event.id) == (1...32).map { "e\($0)" })
        agent.terminate()
        _ = try await agent.waitForExit(limit: .seconds(30))
    }

    @Test("wait returns when a guest comes to a state, and says where it is when the time is over")
    func wait() async throws {
        let workplace = try workplace()
        let agent = try await workplace.startAgent()
        try await committed(workplace, 30)
        #expect(try await lines(workplace, ["wait", "web", "stopped"]) == [])
        let (late, _, errors) = try await workplace.run(["wait", "web", "running", "--timeout", "0.3"])
        #expect(late == .code(1) && errors.contains("\"web\" is not running after 0.3 seconds: stopped"), "\(errors)")
        let waiting = try workplace.start(["wait", "new", "running"])
        let event = Event(
            id: "n1", source: "test://feed", type: "vm.powered-on", time: Self.event(40, "vm.reset").time,
            guest: Guest(kind: .vm, id: "vm-9", name: "new"), data: JSONText(["message": "on"]))
        try #require(TestFile.write(EventEncoder.encode(event), to: workplace.folder.path("new.json")))
        _ = try await lines(workplace, ["inject", "new.json"])
        #expect(try await waiting.waitForExit(limit: .seconds(30)) == .code(0), "\(waiting.errors)")
        agent.terminate()
        _ = try await agent.waitForExit(limit: .seconds(30))
    }

    @Test("suspend, resume, restart and redeliver act on the part meant, and unknown names are told")
    func acting() async throws {
        let workplace = try workplace()
        let agent = try await workplace.startAgent()
        try await committed(workplace, 30)
        #expect(try await lines(workplace, ["suspend", "archive"]).first?.hasPrefix("sink archive: ") == true)
        _ = try await lines(workplace, ["resume", "archive"])
        _ = try await lines(workplace, ["restart", "archive"])
        let (exit, _, errors) = try await workplace.run(["suspend", "arhive"])
        #expect(exit == .code(64) && errors.contains("no collector or sink \"arhive\""), "\(errors)")
        let (order, _, why) = try await workplace.run(["redeliver", "archive", "--from", "1"])
        #expect(order == .code(1), "a file keeps order: \(why)")
        let top = try await lines(workplace, ["top", "--interval", "0.2", "--count", "1"])
        #expect(top.first?.hasPrefix("EVENTS/S  TOTAL  TYPE") == true, "\(top)")
        let collectors = try await lines(workplace, ["top", "--by", "collector", "--interval", "0.2", "--count", "1"])
        #expect(collectors.count == 2 && collectors[1].hasSuffix(" 30  demo"), "\(collectors)")
        agent.terminate()
        _ = try await agent.waitForExit(limit: .seconds(30))
    }

    @Test("a support bundle has the agent's state and no secret, and only its owner may read it")
    func supportBundle() async throws {
        let workplace = try workplace()
        let agent = try await workplace.startAgent()
        let printed = try await lines(workplace, ["support-bundle", "--out", "bundle.tar.gz"])
        #expect(printed == ["bundle.tar.gz"])
        let tar = try ChildProcess(
            .init("/bin/tar", ["-tvzf", "bundle.tar.gz"], directory: workplace.folder.path))
        #expect(try await tar.waitForExit() == .code(0), "\(tar.errors)")
        for name in ["status.json", "config.json", "metrics.txt", "dead-letters.json", "version.txt"] {
            #expect(tar.output.contains(name), "\(name) in \(tar.output)")
        }
        #expect(!tar.output.contains("events.json") && !tar.output.contains(".error"), "\(tar.output)")
        #expect(
            tar.output.split(separator: "\n").allSatisfy { $0.hasPrefix("-rw------- ") || $0.hasPrefix("drwx------ ") })
        agent.terminate()
        _ = try await agent.waitForExit(limit: .seconds(30))
    }

    @Test("without an agent every command says so, with the status for unavailable")
    func nobody() async throws {
        let workplace = try workplace()
        for arguments in [["status"], ["tail"], ["guests"], ["events"], ["suspend", "x"], ["where", "1"]] {
            let (exit, output, errors) = try await workplace.run(arguments)
            #expect(exit == .code(69) && output.isEmpty, "\(arguments): \(errors)")
            #expect(errors.contains("no agent answers at") && errors.contains("is it running"), "\(errors)")
        }
    }
}
