import AgentTestKit
import EventModel
import Testing

@Suite("The filter of a sink in the configuration")
struct FilterTests {
    private func workplace(_ filter: JSONValue) throws -> Workplace {
        try Workplace(
            configuration: [
                "journal": ["kind": "sqlite", "path": "journal.db"],
                "collectors": [["name": "demo", "kind": "replay", "path": "recorded.jsonl"]],
                "sinks": [["name": "archive", "kind": "file", "path": "events.jsonl", "filter": filter]],
            ])
    }

    /// Guests in turn on two hosts; every third event has another number of processors.
    private static let events = (0..<12).map { (number: Int) -> Event in
        let guest = Guest(
            kind: number % 4 == 3 ? .container : .vm, id: "vm-\(number % 4)", name: "web\(number % 4)",
            host: number % 2 == 0 ? "esx1" : "esx2")
        let processors: JSONValue = .number(number % 3 == 0 ? "8" : "4")
        return Event(
            id: "\(number)", source: "demo://a", type: "vm.reconfigured", time: Timestamp(nanoseconds: Int64(number)),
            guest: guest, data: JSONText(["spec": ["cpus": processors]]))
    }

    @Test(
        "guest and fields choose what a sink is given",
        arguments: [
            (["guest": ["host": "esx1"]], [0, 2, 4, 6, 8, 10]), (["guest": ["id": "vm-1"]], [1, 5, 9]),
            (["guest": ["kind": "container", "name": "web3"]], [3, 7, 11]),
            (["fields": [["name": "spec.cpus", "values": ["8"]]]], [0, 3, 6, 9]),
            (["guest": ["kind": "vm"], "fields": [["name": "spec.cpus", "values": ["8", "16"]]]], [0, 6, 9]),
        ] as [(JSONValue, [Int])])
    func chosen(filter: JSONValue, expected: [Int]) async throws {
        let workplace = try workplace(filter)
        var lines: [UInt8] = []
        for event in Self.events { lines += EventEncoder.encode(event) + [UInt8(ascii: "\n")] }
        try #require(TestFile.write(lines, to: workplace.folder.path("recorded.jsonl")))
        let agent = try await workplace.startAgent()
        var committed = 0
        for _ in 0..<100 where committed < Self.events.count {
            committed = try await workplace.journal().count { $0.event.type.family == "vm" }
        }
        agent.terminate()
        #expect(try await agent.waitForExit(limit: .seconds(30)) == .code(0))
        #expect(try await workplace.archive().map(\.event.id) == expected.map { "\($0)" })
    }

    @Test("a wrong filter is told with its place")
    func wrong() async throws {
        let filter: JSONValue = ["guest": ["kind": "vms", "hosts": "x"], "fields": [["values": ["8"]]]]
        let (exit, _, errors) = try await workplace(filter).run(["check"])
        #expect(exit == .code(78))
        for text in [
            "filter.guest.kind: \"vms\" is not", "filter.guest.hosts: unknown key",
            "filter.fields[0]: \"name\" is missing",
        ] {
            #expect(errors.contains(text), "\(text) in \(errors)")
        }
    }
}
