import AgentCore
import AgentTestKit
import EventModel
import Testing
import VSphere

@testable import Collectors

/// Lines about vSphere's lifecycle events of the conformance list.
@Suite struct VSphereConformanceTests {
    static let lifecycle: [(String, EventType)] = [
        ("VmPoweredOnEvent", "vm.powered-on"), ("DrsVmPoweredOnEvent", "vm.powered-on"),
        ("VmPoweredOffEvent", "vm.powered-off"), ("VmSuspendedEvent", "vm.suspended"), ("VmRemovedEvent", "vm.removed"),
        ("VmGuestShutdownEvent", "vm.guest-shutdown-started"), ("VmMigratedEvent", "vm.migrated"),
        ("DrsVmMigratedEvent", "vm.migrated"), ("VmRelocatedEvent", "vm.relocated"),
    ]

    @Test("VIC-14: the collector's kind is a constant")
    func kind() {
        #expect(VSphereEventsCollector.kind == "vsphere-events")
    }

    @Test("VIC-16: the nine classes of a guest's life are vim25's, and each has its type", arguments: lifecycle)
    func classes(name: String, type: EventType) {
        #expect(Self.lifecycle.count == 9)
        #expect(EventClasses.standard.names.contains(name))
        #expect(TypeTable.standard.exact[name]?.type == type)
        #expect(EventCatalogue.sentence(of: type) != nil)
    }

    @Test("VIC-17: a power-on event keeps its key, message, time and VM")
    func powerOn() throws {
        var event = VSphereEvent(className: "VmPoweredOnEvent")
        (event.key, event.createdTime) = (1, Timestamp(nanoseconds: 1_000_000_000))
        event.vm = EntityReference(name: "web", type: "VirtualMachine", value: "vm-42")
        event.fields = JSONText(["key": 1, "fullFormattedMessage": "web is powered on"])
        var translator = VSphereEventTranslator(source: "vsphere://vc1", overrides: [])
        let translated = translator.translate(event, time: Timestamp(nanoseconds: 1_000_000_000))
        #expect(translated.type == "vm.powered-on" && translated.id.hasSuffix("/1"))
        #expect(translated.message == "web is powered on" && translated.guest?.id == "vm-42")
        #expect(translated.time.nanoseconds == 1_000_000_000)
    }

    @Test("B6: a restart repeats nothing, and a storm of many pages while nobody reads loses nothing")
    func storm() async throws {
        let rig = try CollectorRig(FixtureSettings(), #""start": "beginning", "pageSize": 20"#)
        var expected = rig.trickle(30)
        try await rig.pollUntilQuiet()
        expected += rig.append(500)
        try rig.restart()
        try await rig.pollUntilQuiet()
        #expect(rig.keys == expected)
    }

    @Test("B7: an event of an unknown class, or one without its VM, becomes an event with all its fields")
    func unknown() async throws {
        let rig = try CollectorRig()
        _ = rig.vcenter.append([
            FixtureEvent("VmUnheardOfEvent", vm: .vm(41), extra: "<colour>red</colour>"),
            FixtureEvent("VmPoweredOnEvent"), FixtureEvent("NobodyKnowsThis", extra: "<colour>blue</colour>"),
        ])
        try await rig.pollUntilQuiet()
        #expect(rig.events.map(\.type) == ["vm.other", "vm.powered-on", "host.other"])
        #expect(rig.events.map { $0.guest?.id } == ["vm-41", nil, nil])
        #expect(try rig.events.map { try $0.data.parsed()["colour"]?.string } == ["red", nil, "blue"])
    }
}
