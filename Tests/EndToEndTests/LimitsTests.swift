import AgentTestKit
import EventModel
import Testing

@Suite("Limits of a collector in the configuration")
struct LimitsTests {
    private func workplace(_ limits: JSONValue, messageBytes: JSONValue = 1024) throws -> Workplace {
        try Workplace(
            configuration: [
                "journal": ["kind": "sqlite", "path": "journal.db"],
                "collectors": [
                    [
                        "name": "demo", "kind": "replay", "path": "events.jsonl", "limits": limits,
                        "messageBytes": messageBytes,
                    ]
                ],
            ])
    }

    @Test("noisy types are thinned out and long messages are cut; the journal has the rest")
    func whole() async throws {
        let workplace = try workplace([["types": ["request.*"], "every": "15s"]])
        let long = String(repeating: "m", count: 1100)
        var lines: [UInt8] = []
        for number in 0..<20 {
            let event = Event(
                id: "\(number)", source: "scheduler://a", type: number == 10 ? "vm.other" : "request.predicate-failed",
                time: Timestamp(nanoseconds: Int64(number) * 1_000_000_000), data: JSONText(["message": .string(long)]))
            lines += EventEncoder.encode(event) + [UInt8(ascii: "\n")]
        }
        try #require(TestFile.write(lines, to: workplace.folder.path("events.jsonl")))
        let agent = try await workplace.startAgent()
        var events: [Event] = []
        for _ in 0..<50 where events.count < 3 {
            events = try await workplace.journal().map(\.event).filter { $0.type.family != "agent" }
        }
        agent.terminate()
        #expect(try await agent.waitForExit(limit: .seconds(30)) == .code(0))
        #expect(events.map(\.id) == ["0", "10", "15"])
        #expect(try events.map { try $0.data.parsed()["guestwatch.filtered"]?.integer } == [nil, nil, 13])
        #expect(events.allSatisfy { $0.message == String(long.prefix(1021)) + "..." })
    }

    @Test("wrong limits are told with their place")
    func wrong() async throws {
        let workplace = try workplace([["types": ["Request"], "per": "guests"]], messageBytes: 3)
        let (exit, _, errors) = try await workplace.run(["check"])
        #expect(exit == .code(78))
        for text in [
            "limits[0].types[0]: \"Request\" is not", "limits[0].per: \"guests\" is not one of",
            "\"every\" is missing", "messageBytes: expected a whole number from 16",
        ] {
            #expect(errors.contains(text), "\(text) in \(errors)")
        }
    }
}
