import AgentCore
import AgentTestKit
import EventModel
import Glibc
import Testing

/// Two agents watch one vCenter, one at a time by a lease; each has its own way to the store, which can be cut.
@Suite("Two agents, one vCenter", .serialized, .timeLimit(.minutes(4)))
struct LeaseEndToEndTests {
    /// Events of a page of the source: what is committed and not yet shared when an agent goes is a page at most.
    private static let page = 50

    @Test(
        "the active one is killed, cut off, halted; the other goes on, and of all events none is lost or told twice",
        .disabled(if: EtcdServer.isMissing, "there is no etcd"))
    func etcd() async throws {
        let server = try await EtcdServer()
        try await storm(
            port: Int(server.endpoint.split(separator: ":").last ?? "") ?? 0, lease: .etcd,
            kill: { try await server.kill() }, start: { try await server.start() })
    }

    #if NATS
        @Test(
            "the same with the lease in a JetStream bucket",
            .disabled(if: NATSServer.isMissing, "there is no nats-server"))
        func nats() async throws {
            let server = try await NATSServer()
            try await storm(
                port: server.port, lease: .nats, kill: { try await server.kill() }, start: { try await server.start() })
        }
    #endif

    private enum Lease {
        case etcd
        case nats

        func configuration(port: Int) -> JSONValue {
            let common: [JSONValue.Member] = [.init("key", "vc1"), .init("ttl", "1s"), .init("timeout", "300ms")]
            let own: [JSONValue.Member] =
                switch self {
                case .etcd:
                    [.init("kind", "etcd"), .init("endpoints", .array([.string("http://127.0.0.1:\(port)")]))]
                case .nats: [.init("kind", "nats"), .init("url", .string("nats://127.0.0.1:\(port)"))]
                }
            return .object(own + common)
        }
    }

    /// An agent's folder, and its way to the lease.
    private struct Agent {
        let workplace: Workplace
        let way: PortRelay

        init(_ vcenter: String, _ lease: Lease, port: Int) throws {
            way = try PortRelay(to: port)
            workplace = try Workplace(
                configuration: Workplace.configuration(
                    url: vcenter,
                    changes: [
                        .init("pageSize", .number("\(LeaseEndToEndTests.page)")), .init("interval", "20ms"),
                        .init("lease", lease.configuration(port: way.port)),
                    ]))
        }

        func start() throws -> ChildProcess {
            try workplace.start(["run"], environment: ["PASSWORD": FixtureSettings().password])
        }

        func keys() async throws -> [Int32] { (try? await workplace.archive())?.keys ?? [] }

        /// Waits until it is the active one: it has an event that was not there when the wait began.
        func becomesActive(_ vcenter: FixtureVCenter, _ what: String) async throws {
            let newest = vcenter.append(FixtureEvent("VmPoweredOnEvent", vm: .vm(1)))
            try await waitUntil("it goes on: \(what)", limit: .seconds(40)) {
                try await keys().last.map { $0 >= newest } ?? false
            }
        }
    }

    private func storm(
        port: Int, lease: Lease, kill: @Sendable () async throws -> Void, start: @Sendable () async throws -> Void
    ) async throws {
        let vcenter = FixtureVCenter()
        let source = try LoopbackServer(answering: vcenter.answer)
        defer { source.stop() }
        let one = try Agent("\(source.url)/sdk", lease, port: port)
        let two = try Agent("\(source.url)/sdk", lease, port: port)
        let storm = Task {
            var keys: [Int32] = []
            while !Task.isCancelled {
                keys.append(vcenter.append(FixtureEvent("VmPoweredOffEvent", vm: .vm(keys.count % 7 + 1))))
                try? await AgentClock.system.sleep(.milliseconds(4))
            }
            return keys
        }
        var first = try one.start()
        try await one.becomesActive(vcenter, "the first, alone")
        let second = try two.start()
        _ = try await second.waitForLine { $0.contains(" ready") }
        #expect(try await two.keys().isEmpty, "who stands by reads nothing")

        first.kill()
        _ = try await first.waitForExit()
        try await two.becomesActive(vcenter, "the first was killed")
        first = try one.start()
        _ = try await first.waitForLine { $0.contains(" ready") }

        // Cut off from the lease, not from the vCenter.
        two.way.stop()
        try await one.becomesActive(vcenter, "the second was cut off")
        let apart = try await two.keys().count
        try await one.becomesActive(vcenter, "the second is still cut off")
        #expect(try await two.keys().count == apart, "who is cut off publishes nothing more")
        try two.way.start()

        first.signal(SIGSTOP)
        try await two.becomesActive(vcenter, "the first was halted")
        first.signal(SIGCONT)

        try await kill()
        try await start()
        let count = try await (one.keys().count, two.keys().count)
        try await waitUntil("one of them goes on without its lease's server's memory", limit: .seconds(40)) {
            if try await one.keys().count > count.0 + 100 { return true }
            return try await two.keys().count > count.1 + 100
        }
        storm.cancel()
        let stormed = await storm.value
        let newest = try #require(stormed.last)
        try await waitUntil("the last event is there", limit: .seconds(40)) {
            if try await one.keys().last == newest { return true }
            return try await two.keys().last == newest
        }
        for agent in [first, second] {
            agent.terminate()
            #expect(try await agent.waitForExit() == .code(0), "\(agent.errors)")
        }
        try await check(one, two, stormed, vcenter)
    }

    private func check(_ one: Agent, _ two: Agent, _ stormed: [Int32], _ vcenter: FixtureVCenter) async throws {
        var ids: [Set<String>] = []
        for agent in [one, two] {
            let events = try await agent.workplace.journal().fromVSphere
            let own = events.map { "\($0.event.source) \($0.event.id)" }
            #expect(Set(own).count == own.count, "each once in its journal")
            #expect(events.keys == events.keys.sorted(), "in order")
            ids.append(Set(own))
        }
        let all = try await Set(one.workplace.journal().keys + two.workplace.journal().keys)
        #expect(all.isSuperset(of: stormed), "\(Set(stormed).subtracting(all).sorted().prefix(9)) are lost")
        // A destination of both sees no event twice: what both have is the same event, and no more than a page for each
        // of the four times that one went on for the other.
        #expect(ids[0].intersection(ids[1]).count <= 5 * Self.page)
        #expect(ids[0].union(ids[1]).count == all.count)
    }
}
