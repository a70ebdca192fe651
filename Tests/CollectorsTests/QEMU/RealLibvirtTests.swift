import AgentCore
import AgentTestKit
import Collectors
import EventModel
import Glibc
import Testing

@Suite("Real machines of libvirt's", .serialized, .timeLimit(.minutes(10)))
struct RealLibvirtTests {
    /// A monitor of libvirt's is never taken, whatever the configuration allows.
    private let seen = QEMUConfiguration(sockets: [PathPattern("/var/lib/libvirt/**"), PathPattern("/run/libvirt/**")])

    @Test(
        "what libvirt does to a machine is told as that, from its files, and its monitor is left to it",
        .enabled(if: RealLibvirt.absent == nil, "\(RealLibvirt.absent ?? "")"))
    func life() async throws {
        let libvirt = try await RealLibvirt()
        let watch = try await QEMUWatch(seen, host: libvirt.view)
        let (name, uuid) = ("gw päron \(UInt32.random(in: 0..<100_000))", RealQEMU.someUUID())
        var told = ["vm.powered-on"]
        var serial = try await libvirt.create(name, uuid: uuid)
        try await watch.check(told, of: uuid)
        func step(_ more: [String], _ action: () async throws -> Void) async throws {
            try await action()
            told += more
            try await watch.check(told, of: uuid)
        }
        try await step(["vm.paused"]) { try await libvirt.virsh("suspend", name) }
        try await step(["vm.resumed"]) { try await libvirt.virsh("resume", name) }
        try await step(["vm.paused", "vm.powered-off saved"]) { try await libvirt.save(name) }
        try await step(["vm.powered-on"]) { try await libvirt.restore(name) }
        try await step(["vm.powered-off destroyed"]) { try await libvirt.virsh("destroy", name) }
        serial.close()
        serial = try await libvirt.create(name, uuid: uuid)
        try await step(["vm.powered-on", "vm.powered-off shutdown"]) { try serial.say("poweroff") }
        serial.close()
        serial = try await libvirt.create(name, uuid: uuid)
        try await step(["vm.powered-on"]) {}
        kill(try libvirt.process(of: name), SIGKILL)
        // The kernel's word, or libvirt's where the kernel has none.
        let last = try await watch.expect(told + [""], of: uuid)
        #expect([told + ["vm.crashed killed"], told + ["vm.crashed crashed"]].contains(last))
        serial.close()
        #expect(watch.events(of: uuid).allSatisfy { $0.guest?.name == name && $0.source == "qemu://hv1" })
        await watch.stop()
        try await libvirt.stop()
    }
}
