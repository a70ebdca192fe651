import AgentTestKit
import EventModel
import Glibc
import Testing

@testable import guestwatch

@Suite("A changed configuration")
struct ReloadTests {
    private static let lines = 3000

    private static func sink(_ name: String, _ more: [JSONValue.Member] = []) -> JSONValue {
        .object([.init("name", .string(name)), .init("kind", "file"), .init("path", .string("\(name).jsonl"))] + more)
    }

    private static func collector(_ more: [JSONValue.Member] = []) -> JSONValue {
        .object(
            [
                .init("name", "log"), .init("kind", "file-watch"), .init("paths", ["app.log"]),
                .init("start", "beginning"),
            ]
                + more)
    }

    private static func configuration(
        journal: [JSONValue.Member] = [], collectors: [JSONValue] = [collector()], sinks: [JSONValue]
    ) -> JSONValue {
        [
            "journal": .object([.init("kind", "sqlite"), .init("path", "journal.db")] + journal),
            "collectors": .array(collectors), "sinks": .array(sinks),
        ]
    }

    private func write(_ configuration: JSONValue, in workplace: Workplace) throws {
        try #require(
            TestFile.write(JSONWriter.indented(configuration), to: workplace.folder.path("collectors.json")))
    }

    /// Changes the file and waits until the agent has said what it made of it, for the `count`-th time.
    private func reload(
        _ configuration: JSONValue, _ agent: ChildProcess, in workplace: Workplace, saying words: String
    ) async throws {
        let before = agent.errors.split(separator: "\n").count { $0.contains(words) }
        try write(configuration, in: workplace)
        agent.signal(SIGHUP)
        try await waitUntil("the agent says: \(words)", limit: .seconds(30)) {
            agent.errors.split(separator: "\n").count { $0.contains(words) } > before
        }
    }

    private func messages(_ name: String, in workplace: Workplace) throws -> [String] {
        try Workplace.events(of: TestFile.text(workplace.folder.path(name)) ?? "")
            .filter { $0.event.type == "log.line" }.compactMap(\.event.message)
    }

    @Test("what changed is made anew, nothing is lost or repeated, while events come all the time")
    func storm() async throws {
        let workplace = try Workplace(configuration: Self.configuration(sinks: [Self.sink("a"), Self.sink("b")]))
        let log = workplace.folder.path("app.log")
        try #require(TestFile.write([], to: log))
        let agent = try await workplace.startAgent()
        let writing = Task {
            let file = fopen(log, "a")
            for number in 1...Self.lines {
                fputs("line \(number)\n", file)
                fflush(file)
                if number % 10 == 0 { try? await ContinuousClock().sleep(for: .milliseconds(2)) }
            }
            fclose(file)
        }
        let done = "configuration reloaded"
        let rotated = Self.sink("b", [.init("fsync", "never")])
        let steps = [
            Self.configuration(sinks: [Self.sink("a"), Self.sink("b"), Self.sink("c")]),
            Self.configuration(
                collectors: [Self.collector([.init("pollInterval", "300ms")])],
                sinks: [Self.sink("a"), rotated, Self.sink("c")]),
            Self.configuration(
                journal: [.init("retention", ["count": 1_000_000])],
                collectors: [Self.collector([.init("openFiles", 16)])], sinks: [Self.sink("a"), rotated]),
            Self.configuration(sinks: [Self.sink("a"), Self.sink("b"), Self.sink("c")]),
        ]
        for step in steps { try await reload(step, agent, in: workplace, saying: done) }
        await writing.value
        let expected = (1...Self.lines).map { "line \($0)" }
        for name in ["a", "b", "c"] {
            try await waitUntil("all is in \(name)", limit: .seconds(60)) {
                (TestFile.text(workplace.folder.path("\(name).jsonl")) ?? "").contains("line \(Self.lines)\"")
            }
        }
        agent.terminate()
        #expect(try await agent.waitForExit() == .code(0), "\(agent.errors)")
        #expect(!agent.errors.contains("not applied"), "\(agent.errors)")
        let journal = try await workplace.journal()
        #expect(journal.filter { $0.event.type == "log.line" }.compactMap(\.event.message) == expected)
        for name in ["a", "b", "c"] { #expect(try messages("\(name).jsonl", in: workplace) == expected, "\(name)") }
        let commands = journal.filter { $0.event.type.rawValue.contains("command") }
            .compactMap { try? $0.event.data.parsed()["command"]?["name"]?.string }
        #expect(
            Set(commands).isSuperset(of: ["register-sink", "replace-sink", "unregister-sink", "replace-collector"]))
    }

    @Test("an invalid file, and one that changes what cannot change, change nothing and say why")
    func refused() async throws {
        let good = Self.configuration(sinks: [Self.sink("a")])
        let workplace = try Workplace(configuration: good)
        try #require(TestFile.write("line 1\n".utf8, to: workplace.folder.path("app.log")))
        let agent = try await workplace.startAgent()
        let refused = "configuration not reloaded, nothing changed"
        try await reload(
            Self.configuration(sinks: [Self.sink("c"), Self.sink("b", [.init("fsnyc", "never")])]), agent,
            in: workplace, saying: refused)
        #expect(agent.errors.contains(#"did you mean \"fsync\"?"#), "\(agent.errors)")
        try await reload(
            Self.configuration(journal: [.init("holdings", "1")], sinks: [Self.sink("c")]), agent, in: workplace,
            saying: refused)
        let moved: JSONValue = [
            "journal": ["kind": "sqlite", "path": "other.db"], "collectors": [Self.collector()],
            "sinks": [Self.sink("c")],
        ]
        try await reload(moved, agent, in: workplace, saying: "journal.path: cannot change while the agent runs")
        try await reload(good, agent, in: workplace, saying: "nothing changed")
        // It still runs on what it began with.
        let file = fopen(workplace.folder.path("app.log"), "a")
        fputs("line 2\n", file)
        fclose(file)
        try await waitUntil("line 2 is in the archive", limit: .seconds(30)) {
            (TestFile.text(workplace.folder.path("a.jsonl")) ?? "").contains("line 2\"")
        }
        agent.terminate()
        #expect(try await agent.waitForExit() == .code(0), "\(agent.errors)")
        #expect(!TestFile.exists(workplace.folder.path("c.jsonl")))
        #expect(!TestFile.exists(workplace.folder.path("other.db")))
    }

    @Test("the command has the file applied, says what changed, and all that is wrong with a bad one")
    func command() async throws {
        func with(_ sinks: [JSONValue]) -> JSONValue {
            .object((Self.configuration(sinks: sinks).members ?? []) + [.init("api", ["socket": "api.sock"])])
        }
        let workplace = try Workplace(configuration: with([Self.sink("a")]))
        let agent = try await workplace.startAgent()
        #expect(try await workplace.run(["reload"]).1 == "nothing changed\n")
        try write(with([Self.sink("a", [.init("fsync", "never")]), Self.sink("b")]), in: workplace)
        #expect(try await workplace.run(["reload"]).1 == "sinks added: b\nsinks changed: a\n")
        // The client reads the same file: it is told where the agent is.
        try write(
            with([Self.sink("a", [.init("fsnyc", "never")]), Self.sink("b", [.init("rotate", true)])]), in: workplace)
        let (exit, output, errors) = try await workplace.run(["reload", "--api", "api.sock"])
        #expect(exit == .code(1) && output.isEmpty && errors.contains("nothing changed"), "\(errors)")
        #expect(errors.contains(#"did you mean "fsync"?"#) && errors.contains("sinks[1].rotate"), "\(errors)")
        agent.terminate()
        #expect(try await agent.waitForExit(limit: .seconds(30)) == .code(0))
    }

    @Test("a reload brings an API, changes its limits, and ends it: the command that ends it has its answer")
    func face() async throws {
        let plain = Self.configuration(sinks: [Self.sink("a")])
        func with(_ more: [JSONValue.Member] = []) -> JSONValue {
            .object((plain.members ?? []) + [.init("api", .object([.init("socket", "api.sock")] + more))])
        }
        let workplace = try Workplace(configuration: plain)
        try #require(TestFile.write("line 1\n".utf8, to: workplace.folder.path("app.log")))
        let agent = try await workplace.startAgent()
        let api = ["--api", "api.sock"]
        for _ in 1...2 {
            try await reload(with(), agent, in: workplace, saying: "api listens")
            #expect(try await workplace.run(["status"] + api).0 == .code(0))
            try write(with([.init("limits", ["bodyBytes": "1KiB"])]), in: workplace)
            #expect(try await workplace.run(["reload"] + api).1 == "api changed: limits\n")
            let large = #"{"specversion":"1.0","id":"1","source":"s","type":"guestwatch.vm.other","data":{"message":""#
            let event = large + String(repeating: "x", count: 2000) + #""}}"#
            try #require(TestFile.write(event.utf8, to: workplace.folder.path("large.json")))
            #expect(try await workplace.run(["inject", "large.json"] + api).2.contains("1024"))
            try write(plain, in: workplace)
            let (exit, output, errors) = try await workplace.run(["reload"] + api)
            #expect(exit == .code(0) && output == "api changed: socket\n", "\(errors)")
            try await waitUntil("nothing listens") { !workplace.folder.names.contains("api.sock") }
        }
        agent.terminate()
        #expect(try await agent.waitForExit() == .code(0), "\(agent.errors)")
    }

    @Test("what is to be done is told apart by name and content, without regard to order")
    func difference() throws {
        func parts(_ text: String) throws -> ConfigurationParts {
            ConfigurationParts(try JSONDocument(Array(text.utf8)).root.value)
        }
        let old = try parts(
            """
            { "journal": { "kind": "sqlite", "path": "j", "retention": { "age": "1d" } },
              "collectors": [ { "name": "a", "kind": "x", "n": 1 }, { "name": "b", "kind": "x" } ],
              "sinks": [ { "name": "s", "kind": "y" }, { "name": "t", "kind": "y" } ] }
            """)
        let same = try parts(
            """
            { "sinks": [ { "kind": "y", "name": "t" }, { "name": "s", "kind": "y" } ],
              "collectors": [ { "name": "b", "kind": "x" }, { "n": 1, "kind": "x", "name": "a" } ],
              "journal": { "retention": { "age": "1d" }, "path": "j", "kind": "sqlite" }, "$schema": "s" }
            """)
        #expect(ConfigurationChange(from: old, to: same).isEmpty)
        let new = try parts(
            """
            { "journal": { "kind": "sqlite", "path": "k", "whenFull": "block", "retention": { "age": "1d" } },
              "api": { "socket": "s" },
              "collectors": [ { "name": "a", "kind": "x", "n": 2 }, { "name": "c", "kind": "x" } ],
              "sinks": [ { "name": "t", "kind": "z" } ] }
            """)
        let change = ConfigurationChange(from: old, to: new)
        #expect(change.collectors.added == ["c"])
        #expect(change.collectors.removed == ["b"])
        #expect(change.collectors.changed == ["a"])
        #expect(change.sinks.added.isEmpty && change.sinks.removed == ["s"] && change.sinks.changed == ["t"])
        #expect(change.retention)
        #expect(change.impossible == ["journal.path"])
    }
}
