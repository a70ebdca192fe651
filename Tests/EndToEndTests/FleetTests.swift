#if NATS
    import AgentCore
    import AgentTestKit
    import EventModel
    import Glibc
    import Platform
    import Testing

    /// Hosts with agents, a NATS server, two hubs that each read all: during a storm the server is killed, a hub is
    /// killed for good, another hub, an agent and the server are cut off, an agent is killed. `FLEET_AGENTS` and
    /// `FLEET_EVENTS` (of each) make it larger.
    @Suite("A fleet", .serialized, .disabled(if: FleetNeeds.areMissing, "a fleet wants root, ip(8) and nats-server"))
    struct FleetTests {
        static let agents = Environment["FLEET_AGENTS"].flatMap { Int($0) } ?? 6
        static let events = Environment["FLEET_EVENTS"].flatMap { Int($0) } ?? 800
        /// Of the stream: as short as this, the server alone recognises no repeat.
        static let window = Environment["FLEET_WINDOW"] ?? "500ms"
        /// Between two events of one agent, in milliseconds.
        private static let pace = 10

        @Test("the surviving hub's journal holds every event exactly once")
        func storm() async throws {
            let names = ["srv", "hub1", "hub2"] + (0..<Self.agents).map { "a\($0)" }
            guard let network = try await FleetNetwork(names) else {
                Issue.record("no network namespace could be made")
                return
            }
            let fleet = try Fleet(network, agents: Self.agents, events: Self.events, pace: Self.pace)
            try await fleet.startServer()
            for hub in 1...2 { try fleet.start("hub\(hub)") }
            for agent in 0..<Self.agents { try fleet.start("a\(agent)") }
            let total = Self.agents * Self.events
            try await fleet.waitForHub(1, events: total / 8)
            try await fleet.killServer()
            try await fleet.startServer()
            try await fleet.waitForHub(1, events: total / 4)
            fleet.kill("hub2")
            fleet.kill("a1")
            for host in ["a0", "hub1"] { try await network.setLink(host, up: false) }
            try fleet.start("a1")
            try await AgentClock.system.sleep(.seconds(3))
            for host in ["a0", "hub1"] { try await network.setLink(host, up: true) }
            try await fleet.waitForHub(1, events: total / 2)
            try await network.setLink("srv", up: false)
            try await AgentClock.system.sleep(.seconds(2))
            try await network.setLink("srv", up: true)
            try await fleet.waitForHub(1, events: total)
            let journal = try await fleet.journal(of: 1)
            let ids = journal.filter { $0.event.source.hasPrefix("fleet://") }.map {
                $0.event.source + "#" + $0.event.id
            }
            #expect(ids.count == total)
            #expect(Set(ids).count == total)
            for agent in 0..<Self.agents {
                let own = journal.filter { $0.event.source == "fleet://a\(agent)" }.compactMap { Int($0.event.id) }
                #expect(own == Array(1...Self.events), "the order of a\(agent)")
            }
            #expect(!journal.contains { $0.event.type == "agent.collector-gap" })
        }
    }

    /// What a fleet is made of.
    private enum FleetNeeds {
        static let server = "/usr/sbin/nats-server"
        static var areMissing: Bool { getuid() != 0 || access(server, X_OK) != 0 || access("/sbin/ip", X_OK) != 0 }
    }

    /// The programs of a fleet, each in a folder and on a host of its own.
    private final class Fleet: Sendable {
        private let network: FleetNetwork
        private let folder: TemporaryDirectory
        private let running = Locked<[String: ChildProcess]>([:])

        init(_ network: FleetNetwork, agents: Int, events: Int, pace: Int) throws {
            self.network = network
            folder = try TemporaryDirectory("fleet")
            let endpoint: [JSONValue.Member] = [
                .init("url", .string("nats://\(FleetNetwork.firstAddress):4222")), .init("stream", "FLEET"),
                .init("timeout", "2s"),
            ]
            for hub in 1...2 {
                try write(
                    "hub\(hub)",
                    collector: .object(
                        [.init("name", "fleet"), .init("kind", "nats"), .init("wait", "500ms")] + endpoint),
                    sink: ["name": "archive", "kind": "file", "path": "events.jsonl", "fsync": "never"])
            }
            for agent in 0..<agents {
                try write(
                    "a\(agent)",
                    collector: ["name": "storm", "kind": "replay", "path": "storm.jsonl", "pace": "recorded"],
                    sink: .object(
                        [
                            .init("name", "bus"), .init("kind", "nats"),
                            .init("create", ["duplicates": .string(FleetTests.window)]),
                            .init("filter", ["types": ["vm.*"]]),
                        ] + endpoint))
                try require(TestFile.write(Self.storm(agent, events, pace), to: folder.path("a\(agent)/storm.jsonl")))
            }
            mkdir(folder.path("srv"), 0o700)
            let server = "listen: \"0.0.0.0:4222\"\njetstream { store_dir: \"\(folder.path("srv"))\" }\n"
            try require(TestFile.write(Array(server.utf8), to: folder.path("srv/server.conf")))
        }

        func startServer() async throws {
            let process = try network.start(
                "srv", FleetNeeds.server, ["-c", folder.path("srv/server.conf")], directory: folder.path("srv"))
            running.withLock { $0["srv"] = process }
            _ = try await process.waitForLine(limit: .seconds(60)) { $0.contains("Server is ready") }
        }

        func killServer() async throws {
            kill("srv")
            _ = try await running.withLock { $0["srv"] }?.waitForExit()
        }

        func start(_ host: String) throws {
            let process = try network.start(
                host, BuiltProduct.path("guestwatch"), ["run"], directory: folder.path(host))
            running.withLock { $0[host] = process }
        }

        /// kill -9.
        func kill(_ host: String) {
            let process = running.withLock { $0[host] }
            process?.kill()
            while process != nil, process?.exit == nil { usleep(1000) }
        }

        /// Waits until a hub has written so many events of the fleet.
        func waitForHub(_ hub: Int, events: Int) async throws {
            let path = folder.path("hub\(hub)/events.jsonl")
            try await waitUntil("hub\(hub) has \(events) events", limit: .seconds(300)) {
                try await AgentClock.system.sleep(.milliseconds(100))
                let grep = try ChildProcess(.init("/bin/grep", ["-c", "fleet://", path]))
                _ = try await grep.waitForExit()
                return (Int(grep.output.prefix { $0.isNumber }) ?? 0) >= events
            }
        }

        /// Stops a hub and reads its journal.
        func journal(of hub: Int) async throws -> [PlacedEvent] {
            let process = running.withLock { $0["hub\(hub)"] }
            process?.terminate()
            _ = try await process?.waitForExit(limit: .seconds(60))
            let export = try ChildProcess(
                .init(BuiltProduct.path("guestwatch"), ["journal", "export"], directory: folder.path("hub\(hub)")))
            #expect(try await export.waitForExit(limit: .seconds(120)) == .code(0), "\(export.errors)")
            return try Workplace.events(of: export.output)
        }

        private func write(_ host: String, collector: JSONValue, sink: JSONValue) throws {
            mkdir(folder.path(host), 0o700)
            let configuration: JSONValue = [
                "journal": ["kind": "sqlite", "path": "journal.db"], "collectors": [collector], "sinks": [sink],
            ]
            try require(TestFile.write(JSONWriter.indented(configuration), to: folder.path("\(host)/collectors.json")))
        }

        private func require(_ done: Bool) throws {
            if !done { throw WaitedInVain(condition: "a file is written", limit: .zero) }
        }

        private static func storm(_ agent: Int, _ events: Int, _ pace: Int) -> [UInt8] {
            var bytes: [UInt8] = []
            for number in 1...events {
                let event = Event(
                    id: "\(number)", source: "fleet://a\(agent)", type: "vm.powered-on",
                    time: Timestamp(nanoseconds: 1_795_242_000_000_000_000 + Int64(number * pace) * 1_000_000),
                    guest: Guest(kind: .vm, id: "vm-\(number % 10)", host: "a\(agent)"),
                    data: JSONText(["message": .string("event \(number) of agent \(agent)")]))
                bytes += EventEncoder.encode(event) + [UInt8(ascii: "\n")]
            }
            return bytes
        }
    }
#endif
