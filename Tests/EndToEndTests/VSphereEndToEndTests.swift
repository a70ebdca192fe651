import AgentTestKit
import EventModel
import Testing

/// The built agent against govmomi's vCenter simulator: a server no one here wrote, over TLS, with a password.
@Suite("The agent against vcsim", .serialized)
struct VSphereEndToEndTests {
    /// A configuration for a simulator, pinned to its certificate.
    static func configuration(_ simulator: VCSim, changes: [JSONValue.Member] = []) -> JSONValue {
        let own: [JSONValue.Member] = [
            .init("username", .string(simulator.model.userName)),
            .init("tls", ["thumbprint": .string(simulator.thumbprint)]),
            .init("interval", "100ms"),
        ]
        return Workplace.configuration(
            url: simulator.url,
            changes: own.filter { member in
                !changes.contains { $0.name == member.name }
            } + changes)
    }

    static func environment(_ simulator: VCSim) -> [String: String] { ["PASSWORD": simulator.model.password] }

    /// Waits until the archive holds what the simulator does, each event once and in order, and gives it.
    static func settle(_ workplace: Workplace, _ driver: VCSimDriver, sourceLocation: SourceLocation = #_sourceLocation)
        async throws
        -> [PlacedEvent]
    {
        let keys = try await driver.events().map(\.key)
        try await waitUntil("the archive has all \(keys.count) events") {
            Set(keys).isSubset(of: try await workplace.archive().keys)
        }
        let archive = try await workplace.archive()
        #expect(archive.keys == archive.keys.sorted(), sourceLocation: sourceLocation)
        #expect(Set(archive.keys).count == archive.keys.count, "each once", sourceLocation: sourceLocation)
        return archive
    }

    @Test("while VMs are powered, created, cloned, reconfigured and removed every event arrives once, in order, typed")
    func everyEvent() async throws {
        let simulator = try await VCSim.start()
        let driver = try await simulator.driver()
        let workplace = try Workplace(configuration: Self.configuration(simulator))
        let agent = try await workplace.startAgent(environment: Self.environment(simulator))
        // The simulator overwrites the oldest event of a collector for each one posted before it is read.
        _ = try await Self.settle(workplace, driver)
        let machines = try await driver.machines()
        for machine in machines where machine.isOn { try await driver.powerOff(machine) }
        for machine in machines {
            try await driver.powerOn(machine)
            try await driver.reconfigure(machine, memoryMB: 64)
            try await driver.powerOff(machine)
        }
        let clone = try await driver.clone(machines[0], as: "clone <1> & \"2\"")
        let created = try await driver.create("new-1", beside: machines[0])
        try await driver.destroy(clone)
        try await driver.destroy(created)
        let archive = try await Self.settle(workplace, driver)
        let expectedClasses = try await driver.events().map(\.className)
        agent.terminate()
        #expect(try await agent.waitForExit() == .code(0), "\(agent.errors)")
        let journal = try await workplace.journal()
        #expect(journal.map(\.event.id) == (try await workplace.archive()).map(\.event.id))
        let classes = try archive.fromVSphere.map { try $0.event.data.parsed()["_typeName"]?.string }
        #expect(classes == expectedClasses)
        let types = Set(archive.fromVSphere.map(\.event.type.rawValue))
        let wanted = ["vm.powered-on", "vm.powered-off", "vm.reconfigured", "vm.created", "vm.cloned", "vm.removed"]
        #expect(types.isSuperset(of: wanted), "\(types)")
        #expect(archive.contains { $0.event.guest?.name == "clone <1> & \"2\"" })
        // The driver's own session is all that is left: the agent logged out.
        #expect(try await driver.sessionCount() == 1)
        try await simulator.stop()
    }

    @Test("a wrong password is refused once, said, and tried again only after minutes; a right one goes on")
    func wrongPassword() async throws {
        let simulator = try await VCSim.start()
        let workplace = try Workplace(configuration: Self.configuration(simulator))
        let agent = try await workplace.startAgent(environment: ["PASSWORD": "wrong"])
        try await waitUntil("the failure is told") {
            try await workplace.archive().contains { $0.event.type == "agent.collector-failed" }
        }
        #expect(agent.errors.contains("password") || agent.errors.contains("user name"), "\(agent.errors)")
        #expect(!agent.errors.contains(simulator.model.password))
        agent.terminate()
        #expect(try await agent.waitForExit() == .code(0))
        let right = try await workplace.startAgent(environment: Self.environment(simulator))
        _ = try await Self.settle(workplace, try await simulator.driver())
        right.terminate()
        _ = try await right.waitForExit()
        try await simulator.stop()
    }

    @Test("a certificate that is not trusted, or not the pinned one, is refused with the thumbprint the server shows")
    func wrongCertificate() async throws {
        let simulator = try await VCSim.start()
        let other = Array(repeating: "AB", count: 32).joined(separator: ":")
        for tls in [JSONValue.object([.init("thumbprint", .string(other))]), .object([])] {
            let workplace = try Workplace(configuration: Self.configuration(simulator, changes: [.init("tls", tls)]))
            let (exit, _, errors) = try await workplace.run(
                ["check", "--connect"], environment: Self.environment(simulator))
            #expect(exit == .code(77), "\(errors)")
            #expect(errors.contains(simulator.thumbprint), "\(errors)")
        }
        try await simulator.stop()
    }

    @Test("a terminated session is opened again and nothing is missed")
    func terminatedSession() async throws {
        let simulator = try await VCSim.start()
        let driver = try await simulator.driver()
        let workplace = try Workplace(configuration: Self.configuration(simulator))
        let agent = try await workplace.startAgent(environment: Self.environment(simulator))
        let machine = try #require(try await driver.machines().first)
        _ = try await Self.settle(workplace, driver)
        for _ in 1...3 {
            #expect(try await driver.terminateOtherSessions() >= 1)
            try await driver.powerOff(machine)
            try await driver.powerOn(machine)
            _ = try await Self.settle(workplace, driver)
        }
        #expect(!agent.errors.contains("collector failed"), "\(agent.errors)")
        agent.terminate()
        #expect(try await agent.waitForExit() == .code(0))
        try await simulator.stop()
    }

    @Test("a server that restarts is found again; its new history does not hide behind the old")
    func restart() async throws {
        var simulator = try await VCSim.start()
        let workplace = try Workplace(configuration: Self.configuration(simulator))
        let agent = try await workplace.startAgent(environment: Self.environment(simulator))
        let old = try await Self.settle(workplace, try await simulator.driver()).keys
        simulator = try await simulator.restarted()
        let driver = try await simulator.driver()
        let machine = try #require(try await driver.machines().first)
        try await driver.powerOff(machine)
        let newest = try #require(try await driver.events().last)
        do {
            try await waitUntil("the new server's events are in the archive", limit: .seconds(60)) {
                // Not necessarily as the last: what the simulator hid at first is found afterwards.
                try await workplace.archive().keys.dropFirst(old.count).contains(newest.key)
            }
        } catch {
            let keys = try await workplace.archive().keys
            Issue.record("\(error): \(newest.key) of \(keys); the agent wrote: \(agent.errors)")
        }
        let archive = try await workplace.archive()
        #expect(Set(archive.map { "\($0.event.source) \($0.event.id)" }).count == archive.count, "each once")
        agent.terminate()
        #expect(try await agent.waitForExit() == .code(0))
        try await simulator.stop()
    }

    @Test("an ESXi host is read like a vCenter")
    func host() async throws {
        let simulator = try await VCSim.start(VCSim.Model(isESXi: true))
        let driver = try await simulator.driver()
        let workplace = try Workplace(configuration: Self.configuration(simulator))
        let agent = try await workplace.startAgent(environment: Self.environment(simulator))
        let machine = try #require(try await driver.machines().first)
        try await driver.powerOff(machine)
        let archive = try await Self.settle(workplace, driver)
        #expect(archive.contains { $0.event.type == "vm.powered-off" })
        agent.terminate()
        #expect(try await agent.waitForExit() == .code(0))
        try await simulator.stop()
    }
}
