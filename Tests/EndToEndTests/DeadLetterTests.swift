import AgentTestKit
import EventModel
import Testing

@Suite("Deliveries by configuration and command")
struct DeadLetterTests {
    private static func configuration(_ sink: [JSONValue.Member]) -> JSONValue {
        [
            "journal": ["kind": "sqlite", "path": "journal.db"],
            "collectors": [
                [
                    "name": "demo", "kind": "replay",
                    "path": .string(PackageRoot["Fixtures/vsphere-events/vcenter-session"]),
                ]
            ],
            "sinks": [.object([.init("name", "x")] + sink)],
        ]
    }

    @Test("what is wrong with a sink's deliveries is said with its place, and the schema knows the keys")
    func wrong() async throws {
        let workplace = try Workplace(
            configuration: Self.configuration([
                .init("kind", "file"), .init("path", "e.jsonl"), .init("workers", .number("4")),
                .init("batch", ["entries": .number("0"), "linger": .number("5")]), .init("retry", ["atempts": 3]),
                .init("whenUnavailable", "drop"), .init("expires", "7"),
            ]))
        let (exit, _, errors) = try await workplace.run(["check"])
        #expect(exit == .code(78))
        let wanted = [
            "sinks[0]: workers: 4 at once, but the kind \"file\" allows 1", "sinks[0].batch.entries:",
            "sinks[0].batch.linger: 5 has no unit", "sinks[0].retry.atempts: unknown key; did you mean \"attempts\"?",
            "sinks[0].whenUnavailable: \"drop\" is not one of \"retain\", \"discard\"", "sinks[0].expires: \"7\"",
        ]
        for text in wanted { #expect(errors.contains(text), "\(text) in \(errors)") }
    }

    @Test("what is given up is listed, not given to a kind that keeps order, delivered again by another, and removed")
    func redelivered() async throws {
        let broken: [JSONValue.Member] = [
            .init("kind", "file"), .init("path", "collectors.json/e.jsonl"), .init("retry", ["attempts": 1]),
            .init("filter", ["types": ["vm.*"]]),
        ]
        let workplace = try Workplace(configuration: Self.configuration(broken))
        let agent = try await workplace.startAgent(environment: [:])
        try await waitUntil("given up") {
            try await !workplace.run(["dead-letters", "list"]).1.isEmpty
        }
        agent.terminate()
        _ = try await agent.waitForExit()
        let listed = try await workplace.run(["dead-letters", "list", "--sink", "x"]).1.split(separator: "\n")
        #expect(listed.allSatisfy { $0.contains("given up after 1 attempts") })
        let events = try Workplace.events(of: try await workplace.run(["dead-letters", "list", "--events"]).1)
        #expect(events.count == listed.count)
        let refused = try await workplace.run(["dead-letters", "redeliver", "x"])
        #expect(refused.0 == .code(64))
        #expect(refused.2.contains("takes no older entries"))
        try #require(
            TestFile.write(
                JSONWriter.indented(Self.configuration([.init("kind", "stdout"), .init("format", "json")])),
                to: workplace.folder.path("collectors.json")))
        let first = try await workplace.run(["dead-letters", "redeliver", "x", "--number", "1"])
        #expect(first.0 == .code(0), "\(first.2)")
        #expect(first.1.contains("delivered 1, refused again 0"))
        #expect(first.1.contains("\"id\":\"\(events[0].event.id)\""))
        if listed.count > 1 {
            #expect(try await workplace.run(["dead-letters", "remove", "2", "99"]).1 == "removed 1\n")
        }
        let rest = try await workplace.run(["dead-letters", "redeliver", "x"])
        #expect(rest.1.contains("delivered \(max(0, listed.count - 2)), refused again 0"))
        #expect(try await workplace.run(["dead-letters"]).1.isEmpty)
        #expect(try await workplace.run(["dead-letters", "redeliver", "nobody"]).0 == .code(64))
    }

    @Test("while the agent runs its dead letters are removed and delivered again by it")
    func online() async throws {
        let broken: [JSONValue.Member] = [
            .init("kind", "webhook"), .init("url", "http://127.0.0.1:9/"), .init("retry", ["attempts": 1]),
            .init("filter", ["types": ["vm.*"]]),
        ]
        let api = JSONValue.Member("api", ["socket": "api.sock"])
        let workplace = try Workplace(configuration: .object((Self.configuration(broken).members ?? []) + [api]))
        let agent = try await workplace.startAgent(environment: [:])
        try await waitUntil("given up") {
            try await workplace.run(["dead-letters", "list"]).1.split(separator: "\n").count >= 2
        }
        #expect(try await workplace.run(["dead-letters", "remove", "1", "1", "9999"]).1 == "removed 1\n")
        #expect(try await !workplace.run(["dead-letters"]).1.hasPrefix("1  "))
        let (unavailable, _, why) = try await workplace.run(["dead-letters", "redeliver", "x", "--number", "2"])
        #expect(unavailable == .code(69) && why.contains("guestwatch: x: "), "\(why)")
        #expect(try await workplace.run(["dead-letters", "redeliver", "nobody"]).0 == .code(1))
        let mute = try await workplace.run(["dead-letters", "remove", "2", "--api", "elsewhere.sock"])
        #expect(mute.0 == .code(69) && mute.2.contains("no agent answers"), "\(mute.2)")
        agent.terminate()
        #expect(try await agent.waitForExit(limit: .seconds(30)) == .code(0))
    }
}
