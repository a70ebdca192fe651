import Testing

@testable import VSphere

@Suite struct SharedEventsTests {
    private static func events(_ ids: [String]) throws -> [VSphereEvent] {
        let events = ids.map { id in
            Wire.event("VmPoweredOnEvent", "<vm><name>web</name><vm type=\"VirtualMachine\">\(id)</vm></vm>")
        }
        return try Wire.decode(Wire.page(events.joined())).events
    }

    @Test("an event that is changed leaves its neighbours as they are")
    func change() throws {
        let events = try Self.events(["vm-1", "vm-1"])
        var changed = events[0]
        changed.vm = EntityReference(name: "db", type: "VirtualMachine", value: "vm-2")
        (changed.key, changed.userName, changed.damage) = (8, "nobody", "some")
        #expect(events[0].vm?.value == "vm-1" && events[0].key == 7 && events[0].damage == nil)
        #expect(events[1].vm?.value == "vm-1" && events[1].userName == "root")
        #expect(changed.vm?.value == "vm-2" && changed.key == 8 && changed.userName == "nobody")
        #expect(changed.className == "VmPoweredOnEvent" && changed.fields == events[0].fields)
        changed.vm = nil
        #expect(changed.vm == nil)
    }

    @Test("events of different answers are equal when they say the same, and only then")
    func equality() throws {
        let (events, again) = (try Self.events(["vm-1", "vm-2"]), try Self.events(["vm-1", "vm-2"]))
        #expect(events == again && Set(events).union(again).count == 2)
        #expect(events[0] != again[1])
        var other = again[0]
        other.host = EntityReference(name: "esx", type: "HostSystem", value: "host-1")
        #expect(other != events[0])
    }

    @Test("tokens are equal for events of one answer with the same parts, and never across answers")
    func tokens() throws {
        let events = try Self.events(["vm-1", "vm-2", "vm-1"])
        #expect(events[0].guestToken == events[2].guestToken && events[0].guestToken != events[1].guestToken)
        #expect(events[0].surroundingsToken == events[1].surroundingsToken)
        #expect(events[0].kindToken == events[1].kindToken)
        let again = try Self.events(["vm-1"])
        #expect(again[0].guestToken != events[0].guestToken && again[0].kindToken != events[0].kindToken)
        var changed = events[0]
        changed.vm = events[1].vm
        #expect(changed.guestToken != events[0].guestToken && changed.guestToken != events[1].guestToken)
    }
}
