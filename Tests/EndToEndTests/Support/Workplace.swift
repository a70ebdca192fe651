import AgentTestKit
import EventModel
import Testing

/// A folder with a configuration in which the built agent is started, killed and looked at.
struct Workplace {
    let folder: TemporaryDirectory

    init(configuration: JSONValue) throws {
        folder = try TemporaryDirectory("end-to-end")
        try #require(TestFile.write(JSONWriter.indented(configuration), to: folder.path("collectors.json")))
    }

    /// Starts `guestwatch` with arguments in this folder.
    func start(_ arguments: [String], environment: [String: String] = [:]) throws -> ChildProcess {
        var program = ChildProcess.Program(
            BuiltProduct.path("guestwatch"), arguments, environment: environment, directory: folder.path)
        program.environment["SWIFT_BACKTRACE"] = "enable=no"
        return try ChildProcess(program)
    }

    /// Starts the agent and waits until it says it is ready.
    func startAgent(environment: [String: String] = ["PASSWORD": FixtureSettings().password]) async throws
        -> ChildProcess
    {
        let agent = try start(["run"], environment: environment)
        _ = try await agent.waitForLine { $0.contains(" ready") }
        return agent
    }

    /// Runs a command to its end.
    func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> (
        ChildProcess.Exit, String, String
    ) {
        let command = try start(arguments, environment: environment)
        let exit = try await command.waitForExit(limit: .seconds(60))
        return (exit, command.output, command.errors)
    }

    /// The journal's entries, by `journal export`.
    func journal() async throws -> [PlacedEvent] {
        let (exit, output, errors) = try await run(["journal", "export"])
        #expect(exit == .code(0), "\(errors)")
        return try Self.events(of: output)
    }

    /// The lines of the archive, the rotated files first, as they were written.
    func archive() async throws -> [PlacedEvent] {
        let names = folder.names.filter { $0.hasPrefix("events") && !$0.hasSuffix(".lock") }
        var events: [PlacedEvent] = []
        for name in names {
            var text = TestFile.text(folder.path(name)) ?? ""
            if name.hasSuffix(".gz") {
                let zcat = try ChildProcess(.init("/bin/zcat", [folder.path(name)]))
                #expect(try await zcat.waitForExit() == .code(0), "\(name): \(zcat.errors)")
                text = zcat.output
            }
            events += try Self.events(of: text)
        }
        return events.sorted { ($0.sequence ?? 0) < ($1.sequence ?? 0) }
    }

    static func events(of lines: String) throws -> [PlacedEvent] {
        try lines.split(separator: "\n").map { try EventDecoder.decode(Array($0.utf8)) }
    }

    /// A configuration of one vSphere collector, a journal and an archive, all in the folder.
    static func configuration(url: String, changes: [JSONValue.Member] = [], rotate: JSONValue? = nil) -> JSONValue {
        let collector: [JSONValue.Member] = [
            .init("name", "vc"), .init("kind", "vsphere-events"), .init("url", .string(url)),
            .init("username", .string(FixtureSettings().userName)), .init("password", ["env": "PASSWORD"]),
            .init("start", "beginning"),
        ]
        let kept = collector.filter { member in !changes.contains { $0.name == member.name } }
        var sink: [JSONValue.Member] = [.init("name", "archive"), .init("kind", "file"), .init("path", "events.jsonl")]
        if let rotate { sink.append(.init("rotate", rotate)) }
        return [
            "journal": ["kind": "sqlite", "path": "journal.db"],
            "collectors": [.object(kept + changes)], "sinks": [.object(sink)],
        ]
    }
}

extension [PlacedEvent] {
    /// Only what came from a vCenter, not what the agent says of itself.
    var fromVSphere: [PlacedEvent] { filter { $0.event.source.hasPrefix("vsphere://") } }

    /// The vSphere keys, in order.
    var keys: [Int32] {
        fromVSphere.compactMap { placed in
            (try? placed.event.data.parsed()["key"]?.integer).flatMap { $0 }.flatMap { Int32(exactly: $0) }
        }
    }
}
