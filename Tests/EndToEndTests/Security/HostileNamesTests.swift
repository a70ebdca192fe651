import AgentTestKit
import EventModel
import Testing

/// Names and messages from outside that would move cursors, change titles, forge lines and turn text around, through
/// everything that a person or a log reads.
@Suite("Hostile names")
struct HostileNamesTests {
    /// Clears the screen, sets the title, CSI of the second set of controls, delete, right-to-left override, a forged
    /// log line, a line separator, markup.
    static let name =
        "web\u{1B}[2J\u{1B}]0;owned\u{07}\u{9B}31m\u{7F}\u{202E}evil\r\n2026-01-01T00:00:00Z error x"
        + "\u{2028}\u{85}<script>\" collector=forged"

    /// What a terminal would obey, or a log would take for the end of a line.
    static func obeyed(in text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control: scalar != "\n"
            case .format, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
    }

    private func workplace(_ sinks: JSONValue) throws -> Workplace {
        let workplace = try Workplace(configuration: [
            "journal": ["kind": "sqlite", "path": "journal.db"],
            "collectors": [["name": "demo", "kind": "replay", "path": "feed.jsonl"]], "sinks": sinks,
            "api": ["socket": "api.sock"],
        ])
        let event = Event(
            id: "e1\u{9B}", source: "test://feed", type: "vm.powered-on",
            time: Timestamp(nanoseconds: 1_795_242_000_000_000_000),
            guest: Guest(kind: .vm, id: "vm-7", name: Self.name, host: "hv\u{202E}1"),
            data: JSONText(["message": .string(Self.name)]))
        try #require(TestFile.write(EventEncoder.encode(event) + [10], to: workplace.folder.path("feed.jsonl")))
        return workplace
    }

    @Test("no command writes a control character, whatever it shows and in whatever form")
    func commands() async throws {
        let workplace = try workplace([["name": "archive", "kind": "file", "path": "events.jsonl"]])
        let agent = try await workplace.startAgent()
        try await waitUntil("the event is stored", limit: .seconds(30)) {
            (TestFile.text(workplace.folder.path("events.jsonl")) ?? "").contains("powered-on")
        }
        let inspections: [[String]] = [
            ["events"], ["events", "--format", "text"], ["events", "--format", "json"], ["guests"],
            ["guests", "--json"], ["status"],
            ["status", "--json"], ["where", "e1\u{9B}"], ["where", "--json", "e1\u{9B}"], ["journal", "show"],
            ["journal", "export"], ["top", "--by", "guest", "--interval", "0.1", "--count", "1"],
            ["replay", "."],
        ]
        for arguments in inspections {
            let (exit, output, errors) = try await workplace.run(arguments)
            #expect(Self.obeyed(in: output + errors).isEmpty, "\(arguments): \(output.debugDescription)")
            #expect(exit == .code(0) || arguments[0] == "replay", "\(arguments): \(errors)")
            let isAboutIt =
                !["status", "top", "replay"].contains(arguments[0]) && !arguments.starts(with: ["where", "--json"])
            #expect(!isAboutIt || output.contains("script"), "\(arguments) shows it: \(output)")
        }
        let tail = try workplace.start(["tail", "--after", "0", "--format", "text"])
        let line = try await tail.waitForLine { $0.contains("script") }
        #expect(Self.obeyed(in: line).isEmpty)
        tail.kill()
        agent.terminate()
        #expect(try await agent.waitForExit(limit: .seconds(30)) == .code(0))
    }

    /// What goes to the real journal of the machine that tests is not seen here.
    private static let formats =
        TestFile.exists("/run/systemd/journal/socket") ? ["text", "json"] : ["text", "json", "journald"]

    @Test("no log line has more than one line of it, in any format", arguments: formats)
    func logs(format: String) async throws {
        // What a destination says comes into the log and into the status.
        let server = try LoopbackServer(serving: { _ in
            ServedAnswer(403, body: Array("refused: \(Self.name)".utf8))
        })
        defer { server.stop() }
        let workplace = try workplace([
            ["name": "hook", "kind": "webhook", "url": .string("\(server.url)/")]
        ])
        let agent = try workplace.start(["run", "--log-format", format])
        _ = try await agent.waitForLine(limit: .seconds(30)) { $0.contains("refused") }
        let (_, status, _) = try await workplace.run(["status"])
        #expect(status.contains("refused") && Self.obeyed(in: status).isEmpty, "\(status.debugDescription)")
        // A stop would wait for the destination until its deadline.
        agent.kill()
        _ = try await agent.waitForExit(limit: .seconds(30))
        let log = agent.errors
        #expect(Self.obeyed(in: log).isEmpty, "\(log.debugDescription)")
        #expect(!log.split(separator: "\n").contains { $0.hasPrefix("2026-01-01T00:00:00Z error") }, "\(log)")
        if format == "json" {
            for line in log.split(separator: "\n") {
                #expect((try? JSONDocument(Array(line.utf8))) != nil, "\(line)")
            }
        } else {
            #expect(!log.contains(" collector=forged") || log.contains(#"\" collector=forged"#), "\(log)")
        }
    }
}
