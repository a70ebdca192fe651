import AgentTestKit
import EventModel
import HTTPClient
import Testing

@Suite struct FixtureVCenterTests {
    private func events(_ count: Int) -> [FixtureEvent] {
        (0..<count).map { FixtureEvent("VmPoweredOnEvent", vm: .vm(41 + $0 % 20)) }
    }

    @Test("a read moves the position, and new events appear at the tail")
    func tail() async throws {
        let vcenter = FixtureVCenter()
        let client = SOAPClient(vcenter.transport())
        try await client.login()
        let collector = try await client.collector()
        vcenter.append(events(5))
        #expect(try await client.readNext(collector, 3) == [1, 2, 3])
        #expect(try await client.readNext(collector, 3) == [4, 5])
        #expect(try await client.readNext(collector) == [])
        vcenter.append(events(2))
        #expect(try await client.readNext(collector) == [6, 7])
    }

    @Test("both ends of the time filter are inclusive")
    func timeFilter() async throws {
        let clock = TestClock()
        let vcenter = FixtureVCenter(clock: clock.clock)
        let client = SOAPClient(vcenter.transport())
        try await client.login()
        for _ in 0..<5 {
            vcenter.append(events(2))
            clock.advance(by: .seconds(1))
        }
        let times = vcenter.events.map(\.createdTime.rfc3339)
        let collector = try await client.collector(
            "<time><beginTime>\(times[2])</beginTime><endTime>\(times[6])</endTime></time>")
        #expect(try await client.readNext(collector) == [3, 4, 5, 6, 7, 8])
    }

    @Test("a block of invisible events as long as a page makes one empty page, and the position passes it")
    func invisible() async throws {
        let vcenter = FixtureVCenter()
        let client = SOAPClient(vcenter.transport())
        try await client.login()
        vcenter.append(events(2))
        vcenter.append(
            events(10).map {
                var event = $0; event.isVisible = false; return event
            })
        vcenter.append(events(2))
        let collector = try await client.collector()
        #expect(try await client.readNext(collector, 2) == [1, 2])
        #expect(try await client.readNext(collector, 10) == [])
        #expect(try await client.readNext(collector, 10) == [13, 14])
    }

    @Test("events with hidden keys are invisible until they are shown, and then there")
    func hidden() async throws {
        var settings = FixtureSettings()
        settings.hiddenKeys = [2...3]
        let vcenter = FixtureVCenter(settings)
        let client = SOAPClient(vcenter.transport())
        try await client.login()
        vcenter.append(events(3))
        #expect(try await client.readNext(client.collector()) == [1])
        vcenter.change { $0.hiddenKeys = [] }
        #expect(try await client.readNext(client.collector()) == [1, 2, 3])
    }

    @Test("a host has its own names, no uuid and newest-first pages")
    func host() async throws {
        let vcenter = FixtureVCenter(.esxi)
        let client = SOAPClient(vcenter.transport())
        let (_, content) = try await client.call("RetrieveServiceContent", on: ("ServiceInstance", "ServiceInstance"))
        #expect(content.first("apiType")?.text == "HostAgent" && content.first("instanceUuid") == nil)
        #expect(content.first("eventManager")?.text == "ha-eventmgr")
        try await client.login(.esxi)
        vcenter.append((1...3).map { FixtureEvent("VmPoweredOnEvent", vm: .hostVM($0)).onHost() })
        let filter = "<entity><entity type=\"Folder\">ha-folder-root</entity><recursion>all</recursion></entity>"
        #expect(try await client.readNext(client.collector(filter)) == [3, 2, 1])
    }

    @Test("keys wrap from the largest int32 to the smallest")
    func wrap() async throws {
        var settings = FixtureSettings()
        settings.firstKey = .max - 1
        let vcenter = FixtureVCenter(settings)
        let client = SOAPClient(vcenter.transport())
        try await client.login()
        vcenter.append(events(4))
        #expect(try await client.readNext(client.collector()) == [.max - 1, .max, .min, .min + 1])
    }

    @Test("without a session calls fault with NotAuthenticated, and properties are missing for that reason")
    func sessionLoss() async throws {
        let vcenter = FixtureVCenter()
        let client = SOAPClient(vcenter.transport())
        try await client.login()
        let collector = try await client.collector()
        vcenter.expireSessions()
        #expect(vcenter.counters.collectors == 0)
        let (status, answer) = try await client.call(
            "ReadNextEvents", on: ("EventHistoryCollector", collector), "<maxCount>1</maxCount>")
        #expect(status == 500 && SOAPClient.fault(answer) == "NotAuthenticated")
        let (okay, properties) = try await client.call(
            "RetrievePropertiesEx", on: ("PropertyCollector", "propertyCollector"),
            "<specSet><propSet><type>EventManager</type><pathSet>latestEvent</pathSet></propSet><objectSet>"
                + "<obj type=\"EventManager\">EventManager</obj></objectSet></specSet><options></options>")
        #expect(okay == 200 && properties.first("missingSet")?.first("fault") != nil)
        try await client.login()
        let (_, old) = try await client.call(
            "ReadNextEvents", on: ("EventHistoryCollector", collector), "<maxCount>1</maxCount>")
        #expect(SOAPClient.fault(old) == "ManagedObjectNotFound")
    }

    @Test("a session holds only so many collectors")
    func limit() async throws {
        var settings = FixtureSettings()
        settings.maxCollector = 2
        let vcenter = FixtureVCenter(settings)
        let client = SOAPClient(vcenter.transport())
        try await client.login()
        let first = try await client.collector()
        _ = try await client.collector()
        let (status, answer) = try await client.call(
            "CreateCollectorForEvents", on: ("EventManager", "EventManager"), "<filter></filter>")
        #expect(status == 500 && SOAPClient.fault(answer) == "InvalidState")
        _ = try await client.call("DestroyCollector", on: ("EventHistoryCollector", first))
        _ = try await client.collector()
        #expect(vcenter.counters.collectors == 2)
        _ = try await client.call("Logout", on: ("SessionManager", "SessionManager"))
        #expect(vcenter.counters.sessions == 0 && vcenter.counters.collectors == 0)
    }

    @Test("a wrong password is an InvalidLogin and counted")
    func wrongPassword() async throws {
        let vcenter = FixtureVCenter()
        let (status, answer) = try await SOAPClient(vcenter.transport()).call(
            "Login", on: ("SessionManager", "SessionManager"), "<userName>root</userName><password>x</password>")
        #expect(status == 500 && SOAPClient.fault(answer) == "InvalidLogin")
        #expect(vcenter.counters.failedLogins == 1 && vcenter.counters.sessions == 0)
    }
}
