import AgentCore
import AgentTestKit
import EventModel
import HTTPClient
import Testing
import VSphere

@testable import Collectors

/// What the vSphere collector does when the server, the session or the network fail in the middle.
@Suite(.timeLimit(.minutes(2))) struct VSphereEventsTroubleTests {
    /// Operations that are called while reading and waiting.
    private static let operations = [
        "ReadNextEvents", "CreateCollectorForEvents", "WaitForUpdatesEx", "RetrievePropertiesEx", "DestroyCollector",
    ]

    @Test("a session that ends at any call is opened anew, and no event is lost or repeated", arguments: operations)
    func sessionExpiry(operation: String) async throws {
        for call in 1...4 {
            let rig = try CollectorRig(FixtureSettings(), #""start": "beginning", "pageSize": 5"#)
            rig.vcenter.plan(.expireSession, at: operation, calls: call...call)
            var expected = rig.trickle(23)
            try await rig.pollUntilQuiet()
            expected += rig.trickle(4)
            try await rig.pollUntilQuiet()
            #expect(rig.keys == expected, "call \(call)")
            await rig.collector.stop()
            #expect(rig.vcenter.counters.sessions == 0)
        }
    }

    @Test("collectors that vanish at any call are made anew, and no event is lost or repeated", arguments: operations)
    func collectorsVanish(operation: String) async throws {
        for call in 1...4 {
            let rig = try CollectorRig(FixtureSettings(), #""start": "beginning", "pageSize": 5"#)
            rig.vcenter.plan(.destroyCollectors, at: operation, calls: call...call)
            var expected = rig.trickle(23)
            try await rig.pollUntilQuiet()
            expected += rig.trickle(4)
            try await rig.pollUntilQuiet()
            #expect(rig.keys == expected, "call \(call)")
        }
    }

    @Test("an answer that is lost on the way costs a poll, not an event", arguments: operations)
    func lostAnswer(operation: String) async throws {
        for trouble in [FixtureTrouble.cutBeforeHead, .cut(afterBytes: 700), .httpStatus(503)] {
            let rig = try CollectorRig(FixtureSettings(), #""start": "beginning", "pageSize": 5"#)
            rig.vcenter.plan(trouble, at: operation, calls: 2...2)
            var expected = rig.trickle(23)
            for _ in 0..<3 { try? await rig.pollUntilQuiet() }
            expected += rig.trickle(4)
            try await rig.pollUntilQuiet()
            #expect(rig.keys == expected, "\(trouble)")
        }
    }

    @Test("a broken page costs the event that broke it, and nothing else")
    func malformed() async throws {
        let rig = try CollectorRig(FixtureSettings(), #""start": "beginning", "pageSize": 10"#)
        rig.vcenter.plan(.malformed(atEvent: 3), at: "ReadNextEvents", calls: 1...1)
        let expected = rig.trickle(25)
        try await rig.pollUntilQuiet()
        #expect(rig.keys == expected)
    }

    @Test("an event nobody can decode is kept raw as vsphere.other, and its neighbours are unharmed")
    func undecodable() async throws {
        let rig = try CollectorRig(FixtureSettings(), #""start": "beginning", "pageSize": 10"#)
        let before = rig.trickle(4)
        var broken = FixtureEvent("VmPoweredOnEvent", vm: .vm(41))
        broken.rawContent = "<key>no number</key><createdTime>yesterday</createdTime><note>kept</note>"
        rig.vcenter.append(broken)
        let after = rig.trickle(4)
        try await rig.pollUntilQuiet()
        #expect(rig.keys == before + after)
        let other = rig.events.filter { $0.type == "vsphere.other" }
        #expect(other.count == 1)
        #expect(other.first?.id.hasPrefix("damaged/") == true)
        #expect(try other.first?.data.parsed()["note"]?.string == "kept")
        #expect(try other.first?.data.parsed()["guestwatch.damage"]?.string?.isEmpty == false)
    }

    @Test("a restart at any committed place brings what is missing and nothing twice")
    func restarts() async throws {
        let rig = try CollectorRig(FixtureSettings(), #""start": "beginning", "pageSize": 3"#)
        var expected: [Int32] = []
        for round in 0..<15 {
            expected += round % 3 == 0 ? rig.append(7) : rig.trickle(4)
            for _ in 0..<3 { try await rig.poll() }
            try rig.restart()
        }
        try await rig.pollUntilQuiet()
        #expect(rig.keys == expected)
    }

    @Test("a batch that was not committed comes again, the same")
    func uncommitted() async throws {
        let rig = try CollectorRig(FixtureSettings(), #""start": "beginning", "pageSize": 4"#)
        let expected = rig.trickle(20)
        while rig.events.isEmpty { try await rig.poll() }
        let committed = rig.checkpoint
        let lost = try await rig.collector.poll(after: committed)
        let again = try await rig.collector.poll(after: committed)
        #expect(lost.events == again.events)
        #expect(!lost.events.isEmpty)
        try await rig.pollUntilQuiet()
        #expect(rig.keys == expected)
    }

    @Test("history that was cut while nobody read is told as a gap with both ends")
    func cutHistory() async throws {
        let rig = try CollectorRig()
        let before = rig.trickle(10)
        try await rig.pollUntilQuiet()
        rig.clock.advance(by: .seconds(60))
        _ = rig.trickle(10)
        let after = rig.trickle(5)
        rig.vcenter.trim(to: 5)
        try rig.restart()
        try await rig.pollUntilQuiet()
        #expect(rig.events.map(\.type).count { $0 == "agent.collector-gap" } == 1)
        let gap = try #require(rig.events.first { $0.type == "agent.collector-gap" })
        let data = try gap.data.parsed()
        #expect(data["from"]?["key"]?.integer == before.last.map(Int64.init))
        #expect(data["to"]?["key"]?.integer == after.first.map(Int64.init))
        #expect(rig.events.firstIndex(of: gap) == 10)
        #expect(rig.events.count == 16)
    }

    @Test("stopping gives back every session and collector")
    func leavesNothing() async throws {
        let rig = try CollectorRig(FixtureSettings(), #""start": "beginning", "pageSize": 5"#)
        _ = rig.trickle(33)
        for _ in 0..<4 { try await rig.poll() }
        await rig.collector.stop()
        #expect(rig.vcenter.counters.sessions == 0)
        #expect(rig.vcenter.counters.collectors == 0)
        #expect(rig.vcenter.counters.filters == 0)
    }

    @Test("a session whose logout was lost is given back in the end, with its collectors")
    func lostLogout() async throws {
        let rig = try CollectorRig(FixtureSettings(), #""start": "beginning", "pageSize": 5"#)
        _ = rig.trickle(7)
        try await rig.pollUntilQuiet()
        rig.vcenter.plan(.destroyCollectors, atNext: "ReadNextEvents")
        rig.vcenter.plan(.fault(.invalidState), atNext: "CreateCollectorForEvents")
        rig.vcenter.plan(.httpStatus(503), atNext: "Logout")
        _ = rig.trickle(7)
        for _ in 0..<3 { try? await rig.pollUntilQuiet() }
        #expect(rig.vcenter.counters.calls["Login"] == 2)
        await rig.collector.stop()
        #expect(rig.vcenter.counters.sessions == 0 && rig.vcenter.counters.collectors == 0)
    }

    @Test("however long it runs, it holds two collectors at the most")
    func holdsTwoCollectors() async throws {
        var settings = FixtureSettings()
        settings.maxCollector = 2
        let rig = try CollectorRig(settings, #""start": "beginning", "pageSize": 5"#)
        var expected: [Int32] = []
        for _ in 0..<30 {
            expected += rig.trickle(6)
            try await rig.pollUntilQuiet()
        }
        #expect(rig.keys == expected)
    }

    @Test("a limit of collectors that others use up is told with a remedy")
    func collectorLimit() async throws {
        var settings = FixtureSettings()
        settings.maxCollector = 0
        let rig = try CollectorRig(settings)
        let error = await #expect(throws: VSphereReadingError.self) { try await rig.pollUntilQuiet() }
        #expect(error?.description.contains("other clients") == true)
    }

    @Test("a wrong password is tried once in a poll, and told with a remedy")
    func wrongPassword() async throws {
        let rig = try CollectorRig()
        rig.vcenter.change { $0.password = "changed" }
        let error = await #expect(throws: CollectorError.self) { try await rig.poll() }
        #expect(error?.description.contains("check \"username\" and \"password\"") == true)
        #expect(error?.description.contains("s3cr") == false)
        #expect(rig.vcenter.counters.failedLogins == 1)
    }

    @Test("a certificate nobody vouches for is refused with its thumbprint")
    func wrongCertificate() async throws {
        let thumbprint = "AA:BB"
        let error = VSphereErrorProbe.thrown(by: .transport(.untrusted("self-signed", thumbprint: thumbprint)))
        #expect(error as? CollectorError != nil)
        #expect("\(error)".contains(#""thumbprint": "AA:BB""#))
    }

    @Test("a checkpoint of another server, another version or with damaged bytes is refused, never guessed over")
    func foreignCheckpoint() async throws {
        let rig = try CollectorRig()
        _ = rig.trickle(3)
        try await rig.pollUntilQuiet()
        rig.vcenter.change { $0.instanceUuid = "another" }
        try rig.restart()
        await #expect(throws: CollectorError.self) { try await rig.poll() }
        for checkpoint in [Checkpoint(version: 2, bytes: Array("{}".utf8)), Checkpoint(version: 1, bytes: [1, 2])] {
            let other = try CollectorRig()
            other.checkpoint = checkpoint
            await #expect(throws: CollectorError.self) { try await other.poll() }
        }
    }
}
