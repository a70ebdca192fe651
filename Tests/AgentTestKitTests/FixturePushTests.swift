import AgentTestKit
import EventModel
import HTTPClient
import Testing

@Suite(.timeLimit(.minutes(1))) struct FixturePushTests {
    private func filter(_ client: SOAPClient, _ collector: String, partial: Bool) async throws {
        let (status, _) = try await client.call(
            "CreateFilter", on: ("PropertyCollector", "propertyCollector"),
            "<spec><propSet><type>EventHistoryCollector</type><pathSet>latestPage</pathSet></propSet><objectSet>"
                + "<obj type=\"EventHistoryCollector\">\(collector)</obj></objectSet></spec>"
                + "<partialUpdates>\(partial)</partialUpdates>")
        #expect(status == 200)
    }

    private func wait(_ client: SOAPClient, _ version: String, seconds: Int = 60) async throws -> XMLTree {
        let (_, answer) = try await client.call(
            "WaitForUpdatesEx", on: ("PropertyCollector", "propertyCollector"),
            "<version>\(version)</version><options><maxWaitSeconds>\(seconds)</maxWaitSeconds></options>")
        return answer
    }

    @Test("a wait ends with the event that comes, and at its limit with nothing")
    func wakes() async throws {
        let clock = TestClock()
        let vcenter = FixtureVCenter(clock: clock.clock)
        let client = SOAPClient(vcenter.transport())
        try await client.login()
        vcenter.append(FixtureEvent("VmPoweredOnEvent", vm: .vm(41)))
        try await filter(client, client.collector("<maxCount>1</maxCount>"), partial: true)
        let first = try await wait(client, "")
        #expect(first.first("kind")?.text == "enter" && first.first("Event")?.key == 1)

        async let woken = wait(client, "1")
        try await waitUntil("the call waits") { vcenter.counters.waiting == 1 }
        vcenter.append(FixtureEvent("VmPoweredOffEvent", vm: .vm(41)))
        let changes = try await woken.first("objectSet")?.all("changeSet") ?? []
        #expect(changes.map { $0["op"]?.text } == ["add", "remove"])
        #expect(changes.map { $0["name"]?.text } == ["latestPage[\"2\"]", "latestPage[\"1\"]"])

        async let vain = wait(client, "2")
        try await waitUntil("the call waits") { vcenter.counters.waiting == 1 && clock.sleeping == 1 }
        clock.advance(by: .seconds(60))
        #expect(try await vain.first("returnval") == nil)
        #expect(try await wait(client, "1").first("version")?.text == "3", "a lost answer can be asked for again")
        #expect(SOAPClient.fault(try await wait(client, "99")) == "InvalidCollectorVersion")
    }

    @Test("the end of the session ends a wait with NotAuthenticated, a cancel with RequestCanceled")
    func ends() async throws {
        let vcenter = FixtureVCenter()
        let client = SOAPClient(vcenter.transport())
        try await client.login()
        try await filter(client, client.collector(), partial: false)
        _ = try await wait(client, "")
        async let cancelled = wait(client, "1")
        try await waitUntil("the call waits") { vcenter.counters.waiting == 1 }
        _ = try await client.call("CancelWaitForUpdates", on: ("PropertyCollector", "propertyCollector"))
        #expect(SOAPClient.fault(try await cancelled) == "RequestCanceled")
        async let expired = wait(client, "1")
        try await waitUntil("the call waits") { vcenter.counters.waiting == 1 }
        vcenter.expireSessions()
        #expect(SOAPClient.fault(try await expired) == "NotAuthenticated")
    }

    @Test("a server without push says so")
    func unsupported() async throws {
        var settings = FixtureSettings.esxi
        settings.supportsPush = false
        let vcenter = FixtureVCenter(settings)
        let client = SOAPClient(vcenter.transport())
        try await client.login(settings)
        #expect(SOAPClient.fault(try await wait(client, "")) == "NotSupported")
    }
}
