import AgentTestKit
import EventModel
import HTTPClient
import Testing

@Suite struct FixtureCollectorTests {
    private let client: SOAPClient
    private let vcenter: FixtureVCenter

    init() async throws {
        vcenter = FixtureVCenter()
        client = SOAPClient(vcenter.transport())
        try await client.login()
    }

    private func keys(_ operation: String, _ collector: String, _ count: Int) async throws -> [Int32] {
        let (_, answer) = try await client.call(
            operation, on: ("EventHistoryCollector", collector), "<maxCount>\(count)</maxCount>")
        return try #require(answer.first("\(operation)Response")).all("returnval").compactMap(\.key)
    }

    private func latestPage(_ collector: String) async throws -> [Int32] {
        let (_, answer) = try await client.call(
            "RetrievePropertiesEx", on: ("PropertyCollector", "propertyCollector"),
            "<specSet><propSet><type>EventHistoryCollector</type><pathSet>latestPage</pathSet></propSet><objectSet>"
                + "<obj type=\"EventHistoryCollector\">\(collector)</obj></objectSet></specSet><options></options>")
        return try #require(answer.first("val")).all("Event").compactMap(\.key)
    }

    @Test("reset goes before the latest page, previous reads go back from there, rewind to the oldest")
    func positions() async throws {
        vcenter.append((1...9).map { _ in FixtureEvent("VmEvent", vm: .vm(41)) })
        let collector = try await client.collector("<maxCount>4</maxCount>")
        #expect(try await latestPage(collector) == [6, 7, 8, 9])
        _ = try await client.call("ResetCollector", on: ("EventHistoryCollector", collector))
        #expect(try await keys("ReadPreviousEvents", collector, 3) == [3, 4, 5])
        #expect(try await keys("ReadPreviousEvents", collector, 3) == [1, 2])
        #expect(try await keys("ReadPreviousEvents", collector, 3) == [])
        _ = try await client.call("RewindCollector", on: ("EventHistoryCollector", collector))
        #expect(try await client.readNext(collector, 2) == [1, 2])
    }

    @Test(
        "filters choose by class, base class, dynamic id, entity and recursion",
        arguments: [
            ("<eventTypeId>VmPoweredOnEvent</eventTypeId>", [1, 2]),
            ("<eventTypeId>VmEvent</eventTypeId>", [1, 2, 3]),
            ("<eventTypeId>esx.problem.x</eventTypeId><eventTypeId>HostConnectedEvent</eventTypeId>", [4, 5]),
            (entity("VirtualMachine", "vm-42", "self"), [3]), (entity("HostSystem", "host-21", "self"), [1, 2, 3, 4]),
            (entity("ClusterComputeResource", "domain-c7", "children"), [1, 2, 3, 4]),
            (entity("Folder", "group-d1", "all"), [1, 2, 3, 4, 5]), (entity("Folder", "group-v3", "all"), [1, 2, 3]),
            (entity("Folder", "group-d1", "self"), []), ("<category>error</category>", [5]),
            ("<userName><systemUser>true</systemUser></userName>", [5]),
            ("<userName><systemUser>false</systemUser><userList>root</userList></userName>", [4]),
            ("<eventChainId>1</eventChainId>", [1, 3]),
        ] as [(String, [Int32])])
    func filters(filter: String, expected: [Int32]) async throws {
        vcenter.append(FixtureEvent("VmPoweredOnEvent", vm: .vm(41)))
        vcenter.append(FixtureEvent("DrsVmPoweredOnEvent", vm: .vm(41)))
        var off = FixtureEvent("VmPoweredOffEvent", vm: .vm(42))
        off.chainId = 1
        vcenter.append(off)
        var connected = FixtureEvent("HostConnectedEvent")
        connected.userName = "root"
        vcenter.append(connected)
        var problem = FixtureEvent("EventEx", host: nil, extra: "<eventTypeId>esx.problem.x</eventTypeId>")
        (problem.eventTypeId, problem.category, problem.userName) = ("esx.problem.x", "error", "")
        (problem.datacenter, problem.computeResource) = (nil, nil)
        vcenter.append(problem)
        #expect(try await client.readNext(client.collector(filter)) == expected)
    }

    private static func entity(_ type: String, _ value: String, _ recursion: String) -> String {
        "<entity><entity type=\"\(type)\">\(value)</entity><recursion>\(recursion)</recursion></entity>"
    }

    @Test("retention cuts the oldest, a ring keeps the newest, and a position in what is gone goes on at the oldest")
    func retention() async throws {
        vcenter.append((1...10).map { _ in FixtureEvent("VmEvent") })
        let collector = try await client.collector()
        #expect(try await client.readNext(collector, 2) == [1, 2])
        vcenter.trim(to: 3)
        #expect(try await client.readNext(collector) == [8, 9, 10])
        vcenter.change { $0.eventLimit = 2 }
        vcenter.append((1...500).map { _ in FixtureEvent("VmEvent") })
        #expect(try await client.readNext(collector) == [509, 510])
    }

    @Test("a late event has an older time, a newer key, and comes last")
    func late() async throws {
        vcenter.append(FixtureEvent("VmEvent"))
        var late = FixtureEvent("VmEvent")
        late.createdTime = vcenter.time.advanced(by: .seconds(-60))
        vcenter.append(late)
        #expect(try await client.readNext(client.collector()) == [1, 2])
        #expect(vcenter.events[1].createdTime < vcenter.events[0].createdTime)
    }

    @Test("pages come newest first from a server that does so, and events in vcsim's prefixes from one that writes so")
    func styles() async throws {
        vcenter.append((1...3).map { _ in FixtureEvent("VmEvent") })
        vcenter.change { $0.pageOrder = .newestFirst }
        #expect(try await client.readNext(client.collector()) == [3, 2, 1])
        vcenter.change { $0.wireStyle = .vcsim }
        let collector = try await client.collector()
        let (_, body) = try await client.raw(
            "ReadNextEvents", on: ("EventHistoryCollector", collector), "<maxCount>9</maxCount>")
        let text = String(decoding: body, as: UTF8.self)
        #expect(text.contains(" XMLSchema-instance:type=\"VmEvent\"") && !text.contains("xsi:type=\"VmEvent\""))
    }

    @Test("delayedInit leaves the latest page empty for a while")
    func delayedInit() async throws {
        let clock = TestClock()
        var settings = FixtureSettings()
        settings.initializationDelay = .seconds(5)
        let vcenter = FixtureVCenter(settings, clock: clock.clock)
        let suite = try await Self(client: SOAPClient(vcenter.transport()), vcenter: vcenter)
        vcenter.append(FixtureEvent("VmEvent"))
        let collector = try await suite.client.collector("<delayedInit>true</delayedInit>")
        #expect(try await suite.latestPage(collector) == [])
        clock.advance(by: .seconds(5))
        #expect(try await suite.latestPage(collector) == [1])
    }

    private init(client: SOAPClient, vcenter: FixtureVCenter) async throws {
        (self.client, self.vcenter) = (client, vcenter)
        try await client.login()
    }
}
