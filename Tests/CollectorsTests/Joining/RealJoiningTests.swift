import AgentCore
import AgentTestKit
import EventModel
import HTTPClient
import Platform
import Testing

@testable import Collectors

/// An engine's collector, polled in the background beside the containers collector.
private final class EngineUnderTest: Sendable {
    private let told = Locked<[Event]>([])
    private let committed: Locked<Checkpoint?>
    private let task: Task<Void, Never>

    init<Engine: ContainerEngine>(
        _: Engine.Type, socket: String, after checkpoint: Checkpoint? = nil, shared: SharedValues
    ) throws {
        let context = CollectorContext(
            name: Engine.kind, clock: .system, host: HostView(name: "hv1", under: "/nowhere"),
            transport: { CurlTransport($0) },
            secrets: SecretStore { _ throws(SecretError) in throw SecretError("none") }, shared: shared)
        let collector = try EngineCollector<Engine>(EngineConfiguration(socket: socket), in: context)
        let (told, committed) = (told, Locked(checkpoint))
        self.committed = committed
        task = Task {
            while !Task.isCancelled {
                guard let batch = try? await collector.poll(after: committed.withLock { $0 }) else {
                    try? await Task.sleep(for: .milliseconds(50))
                    continue
                }
                if let checkpoint = batch.checkpoint { committed.withLock { $0 = checkpoint } }
                told.withLock { $0 += batch.events }
            }
            await collector.stop()
        }
    }

    func stop() async -> Checkpoint? {
        task.cancel()
        await task.value
        return committed.withLock { $0 }
    }

    func events(of id: String) -> [Event] { told.withLock { $0 }.filter { $0.guest?.id == id } }
}

/// Both collectors of one agent, at a real engine.
@Suite(.serialized) struct RealJoiningTests {
    private static let noPodman = missing(["podman", "conmon", "crun"])
    private static let noDocker = missing(["dockerd", "containerd", "runc"])

    @Test(
        "Podman and the kernel: each happening is one event over both",
        .enabled(if: noPodman == nil, "\(noPodman ?? "")"))
    func podman() async throws {
        try await check(try await RealEngine.podman(), Podman.self, tellsOOM: false)
    }

    @Test(
        "Docker and the kernel: each happening is one event over both",
        .enabled(if: noDocker == nil, "\(noDocker ?? "")"))
    func docker() async throws {
        try await check(try await RealEngine.docker(), Docker.self, tellsOOM: true)
    }

    private func check<Engine: ContainerEngine>(_ real: RealEngine, _: Engine.Type, tellsOOM: Bool) async throws {
        do {
            try await real.importBusybox()
            try await both(real, Engine.self, tellsOOM: tellsOOM)
        } catch {
            try? await real.stop()
            throw error
        }
        try await real.stop()
    }

