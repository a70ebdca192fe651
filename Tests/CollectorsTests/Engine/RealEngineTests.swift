import AgentCore
import AgentTestKit
import EventModel
import Foundation
import HTTPClient
import Testing

@testable import Collectors

/// Reads a collector as the runner does, batch by batch, in memory.
private actor EngineReader<Engine: ContainerEngine> {
    private let socket: String
    private var collector: EngineCollector<Engine>?
    private(set) var checkpoint: Checkpoint?
    private var events: [Event] = []

    init(socket: String) {
        self.socket = socket
    }

    /// Polls until an event about the container with that name, of that type, has come.
    func read(until type: String, of name: String, limit: Duration = .seconds(120)) async throws {
        let deadline = ContinuousClock.now.advanced(by: limit)
        while !events.contains(where: { $0.type.rawValue == type && $0.guest?.name == name }) {
            guard ContinuousClock.now < deadline else {
                throw EngineCallFailed(description: "no \(type) of \(name): \(words())")
            }
            do {
                let batch = try await running().poll(after: checkpoint)
                events += batch.events
                checkpoint = batch.checkpoint ?? checkpoint
            } catch is HTTPError {
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    /// One poll.
    func begin() async throws {
        let batch = try await running().poll(after: checkpoint)
        checkpoint = batch.checkpoint ?? checkpoint
    }

    /// The agent is killed, and starts again where the last commit was.
    func restart() async {
        await collector?.stop()
        collector = nil
    }

    func stop() async {
        await collector?.stop()
    }

    /// What was told of the container with that id.
    func words(of id: String) -> [String] {
        events.filter { $0.guest?.id == id }.map { String($0.type.rawValue.dropFirst("container.".count)) }
    }

    func words() -> [String] {
        events.map { "\($0.guest?.name ?? "-") \($0.type)" }
    }

    func all() -> [Event] { events }

    private func running() throws -> EngineCollector<Engine> {
        if let collector { return collector }
        let context = CollectorContext(
            name: Engine.kind, clock: .system, host: HostView(name: "hv1", under: "/nowhere"),
            transport: { CurlTransport($0) },
            secrets: SecretStore { _ throws(SecretError) in throw SecretError("none") })
        let made = try EngineCollector<Engine>(EngineConfiguration(socket: socket), in: context)
        collector = made
        return made
    }
}

@Suite(.serialized) struct RealEngineTests {
    private static let noPodman = missing(["podman", "conmon", "crun"])
    private static let noDocker = missing(["dockerd", "containerd", "runc"])

    @Test(
        "Podman: each happening is told once, through restarts of the collector and of Podman",
        .enabled(if: noPodman == nil, "\(noPodman ?? "")"))
    func podman() async throws {
        let engine = try await RealEngine.podman()
        do {
            try await life(of: engine, as: Podman.self, tellsOOM: false)
        } catch {
            try await engine.stop()
            throw error
        }
        try await engine.stop()
    }

    @Test(
        "Docker: each happening is told once, through restarts of the collector and of dockerd",
        .enabled(if: noDocker == nil, "\(noDocker ?? "")"))
    func docker() async throws {
        let engine = try await RealEngine.docker()
        do {
            try await life(of: engine, as: Docker.self, tellsOOM: true)
        } catch {
            try await engine.stop()
            throw error
        }
        try await engine.stop()
    }

    private func life<Engine: ContainerEngine>(of engine: RealEngine, as: Engine.Type, tellsOOM: Bool) async throws {
        try await engine.importBusybox()
        let tag = "gw\(UInt32.random(in: 0..<1_000_000))"
        let reader = EngineReader<Engine>(socket: engine.socket)
        try await reader.begin()

        let web = try await engine.create("\(tag)-web", ["/bin/sleep", "600"], labels: ["tier": "front"])
        try await engine.act("start", on: web)
        try await reader.read(until: "container.started", of: "\(tag)-web")
        let started = try #require(await reader.all().first { $0.type == "container.started" })
        #expect(started.guest == Guest(kind: .container, id: web, name: "\(tag)-web", host: "hv1"))
        let age = Timestamp(nanoseconds: Int64(Date().timeIntervalSince1970 * 1e9)).since(started.time)
        #expect(age < HostPace.allowed(.seconds(1.5)))
        #expect(try started.data.parsed()["Actor"]?["Attributes"]?["tier"] == "front")

        try await engine.act("pause", on: web)
        // Killed before the commit: what it was told is told again.
        await reader.restart()
        try await engine.act("unpause", on: web)
        try await engine.call("POST", "/v1.41/containers/\(web)/rename?name=\(tag)-site")
        let code = try await engine.create("\(tag)-code", ["/bin/sh", "-c", "exit 3"])
        try await engine.act("start", on: code)
        try await reader.read(until: "container.exited", of: "\(tag)-code")
        try await engine.remove(code)

        // The daemon is restarted; what happens before and after is told, and nothing twice.
        try await engine.restart()
        try await engine.act("kill", on: web)
        try await reader.read(until: "container.exited", of: "\(tag)-site")
        await reader.restart()
        try await engine.remove(web)
        try await reader.read(until: "container.removed", of: "\(tag)-site")

        let webWords = await reader.words(of: web)
        #expect(
            webWords.filter { $0 != "described" } == [
                "created", "started", "paused", "resumed", "renamed", "killed", "exited", "removed",
            ], "\(webWords)")
        #expect(await reader.words(of: code) == ["created", "started", "exited", "removed"])
        let exited = await reader.all().filter { $0.type == "container.exited" }
        #expect(try exited.map { try $0.data.parsed()["exitCode"]?.integer } == [3, 137])
        if tellsOOM { try await oom(engine, reader, tag) }
        let ids = await reader.all().map(\.id)
        #expect(Set(ids).count == ids.count)
        #expect(
            await reader.all().allSatisfy { $0.type != "agent.collector-line-refused" && $0.type != "container.other" })
        await reader.stop()
    }

    private func oom<Engine: ContainerEngine>(_ engine: RealEngine, _ reader: EngineReader<Engine>, _ tag: String)
        async throws
    {
        // A child is killed and the container outlives it: of one that ends with the kill an engine may not hear of it.
        let eater = try await engine.create(
            "\(tag)-oom", ["/bin/sh", "-c", "dd if=/dev/zero of=/dev/null bs=64M count=1; sleep 1"], memory: 8 << 20)
        try await engine.act("start", on: eater)
        try await reader.read(until: "container.exited", of: "\(tag)-oom")
        try await engine.remove(eater)
        try await reader.read(until: "container.removed", of: "\(tag)-oom")
        let words = await reader.words(of: eater)
        #expect(words.contains("oom-killed"), "\(words)")
        #expect(words.filter { $0 != "oom-killed" } == ["created", "started", "exited", "removed"])
    }
}
