import AgentTestKit
import EventModel
import Foundation
import Testing

@testable import Collectors

@Suite("The shipped translators")
struct ShippedTranslatorTests {
    @Test(
        "each can be read, makes known types, and asks for fields its patterns give", arguments: ShippedTranslator.all)
    func readable(translator: ShippedTranslator) throws {
        let definition = try translator.read()
        for rule in definition.rules {
            if let type = rule.type { #expect(EventCatalogue.sentence(of: type) != nil, "\(type)") }
        }
        #expect(definition.unmatched == (translator.name == "lines" ? .keep : .drop))
        guard let known = definition.format.fieldNames(pattern: definition.pattern) else { return }
        let patterns = [definition.pathPattern, definition.messagePattern].flatMap { $0?.groups.map(\.name) ?? [] }
        for rule in definition.rules {
            let names =
                known + patterns + LineSurroundings.names + ["message"] + (rule.match?.regex?.groups.map(\.name) ?? [])
            // Members of the fields a rule adds itself may be asked for by its message.
            let added = rule.fields.members.map { $0.name }
            for name in rule.names { #expect((names + added).contains(name), "\(translator.name) asks for \(name)") }
        }
    }

    @Test("sample lines become exactly these events", arguments: TranslatorSample.all)
    func samples(sample: TranslatorSample) throws {
        // Their writers' zone is not the machine's that runs the tests.
        var translator = try LineRig.shipped(sample.translator, zone: "UTC")
        #expect(LineRig.told(&translator, sample.log, path: sample.path) == sample.told)
    }

    @Test("the samples have one for each translator")
    func complete() {
        let covered = Set(TranslatorSample.all.map(\.translator)).union(["lines"])
        #expect(covered == Set(ShippedTranslator.all.map(\.name)))
    }

    @Test(
        "real logs of the host-side material: how many lines become events",
        arguments: [
            ("libvirt-qemu", "libvirt/qemu/web-01.example.log", 21),
            ("esxi-hostd", "esxi/hostd-6.5-state-transitions.log", 9),
            ("esxi-hostd", "esxi/hostd-esx3.log", 4), ("esxi-vobd", "esxi/vobd.log", 3),
            ("esxi-vmkernel", "esxi/vmkernel-6.5.log", 7), ("vmware-log", "esxi/vmware.log", 4),
            ("proxmox-tasks", "proxmox/syslog.log", 3), ("proxmox-tasks", "proxmox/tasks-index.SYNTHETIC.txt", 3),
            ("lxc", "lxc/lxc-web1-debug.log", 3), ("kubelet-cri", "cri/podman-k8s-file-ctr.log", 5),
            ("auditd-virt", "auditd/virt.log", 2), ("xen-xl", "xen/xl.log", 6),
        ])
    func shared(name: String, path: String, count: Int) throws {
        let folder =
            ProcessInfo.processInfo.environment["GUESTWATCH_SHARED"]
            ?? URL(fileURLWithPath: #filePath).pathComponents.dropLast(5).joined(separator: "/") + "/shared"
        guard let bytes = FileManager.default.contents(atPath: "\(folder)/hostside/logsamples/\(path)") else {
            print("skipped: there is no \(folder)/hostside/logsamples/\(path)")
            return
        }
        var translator = try LineRig.shipped(name, zone: "UTC")
        #expect(LineRig.told(&translator, Array(bytes), path: "/var/log/x/\(path)").count == count)
    }

    @Test("what an event tells: the sentence, and what the line said under its own names")
    func data() throws {
        var translator = try LineRig.shipped("libvirt-qemu")
        let log = try #require(TranslatorSample.all.first { $0.translator == "libvirt-qemu" }).log
        let line = log.prefix { $0 != UInt8(ascii: "\n") }
        let event = translator.translate(LineRig.line(line, path: "/var/log/libvirt/qemu/web-01.example.log"))
        #expect(event?.guest == Guest(kind: .vm, id: "web-01.example", name: "web-01.example", host: "hv1"))
        #expect(
            try LineRig.data(event) == [
                "message": "web-01.example was started.", "libvirt": "9.0.0",
                "qemu": "7.2.22Debian 1:7.2+dfsg-7+deb12u18+b3", "kernel": "6.1.0-50-cloud-amd64", "hostname": "hv1",
            ])
    }
}
