import AgentTestKit
import Collectors
import EventModel
import Testing
import VSphere

@Suite struct TypeTableTests {
    private static func rows(_ name: String) -> [[String]] {
        (TestFile.text(PackageRoot["Sources/CVSphereTables/\(name)"]) ?? "").split(separator: "\n").dropFirst()
            .filter { !$0.hasPrefix("#") }
            .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
    }

    @Test("every one of the 442 classes has a type of its own row, known to the catalogue")
    func complete() {
        let classes = EventClasses.standard.names.filter { $0 != "Event" }
        #expect(classes.count == 442)
        for name in classes {
            let rule = TypeTable.standard.rule(className: name, eventTypeId: nil)
            #expect(rule != nil, "\(name) has no row")
            if let type = rule?.type { #expect(EventCatalogue.sentence(of: type) != nil, "\(name): \(type)") }
        }
    }

    @Test("every row of the table can be read, stands once, and names a type of the catalogue")
    func rows() {
        let rows = Self.rows("event-types.tsv")
        #expect(Set(rows.map(\.[0])).count == rows.count)
        for row in rows {
            #expect(row.count == 4, "\(row)")
            guard row.count == 4 else { continue }
            #expect(Severity(rawValue: row[2]) != nil && Change(rawValue: row[3]) != nil, "\(row)")
            #expect(EventCatalogue.sentence(of: EventType(rawValue: row[1])) != nil, "\(row)")
        }
        #expect(TypeTable.standard.exact.count + TypeTable.standard.patterns.count == rows.count)
    }

    @Test(
        "the dynamic ids of vCenter 6.7 to 8.0 have types",
        .enabled(if: SharedMaterial["vsphere/eventex_ids.tsv"] != nil, "the list of ids is not beside the package"))
    func dynamicIds() throws {
        let text = try #require(SharedMaterial["vsphere/eventex_ids.tsv"].flatMap { TestFile.text($0) })
        let ids = text.split(separator: "\n").dropFirst().map { String($0.prefix { $0 != "\t" }) }
        let typed = ids.filter { TypeTable.standard.rule(className: "EventEx", eventTypeId: $0)?.type != nil }
        #expect(ids.count == 2449)
        #expect(typed.count == ids.count)
    }

    @Test("a class nobody knows is told by what it names: a VM, a host, or neither; nothing is lost")
    func unknown() throws {
        var translator = VSphereEventTranslator(source: "vsphere://x", overrides: [])
        func type(vm: Bool, host: Bool) -> EventType? {
            var event = VSphereEvent(
                className: "NeverHeardOfEvent", fields: JSONText(["key": 7, "novelty": "kept"]))
            (event.key, event.createdTime) = (7, TestClock.start)
            if vm { event.vm = EntityReference(name: "db", type: "VirtualMachine", value: "vm-1") }
            if host { event.host = EntityReference(name: "esx", type: "HostSystem", value: "host-1") }
            let translated = translator.translate(event, time: TestClock.start)
            #expect((try? translated.data.parsed())?["novelty"]?.string == "kept")
            return translated.type
        }
        #expect(type(vm: true, host: true) == "vm.other")
        #expect(type(vm: false, host: true) == "host.other")
        #expect(type(vm: false, host: false) == "vsphere.other")
    }
}
