import AgentCore
import AgentTestKit
import EventModel
import HTTPClient
import Testing

@testable import Collectors

@Suite struct OsctldTests {
    private let folder: TemporaryDirectory
    private let server: OsctldServer

    init() throws {
        folder = try TemporaryDirectory("osctld")
        server = try OsctldServer(at: folder.path("osctld.sock"))
    }

    private func collector(commands: Bool = false) throws -> OsctldCollector {
        let context = CollectorContext(
            name: "osctld", clock: .system, host: HostView(name: "hv1", under: "/nowhere"),
            transport: { _ in throw HTTPError.invalid("none") },
            secrets: SecretStore { _ throws(SecretError) in throw SecretError("none") })
        let configuration = OsctldConfiguration(socket: folder.path("osctld.sock"), commands: commands)
        return try OsctldCollector(configuration, in: context)
    }

    private func read(
        _ collector: OsctldCollector, _ count: Int, after checkpoint: Checkpoint?
    ) async throws -> (events: [Event], checkpoint: Checkpoint?) {
        var (events, checkpoint): ([Event], Checkpoint?) = ([], checkpoint)
        for _ in 0..<10 where events.count < count || checkpoint == nil {
            let batch = try await collector.poll(after: checkpoint)
            events += batch.events
            checkpoint = batch.checkpoint ?? checkpoint
        }
        return (events, checkpoint)
    }

    @Test("it subscribes without a filter, then lists, and tells the states, interfaces and lists as they change")
    func tells() async throws {
        server.holds(#"[{"id":"101","pool":"tank","state":"stopped"}]"#)
        let collector = try collector()
        let first = try await read(collector, 0, after: nil)
        #expect(first.events.isEmpty)
        #expect(server.commands == [#"{"cmd":"event_subscribe","opts":{}}"#, #"{"cmd":"ct_list","opts":{}}"#])
        for state in ["starting", "running", "freezing", "frozen", "thawed", "running", "stopping", "stopped"] {
            server.say("state", #"{"pool":"tank","id":"101","state":"\#(state)"}"#)
        }
        server.say("ct_init_pid", #"{"pool":"tank","id":"101","init_pid":4711}"#)
        server.say("ct_netif", #"{"pool":"tank","id":"101","action":"up","name":"eth0","veth":"veth7"}"#)
        server.say("ct_exit", #"{"pool":"tank","id":"101","exit_type":"reboot"}"#)
        server.say("db", #"{"object":"user","pool":"tank","id":"u1","action":"add"}"#)
        server.say("management", #"{"id":1,"cmd":"passwd","opts":{"password":"secret"},"state":"run"}"#)
        server.say("ct_new_thing", #"{"id":"101"}"#)
        server.line("garbage")
        let told = try await read(collector, 10, after: first.checkpoint)
        #expect(
            told.events.map(\.type.rawValue) == [
                "container.started", "container.paused", "container.resumed", "container.stopped",
                "container.init-pid-found", "container.interface-up", "container.rebooted", "inventory.object-added",
                "container.other", "agent.collector-line-refused",
            ])
        #expect(told.events[0].guest?.id == "101")
        #expect(told.events[0].related == [RelatedObject(kind: "pool", id: "tank")])
        #expect(told.events.allSatisfy { !String(decoding: $0.data.bytes, as: UTF8.self).contains("secret") })
        await collector.stop()
        server.stop()
    }

    @Test("when osctld goes the poll fails with its reason; when it is back the list tells what changed meanwhile")
    func restart() async throws {
        server.holds(#"[{"id":"1","pool":"t","state":"running"},{"id":"2","pool":"t","state":"running"}]"#)
        let collector = try collector()
        let first = try await read(collector, 0, after: nil)
        server.say("state", #"{"pool":"t","id":"1","state":"frozen"}"#)
        server.say("osctld_shutdown", "{}")
        let told = try await read(collector, 2, after: first.checkpoint)
        #expect(told.events.map(\.type) == ["container.paused", "engine.stopped"])
        server.shutDown()
        let error = await #expect(throws: CommandEnded.self) {
            for _ in 0..<5 { _ = try await collector.poll(after: told.checkpoint) }
        }
        #expect(error?.description.contains("osctld is shutting down") == true)
        server.holds(
            #"[{"id":"1","pool":"t","state":"running"},{"id":"2","pool":"t","state":"stopped"},{"id":"3","pool":"t","state":"running"}]"#
        )
        let again = try self.collector()
        let changed = try await read(again, 3, after: told.checkpoint)
        #expect(
            changed.events.map { "\($0.guest?.id ?? "") \($0.type)" } == [
                "1 container.resumed", "2 container.stopped", "3 container.started",
            ])
        await collector.stop()
        await again.stop()
        server.stop()
    }

    @Test("a conversation takes lines in any order without losing its place")
    func conversation() throws {
        var talk = OsctldConversation(.events)
        #expect(talk.take(.progress) == .nothing)
        #expect(talk.take(.response("early")) == .nothing)
        #expect(talk.take(.greeting(version: "1")) == .send(Array("{\"cmd\":\"event_subscribe\",\"opts\":{}}\n".utf8)))
        #expect(talk.take(.progress) == .nothing)
        #expect(talk.take(.response("subscribed")) == .subscribed)
        #expect(talk.take(.response("odd")) == .nothing)
        #expect(talk.take(.failure("osctld is shutting down")) == .end("osctld is shutting down"))
        #expect(throws: EventDecodingError.self) { try OsctldLine.decode(Array("{}".utf8)) }
    }

    @Test("damaged lines are refused or taken, and never more")
    func damaged() {
        var random = SeededGenerator(test: 17)
        let lines = [
            #"{"version":"21"}"#, #"{"status":true,"response":{"type":"state","opts":{"id":"1","state":"running"}}}"#,
            #"{"status":false,"message":"no"}"#,
            #"{"status":true,"response":[{"id":"1","pool":"t","state":"running"}]}"#,
        ]
        var reading = OsctldReading()
        let translator = OsctldTranslator(host: "hv1", commands: true)
        for _ in 0..<3000 {
            var bytes = Array((lines.randomElement(using: &random) ?? "").utf8)
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            guard let line = try? OsctldLine.decode(bytes), case .response(let response) = line else { continue }
            if let list = response.array { _ = reading.take(list: list) }
            guard let event = OsctldEvent(response) else { continue }
            let told = translator.translate(event, in: &reading, at: .test(0))?.event
            #expect(told.map { EventCatalogue.sentence(of: $0.type) != nil } ?? true)
        }
    }
}
