import AgentCore
import AgentTestKit
import EventModel
import HTTPClient
import Journals
import Logging
import Pipeline
import Platform

@testable import WebAPI

/// A pipeline among doubles with the API on a unix socket, and on loopback where asked for.
final class APIRig: Sendable {
    let directory: TemporaryDirectory
    let events: EventManager
    let server: APIServer
    let transport: CurlTransport
    let sink: ScriptedSink
    let collector: ScriptedCollector
    private let running: Locked<Task<Void, Never>?>

    var socket: String { directory.path("api.sock") }
    /// `http://127.0.0.1:PORT` of the TCP door.
    var address: String { server.places.last.map { "http://\($0)" } ?? "" }

    init(
        api: String = "", journal: (any Journal)? = nil, sink: ScriptedSink = ScriptedSink(),
        batches: [ScriptedCollector.Step] = [], lag: UInt64 = 10_000, streams: Int = 101, perClient: Int = 15,
        clock: AgentClock = .system, starts: Bool = true, directory: TemporaryDirectory? = nil,
        reload: @escaping @Sendable () async -> ReloadOutcome = { ReloadOutcome() }
    ) async throws {
        let directory = try directory ?? TemporaryDirectory("gw-api")
        (self.directory, self.sink) = (directory, sink)
        let journal = journal ?? MemoryJournal(.init(), policy: RetentionPolicy(), clock: .system)
        collector = ScriptedCollector(batches)
        var settings = PipelineSettings(
            host: "test", announcesItself: false, stopDeadline: .seconds(5), pollGrace: .milliseconds(20),
            streams: StreamLimits(streams: streams, streamsPerClient: perClient, lag: lag))
        settings.measuresLatency = true
        let log = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        events = EventManager(
            journal: journal, collectors: [NamedCollector(name: "c", collector: collector)],
            sinks: [NamedSink(name: "s", filter: EventFilter(severity: .info), sink: sink)], clock: clock, log: log,
            settings: settings)
        let configuration = try Self.configuration(
            #"{"socket":"\#(directory.path("api.sock"))"\#(api.isEmpty ? "" : ",")\#(api)}"#)
        let context = APIContext(
            events: events, version: "1.2.3",
            configuration: { BlankedConfiguration.blanked(["sinks": [["name": "s", "password": "geheim"]]]) },
            clock: clock, log: log, makeSink: { NamedSink(name: $0, sink: ScriptedSink()) }, reload: reload)
        server = try APIServer(configuration, context)
        transport = CurlTransport(HTTPConnection(socket: directory.path("api.sock")))
        try await server.open()
        if starts { try await events.start() }
        running = Locked(nil)
        let task = Task { [server] in await server.run() }
        running.withLock { $0 = task }
    }

    static func configuration(_ json: String, directory: String = "/") throws -> APIConfiguration {
        var source = ConfigurationSource(
            node: try JSONDocument(Array(json.utf8)).root, path: .init(), directory: directory)
        let value = ConfigurationType<APIConfiguration>.object().read(&source)
        guard let value, source.problems.isEmpty else { throw Unreadable(problems: source.problems.map(\.text)) }
        return value
    }

    /// What is wrong with a configuration.
    struct Unreadable: Error {
        var problems: [String]
    }

    /// Stops as the agent does.
    func stop() async {
        await events.stop()
        server.close()
        await running.withLock(\.self)?.value
        await transport.close()
    }

    /// Runs a test, and stops whatever it comes to.
    static func with(_ rig: APIRig, _ body: (APIRig) async throws -> Void) async throws {
        do {
            try await body(rig)
        } catch {
            await rig.stop()
            throw error
        }
        await rig.stop()
    }

    /// Asks on the unix socket.
    func ask(_ path: String, headers: HTTPHeaders = [:]) async throws -> Reply {
        try await ask("GET", path, headers: headers)
    }

    /// Asks on the unix socket by another method.
    func ask(
        _ method: String, _ path: String, headers: HTTPHeaders = [:], json: String = ""
    ) async throws -> Reply {
        var headers = headers
        if !json.isEmpty, headers["Content-Type"] == nil { headers["Content-Type"] = "application/json" }
        let (head, body) = try await transport.send(
            HTTPRequest(method, "http://localhost\(path)", headers: headers, body: Array(json.utf8)))
        return Reply(head: head, body: body)
    }

    /// Asks over TCP.
    func knock(_ method: String, _ path: String, headers: HTTPHeaders = [:]) async throws -> Reply {
        let tcp = CurlTransport(HTTPConnection())
        let (head, body) = try await tcp.send(HTTPRequest(method, address + path, headers: headers))
        await tcp.close()
        return Reply(head: head, body: body)
    }

    /// Commits events about a VM.
    @discardableResult
    func inject(_ events: [Event]) async throws -> Injection {
        let objects = events.map { String(decoding: EventEncoder.encode($0), as: UTF8.self) }
        return try await self.events.inject(Array("[\(objects.joined(separator: ","))]".utf8))
    }
}

/// An answer.
struct Reply: Sendable {
    var head: HTTPResponse
    var body: [UInt8]

    var status: Int { head.status }
    var text: String { String(decoding: body, as: UTF8.self) }
    var type: String? { head.headers["Content-Type"] }

    /// The body as JSON; null where it is none.
    var json: JSONValue { (try? JSONDocument(body).root.value) ?? .null }

    /// The sequences of a window's events.
    var sequences: [UInt64] {
        (json["events"]?.array ?? []).compactMap { $0["sequence"]?.string.flatMap { UInt64($0) } }
    }
}

/// An event about a VM; `number` is its id and its second.
func vmEvent(
    _ number: Int, _ type: EventType = "vm.powered-on", vm: String = "vm-1", source: String = "test://a",
    severity: Severity = .info, name: String? = nil, data: JSONValue = .object([])
) -> Event {
    Event(
        id: "\(number)", source: source, type: type,
        time: Timestamp(nanoseconds: 1_700_000_000_000_000_000 + Int64(number) * 1_000_000_000), severity: severity,
        guest: Guest(kind: .vm, id: vm, name: name, host: "hv1"), data: JSONText(data))
}
