import AgentCore
import EventModel
import Testing
import VSphere

@testable import Collectors

@Suite struct VSphereEventTranslatorTests {
    private let time = Timestamp(nanoseconds: 1_767_323_045_123_456_000)

    private func event(_ className: String, _ change: (inout VSphereEvent) -> Void = { _ in }) -> VSphereEvent {
        var event = VSphereEvent(className: className)
        (event.key, event.createdTime) = (4711, time)
        event.fields = JSONText(["_typeName": .string(className), "key": 4711])
        change(&event)
        return event
    }

    private func translated(_ event: VSphereEvent, overrides: [TypeOverride] = []) -> Event {
        var translator = VSphereEventTranslator(source: "vsphere://vc1", overrides: overrides)
        return translator.translate(event, time: Timestamp(nanoseconds: 5))
    }

    @Test("an event keeps its time, its key and its fields, and gets source, type, severity and change")
    func whole() {
        let event = translated(
            event("VmMigratedEvent") {
                $0.vm = EntityReference(name: "web-1", type: "VirtualMachine", value: "vm-41")
                $0.host = EntityReference(name: "esx1", type: "HostSystem", value: "host-21")
                $0.computeResource = EntityReference(name: "C", type: "ClusterComputeResource", value: "domain-c7")
                $0.datacenter = EntityReference(name: "Lab", type: "Datacenter", value: "datacenter-2")
                $0.datastore = EntityReference(name: "", type: "Datastore", value: "datastore-15")
                $0.network = EntityReference(name: "n", type: "Network", value: "network-9")
                $0.dvs = EntityReference(name: "s", type: "VmwareDistributedVirtualSwitch", value: "dvs-22")
            })
        #expect(
            event
                == Event(
                    id: "2026-01-02T03:04:05.123456Z/4711", source: "vsphere://vc1", type: "vm.migrated", time: time,
                    severity: .info, change: .set, guest: Guest(kind: .vm, id: "vm-41", name: "web-1", host: "esx1"),
                    related: [
                        RelatedObject(kind: "host", id: "host-21", name: "esx1"),
                        RelatedObject(kind: "cluster", id: "domain-c7", name: "C"),
                        RelatedObject(kind: "datacenter", id: "datacenter-2", name: "Lab"),
                        RelatedObject(kind: "datastore", id: "datastore-15"),
                        RelatedObject(kind: "network", id: "network-9", name: "n"),
                        RelatedObject(kind: "switch", id: "dvs-22", name: "s"),
                    ], data: JSONText(["_typeName": "VmMigratedEvent", "key": 4711])))
    }

    @Test("a negative key after the wrap is part of the id as it is")
    func wrappedKey() {
        #expect(translated(event("VmRemovedEvent") { $0.key = .min }).id.hasSuffix("Z/-2147483648"))
    }

    @Test(
        "an unknown class becomes other of what it names, and is never lost",
        arguments: [(true, true, "vm.other"), (false, true, "host.other"), (false, false, "vsphere.other")])
    func unknown(hasVM: Bool, hasHost: Bool, type: String) {
        let event = translated(
            event("VmTeleportedEvent") {
                if hasVM { $0.vm = EntityReference(name: "", type: "VirtualMachine", value: "vm-1") }
                if hasHost { $0.host = EntityReference(name: "", type: "HostSystem", value: "host-1") }
            })
        #expect(event.type.rawValue == type)
        #expect((try? event.data.parsed()["_typeName"]?.string) == "VmTeleportedEvent")
    }

    @Test(
        "a dynamic event has the severity it tells, else the table's",
        arguments: [("error", .error), ("warning", .warning), ("info", .info), ("user", .notice), (nil, .warning)]
            as [(String?, Severity)])
    func severity(told: String?, severity: Severity) {
        let event = translated(
            event("EventEx") { ($0.eventTypeId, $0.severity) = ("esx.problem.net.redundancy.lost", told) })
        #expect(event.type == "network.redundancy-lost")
        #expect(event.severity == severity)
    }

    @Test(
        "an alarm is as severe as its new colour",
        arguments: [("red", .error), ("yellow", .warning), ("green", .info), ("gray", .notice)] as [(String, Severity)])
    func alarm(colour: String, severity: Severity) {
        let event = translated(
            event("AlarmStatusChangedEvent") {
                $0.alarm = EntityReference(name: "CPU", type: "Alarm", value: "alarm-1")
                $0.entity = EntityReference(name: "web-1", type: "VirtualMachine", value: "vm-41")
                $0.fields = JSONText(["message": "\"to\":\"red\"", "from": "red", "to": .string(colour)])
            })
        #expect(event.severity == severity)
        #expect(event.guest?.id == "vm-41")
        #expect(event.related == [RelatedObject(kind: "alarm", id: "alarm-1", name: "CPU")])
    }

    @Test("overrides give types and severities, for ids before classes, the first that matches")
    func overrides() throws {
        let overrides = try CollectorRig.configuration(
            #"""
            { "url": "https://vc1/sdk", "username": "u", "password": { "env": "P" }, "overrides": [
              { "class": "EventEx", "type": "site.dynamic" },
              { "eventTypeId": "esx.problem.*", "severity": "critical" },
              { "eventTypeId": "esx.*", "type": "site.esx" },
              { "class": "VmReconfiguredEvent", "type": "site.changed", "severity": "debug" } ] }
            """#
        ).overrides
        let reconfigured = translated(event("VmReconfiguredEvent"), overrides: overrides)
        #expect(reconfigured.type == "site.changed" && reconfigured.severity == .debug)
        let problem = translated(
            event("EventEx") { ($0.eventTypeId, $0.severity) = ("esx.problem.new", "info") }, overrides: overrides)
        #expect(problem.severity == .critical && problem.type == "host.other")
        let audit = translated(
            event("EventEx") { ($0.eventTypeId, $0.severity) = ("esx.audit.new", "info") }, overrides: overrides)
        #expect(audit.severity == .info && audit.type == "site.esx")
        #expect(translated(event("EventEx"), overrides: overrides).type == "site.dynamic")
    }

    @Test("an event without key or time is named by its content, placed by its neighbour, and tells its damage")
    func damaged() throws {
        let broken = event("VmPoweredOnEvent") {
            $0.key = nil
            $0.damage = "no key"
            $0.fields = JSONText(["note": "kept"])
        }
        let event = translated(broken)
        #expect(event.type == "vsphere.other" && event.time == Timestamp(nanoseconds: 5))
        #expect(event.id == translated(broken).id)
        #expect(event.id.hasPrefix("damaged/") && event.id.count == 40)
        #expect(try event.data.parsed() == ["guestwatch.damage": "no key", "note": "kept"])
        var other = broken
        other.fields = .emptyObject
        #expect(translated(other).id != event.id)
        #expect(try translated(other).data.parsed() == ["guestwatch.damage": "no key"])
    }

    @Test("the content hash is FNV-1a with 128 bits")
    func contentHash() {
        var hash = StableHash()
        #expect(hash.text == "6c62272e07bb014262b821756295c58d")
        hash.add("a".utf8)
        #expect(hash.text == "d228cb696f1a8caf78912b704e4a8964")
        hash = StableHash()
        hash.add("foobar".utf8)
        #expect(hash.text == "343e1662793c64bf6f0d3597ba446f18")
    }
}