    private func both<Engine: ContainerEngine>(_ real: RealEngine, _: Engine.Type, tellsOOM: Bool) async throws {
        let shared = SharedValues()
        let guests = shared.value { HostGuests() }
        let engine = try EngineUnderTest(Engine.self, socket: real.socket, shared: shared)
        let kernel = try CollectorUnderTest(shared: shared)
        try await kernel.begun()
        let tag = "gwj\(UInt32.random(in: 0..<1_000_000))"

        let web = try await real.create("\(tag)-web", ["/bin/sleep", "600"])
        // An engine that has nothing to say does not answer before it has.
        try await kernel.wait("the engine's stream is read") { guests.isAttached(Engine.kind) }
        for (action, word) in [
            ("start", "started"), ("pause", "paused"), ("unpause", "resumed"), ("kill", "exited"),
        ] {
            try await real.act(action, on: web)
            try await told(word, of: web, engine, kernel)
            let key = ContainerKey(runtime: Engine.kind, id: web)
            try await kernel.wait("the kernel's side saw it") { guests.incarnation(of: key) != nil }
        }
        let code = try await real.create("\(tag)-code", script("exit 3"))
        let eater = try await real.create(
            "\(tag)-oom", script("exec dd if=/dev/zero of=/dev/null bs=64M count=1"), memory: 8 << 20)
        for id in [code, eater] {
            try await real.act("start", on: id)
            let key = ContainerKey(runtime: Engine.kind, id: id)
            try await kernel.wait("the kernel's side saw it") { guests.incarnation(of: key) != nil }
            try await told("started", of: id, engine, kernel)
            try await real.act("kill?signal=USR1", on: id)
            try await told("exited", of: id, engine, kernel)
        }
        for id in [web, code, eater] { try await real.remove(id) }
        // Time for what must not come.
        try await Task.sleep(for: .seconds(1))

        expectOnce(["started", "paused", "resumed", "exited"], of: web, engine, kernel)
        expectOnce(["started", "exited"], of: code, engine, kernel)
        expectOnce(["started", "exited"], of: eater, engine, kernel)
        let kills = engine.events(of: eater).count { $0.type == "container.oom-killed" }
        #expect(kills + kernel.words(of: eater).count { $0 == "oom-killed" } >= 1)
        if tellsOOM { #expect(kills == 0 || !kernel.words(of: eater).contains("oom-killed")) }

        // Its stream is down: the kernel's event goes out at once, and the engine's adds to it later.
        let checkpoint = await engine.stop()
        #expect(!guests.isAttached(Engine.kind))
        let lone = try await real.create("\(tag)-lone", ["/bin/sleep", "600"])
        try await real.act("start", on: lone)
        await kernel.expect(["started", "init-pid-found"], of: lone, within: .seconds(1))
        try await real.act("pause", on: lone)
        await kernel.expect(["started", "init-pid-found", "paused"], of: lone, within: .seconds(1))
        let later = try EngineUnderTest(Engine.self, socket: real.socket, after: checkpoint, shared: shared)
        try await kernel.wait("the engine adds to it") {
            later.events(of: lone).count { $0.type == "container.described" } >= 2
        }
        expectOnce(["started", "paused"], of: lone, later, kernel)
        try await real.act("unpause", on: lone)
        try await real.remove(lone)
        _ = await later.stop()
        _ = await kernel.kill()
    }

    /// Does something when it gets SIGUSR1.
    private func script(_ action: String) -> [String] {
        ["/bin/sh", "-c", "trap '\(action)' USR1; while :; do sleep 0.05; done"]
    }

    /// Waits until both have heard of it: one of them told it.
    private func told(_ word: String, of id: String, _ engine: EngineUnderTest, _ kernel: CollectorUnderTest)
        async throws
    {
        try await kernel.wait("\(word) is told") {
            engine.events(of: id).contains { $0.type.rawValue == "container.\(word)" }
                || kernel.words(of: id).contains(word)
        }
    }

    /// Over both, each of the words is one event, by its id as a journal counts; the engine's, unless the engine was
    /// late, when it describes what the kernel's side told.
    private func expectOnce(
        _ words: [String], of id: String, _ engine: EngineUnderTest, _ kernel: CollectorUnderTest,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let all = kernel.events(of: id) + engine.events(of: id)
        for word in words {
            let type = EventType(rawValue: "container.\(word)")
            let ids = Set(all.filter { $0.type == type }.map(\.id))
            #expect(ids.count == 1, "\(word): \(ids)", sourceLocation: sourceLocation)
            guard let rich = engine.events(of: id).first(where: { $0.type == type }) else { continue }
            let data = try? rich.data.parsed()
            // Docker tells a start before the kernel's side can see the program in it.
            if word == "started", data?["pid"] == nil { continue }
            #expect(data?["pid"]?.integer ?? 0 > 1, "\(word)", sourceLocation: sourceLocation)
            #expect(data?["processStarted"]?.string != nil, "\(word)", sourceLocation: sourceLocation)
            #expect(rich.guest?.name?.isEmpty == false, sourceLocation: sourceLocation)
        }
        let rich = words.filter { word in
            !kernel.words(of: id).contains(word)
                && engine.events(of: id).contains { $0.type.rawValue == "container.\(word)" }
        }
        print("\(id.prefix(8)) of \(words): the engine's won \(rich)")
    }
}
