import AgentTestKit
import HTTPClient
import Testing

/// The simulator and the driver do what the end-to-end tests rely on.
@Suite(.timeLimit(.minutes(15))) struct VCSimTests {
    @Test(
        "machines are powered, created, cloned, reconfigured and removed, and each leaves its events",
        arguments: [false, true])
    func operations(isESXi: Bool) async throws {
        var model = VCSim.Model()
        model.isESXi = isESXi
        let vcsim = try await VCSim.start(model)
        let driver = try await vcsim.driver()
        let before = try await driver.events().last?.key ?? 0
        let machine = try #require(try await driver.machines().first)
        try await driver.powerOff(machine)
        try await driver.reconfigure(machine, memoryMB: 64)
        let made = try await driver.create("made", beside: machine)
        try await driver.powerOn(made)
        try await driver.powerOff(made)
        try await driver.destroy(made)
        if !isESXi { try await driver.destroy(driver.clone(machine, as: "copy")) }
        try await driver.post("GeneralUserEvent", fields: "<message>hello</message>")
        let classes = try await driver.events().filter { $0.key > before }.map(\.className)
        var wanted = [
            "VmStoppingEvent", "VmPoweredOffEvent", "VmReconfiguredEvent", "VmBeingCreatedEvent", "VmCreatedEvent",
            "VmStartingEvent", "VmPoweredOnEvent", "VmRemovedEvent", "GeneralUserEvent",
        ]
        if !isESXi { wanted += ["VmBeingClonedEvent", "VmClonedEvent"] }
        #expect(Set(wanted).subtracting(classes).isEmpty, "only \(classes)")
        try await vcsim.stop()
    }

    @Test("other sessions are terminated, a wrong password is refused, a restart keeps port and certificate")
    func sessions() async throws {
        let vcsim = try await VCSim.start()
        let (driver, other) = (try await vcsim.driver(), try await vcsim.driver())
        #expect(try await driver.terminateOtherSessions() == 1)
        await #expect(throws: VimFault.self) { _ = try await other.events() }
        let transport = CurlTransport(HTTPConnection(trust: .thumbprint(vcsim.thumbprintBytes)))
        await #expect { try await SOAPCaller(transport, url: vcsim.url).login("watch", "wrong") } throws: {
            ($0 as? VimFault)?.name == "InvalidLogin"
        }
        let again = try await vcsim.restarted()
        #expect(again.url == vcsim.url && again.thumbprint == vcsim.thumbprint)
        try await again.stop()
    }
}
