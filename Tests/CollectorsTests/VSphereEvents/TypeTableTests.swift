import AgentTestKit
import EventModel
import Testing
import VSphere

@testable import Collectors

@Suite struct TypeTableTests {
    private let table = TypeTable.standard

    @Test("every vim25 event class has a row of its own")
    func complete() {
        let classes = EventClasses.standard.names
        #expect(classes.count == 443, "442 and Event itself")
        #expect(classes.filter { table.exact[$0] == nil } == [])
    }

    @Test("every row is read, and stands there once")
    func wellFormed() {
        let rows = TypeTableText.read().split(separator: "\n").dropFirst().filter { !$0.hasPrefix("#") }
        #expect(rows.count == table.exact.count + table.patterns.count)
        #expect(Set(rows.map { $0.prefix { $0 != "\t" } }).count == rows.count)
    }

    /// What other sources than vSphere tell.
    private static let others: Set<Substring> = [
        "agent", "application", "broker", "container", "engine", "group", "inventory", "log", "node", "queue",
        "request", "user",
    ]
    /// What other sources than vSphere tell of virtual machines: QEMU's table, and what its collector makes of /proc
    /// and of several events together.
    private static let ofMachines: Set<EventType> = Set(QMPEventTable.rows.map(\.type)).union([
        "vm.halted", "vm.init-pid-found", "vm.interface-added", "vm.interface-down", "vm.interface-removed",
        "vm.interface-renamed", "vm.interface-up", "vm.rebooted", "vm.scheduled", "vm.crashed", "vm.job-cancelled",
        "vm.job-ended", "vm.job-failed", "vm.job-started", "vm.snapshot-created", "vm.snapshot-failed",
        "vm.snapshot-removed", "vm.tray-closed", "vm.tray-opened",
    ])

    @Test("every type of the table is in the catalogue, and the catalogue has no others but those of other sources")
    func catalogue() {
        let types = Set(table.exact.values.map(\.type) + table.patterns.map(\.rule.type))
        let known = Set(EventCatalogue.entries.map(\.type))
        #expect(types.subtracting(known) == [])
        let rest = known.subtracting(types).subtracting(Self.ofMachines)
        #expect(rest.filter { !Self.others.contains($0.family) } == [])
    }

    @Test("failures are errors at least where the type says failed", arguments: ["-failed", "-lost", "-crashed"])
    func failures(ending: String) {
        let mild = table.exact.filter { $0.value.type.rawValue.hasSuffix(ending) && $0.value.severity < .warning }
        #expect(mild.isEmpty, "\(mild.keys.sorted())")
    }

    @Test("the dynamic ids of real servers have a family")
    func dynamicIds() throws {
        guard let path = SharedMaterial["vsphere/eventex_ids.tsv"], let text = TestFile.text(path) else {
            return  // The list of real servers' ids is not beside this package.
        }
        let ids = text.split(separator: "\n").dropFirst().compactMap {
            $0.split(separator: "\t").first.map(String.init)
        }
        let dynamic = ids.filter { $0.contains(".") }
        #expect(dynamic.count > 1900)
        #expect(dynamic.filter { table.rule(className: "", eventTypeId: $0) == nil } == [])
    }

    @Test(
        "the heaviest pattern is meant",
        arguments: [
            ("esx.problem.vmfs.heartbeat.timedout", "datastore.heartbeat-lost"),
            ("esx.problem.vmfs.lock.corruptondisk.v2", "datastore.corruption-found"),
            ("esx.problem.vmfs.journal.createfailed", "datastore.other"),
            ("esx.problem.scsi.device.state.permanentloss.noopens", "storage.device-lost"),
            ("esx.problem.psastor.device.state.permanentloss.pluggedback", "storage.device-returned"),
            ("esx.problem.something.new", "host.other"),
            ("esx.audit.esxcli.host.poweroff.reason", "host.shutdown-requested"),
            ("com.vmware.vc.HA.VmUnprotectedOnDiskSpaceFull", "vm.ha-unprotected"),
            ("com.vmware.vc.HA.SomethingNew", "cluster.other"),
            ("com.vmware.vc.vm.VmHotMigratingWithEncryptionEvent", "vm.migration-started"),
            ("com.vmware.cl.PublishLibraryItemFailEvent", "library.change-failed"),
            ("com.vmware.license.vsan.LicenseExpiryEvent", "license.expiring"),
            ("vsan.health.test.cluster.event", "vsan.health-changed"),
        ])
    func heaviest(id: String, type: String) {
        #expect(table.rule(className: "EventEx", eventTypeId: id)?.type.rawValue == type)
    }

    @Test(
        "a pattern's * stands for any characters, none included",
        arguments: [
            ("a.*", "a.", true), ("a.*", "a.b.c", true), ("a.*", "a", false), ("*.b", "a.b", true),
            ("a*c", "abc", true),
            ("a*c", "ac", true), ("a*a", "a", false), ("a*bc*d", "a-bc-bc-d", true), ("a*bc*d", "a-b-c-d", false),
            ("*", "", true), ("abc", "abc", true), ("abc", "abcd", false), ("a**b", "ab", true), ("*x*x*", "x", false),
        ])
    func patterns(pattern: String, name: String, matches: Bool) {
        #expect(NamePattern(pattern).matches(name) == matches)
    }
}
