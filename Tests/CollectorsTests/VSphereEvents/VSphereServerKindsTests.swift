import AgentTestKit
import EventModel
import Testing

@testable import Collectors

/// How the collector finds out what kind of server it reads, and that it does not err for good.
@Suite(.timeLimit(.minutes(2))) struct VSphereServerKindsTests {
    private func gaps(_ rig: CollectorRig) -> Int { rig.events.count { $0.type == "agent.collector-gap" } }

    @Test(
        "a host that makes no collectors is read by queries, however much there is and however small the page",
        arguments: [#""pageSize": 5"#, #""pageSize": 5, "entities": ["vm-41", "host-21"]"#])
    func queries(members: String) async throws {
        var settings = FixtureSettings()
        settings.supportsPush = false
        let rig = try CollectorRig(settings, #""start": "beginning", \#(members)"#)
        rig.vcenter.plan(.fault(.notSupported), at: "CreateCollectorForEvents", calls: 1...10_000)
        var expected = rig.trickle(40)
        try await rig.pollUntilQuiet()
        expected += rig.append(23)
        try await rig.pollUntilQuiet()
        #expect(rig.keys == expected && gaps(rig) == 0)
    }

    @Test("that a server makes no collectors is not believed when it is said once")
    func collectorsAfterAll() async throws {
        let rig = try CollectorRig(FixtureSettings(), #""start": "beginning", "pageSize": 5"#)
        rig.vcenter.plan(.fault(.notSupported), atNext: "CreateCollectorForEvents")
        let expected = rig.trickle(40)
        try await rig.pollUntilQuiet()
        #expect(rig.keys == expected)
        #expect(rig.vcenter.counters.calls["QueryEvents"] == nil)
    }

    @Test("a vCenter that had no event at first is not taken for a simulator: what nobody may see is crossed")
    func emptyAtFirst() async throws {
        let rig = try CollectorRig(FixtureSettings(), #""start": "beginning", "pageSize": 5"#)
        try await rig.pollUntilQuiet()
        var expected = rig.trickle(4)
        try await rig.pollUntilQuiet()
        _ = rig.trickle(30, visible: false)
        expected += rig.trickle(4)
        try await rig.pollUntilQuiet()
        #expect(rig.keys == expected)
    }

    @Test("who told its newest event once is read on that way when it does not for once")
    func toldBefore() async throws {
        let rig = try CollectorRig(FixtureSettings(), #""start": "beginning", "pageSize": 5"#)
        var expected = rig.trickle(4)
        try await rig.pollUntilQuiet()
        rig.vcenter.change { $0.hasLatestEvent = false }
        rig.vcenter.expireSessions()
        _ = rig.trickle(30, visible: false)
        expected += rig.trickle(4)
        try await rig.pollUntilQuiet()
        #expect(rig.keys == expected)
    }
}
