import EventModel
import HTTPClient
import Testing

@testable import VSphere

@Suite struct EventHistoryCollectorTests {
    private func collector(
        _ steps: ScriptedTransport.Step...
    ) async throws -> (EventHistoryCollector, ScriptedTransport) {
        let transport = ScriptedTransport([.versions, .content, .login, .collector] + steps)
        let client = VSphereClient(url: "https://vc/sdk", transport: transport) {
            VSphereCredentials(userName: "u", password: "p")
        }
        try await client.login()
        return (try await client.createEventCollector(EventFilterSpec()), transport)
    }

    @Test("a collector reads both ways, moves, and goes")
    func life() async throws {
        let event = Wire.event(key: 5)
        let (collector, transport) = try await collector(
            .step("SetCollectorPageSize"), .step("ReadNextEvents", event), .step("ReadNextEvents"),
            .step("ReadPreviousEvents", event + event), .step("RewindCollector"), .step("ResetCollector"),
            .property("latestPage", event.replacing("returnval", with: "Event"), type: "ArrayOfEvent"),
            .property("initialized", "true", type: "xsd:boolean"), .fault("RetrievePropertiesEx", "InvalidProperty"),
            .step("DestroyCollector"))
        #expect(collector.reference == ManagedObjectReference(type: "EventHistoryCollector", value: "c1"))
        try await collector.setPageSize(1)
        #expect(try await collector.readNext(1000).events.map(\.key) == [5])
        #expect(try await collector.readNext(1000).events.isEmpty)
        #expect(try await collector.readPrevious(2).events.count == 2)
        try await collector.rewind()
        try await collector.reset()
        #expect(try await collector.latestPage().events.map(\.key) == [5])
        #expect(try await collector.isInitialized() == true)
        #expect(try await collector.isInitialized() == nil)
        try await collector.destroy()
        #expect(transport.remaining == 0)
    }

    @Test("faults, withheld pages and broken transfers reach the caller as what they are")
    func errors() async throws {
        var broken = ScriptedTransport.Step.step("ReadNextEvents", Wire.event())
        broken.body = String(broken.body.dropLast(60))
        var refused = ScriptedTransport.Step.step("ReadNextEvents")
        refused.body = Wire.page("<returnval a=\"\(String(repeating: "x", count: 5 << 20))\"/>")
        var lost = ScriptedTransport.Step.step("ReadNextEvents")
        lost.error = .timedOut("idle")
        let (collector, _) = try await collector(
            .fault("ReadNextEvents", "ManagedObjectNotFound"), .missing("latestPage", "NotAuthenticated"), broken,
            refused, lost)
        await #expect(throws: VSphereError.managedObjectNotFound(VSphereFault(name: "ManagedObjectNotFound"))) {
            try await collector.readNext(10)
        }
        await #expect(throws: VSphereError.notAuthenticated(VSphereFault(name: "NotAuthenticated", message: "why"))) {
            try await collector.latestPage()
        }
        for _ in 0..<2 {
            await #expect {
                try await collector.readNext(10)
            } throws: { error in
                guard case .malformed = error as? VSphereError else { return false }
                return true
            }
        }
        await #expect(throws: VSphereError.transport(.timedOut("idle"))) { try await collector.readNext(10) }
    }

    @Test("a watch wakes with the newest events, goes on from there, and leaves time for the answer")
    func watch() async throws {
        let update =
            "<returnval><version>1</version><filterSet><filter type=\"PropertyFilter\">f</filter><objectSet>"
            + "<kind>modify</kind><obj type=\"EventHistoryCollector\">c1</obj><changeSet><name>latestPage</name><op>assign</op>"
            + "<val xsi:type=\"ArrayOfEvent\">\(Wire.event(key: 9).replacing("returnval", with: "Event"))</val></changeSet>"
            + "<changeSet><name>latestPage[\"10\"]</name><op>add</op><val xsi:type=\"VmEvent\"><key>10</key>"
            + "<createdTime>2026-01-01T00:00:00Z</createdTime></val></changeSet></objectSet></filterSet></returnval>"
        let (collector, transport) = try await collector(
            .step("CreateFilter", "<returnval type=\"PropertyFilter\">f</returnval>"),
            .step("WaitForUpdatesEx", update),
            .step("WaitForUpdatesEx"), .step("CancelWaitForUpdates"), .step("DestroyPropertyFilter"))
        let watch = try await collector.watch()
        #expect(try await watch.wait(atMost: 600)?.map(\.key) == [9, 10])
        #expect(try await watch.wait(atMost: 600) == nil)
        try await watch.cancelWait()
        try await watch.destroy()
        let waits = transport.requests.filter { String(decoding: $0.body, as: UTF8.self).contains("<WaitForUpdatesEx") }
        #expect(
            waits.map { String(decoding: $0.body, as: UTF8.self).contains("<version></version>") } == [true, false])
        #expect(waits.allSatisfy { $0.timeouts.idle > .seconds(600) && $0.timeouts.whole > .seconds(600) })
        #expect(transport.remaining == 0)
    }
}
