import AgentCore
import AgentTestKit
import Glibc
import Platform

/// A libvirtd that a test starts for itself: `/run`, `/etc/libvirt`, `/var/lib/libvirt` and its logs are folders of the
/// test's own in a mount namespace of its own, and its network is another too. Nothing of the host's is touched.
final class RealLibvirt: Sendable {
    /// Why it cannot be tried; nil: it can.
    static let absent =
        missing(["libvirtd", "virsh", "unshare"]) ?? (RealQEMU.hasGuest ? nil : "no guest: make setup-test")

    private let folder: TemporaryDirectory
    private let daemon: ChildProcess
    private let machines = Locked<Set<String>>([])

    /// Starts it, and waits until it answers.
    init() async throws {
        let folder = try TemporaryDirectory("libvirt")
        let root = folder.path
        try File.makeFolder("\(root)/etc/libvirt")
        TestFile.write("auth_unix_rw = \"none\"\n".utf8, to: "\(root)/etc/libvirt/libvirtd.conf")
        let machines = """
            user = "root"
            group = "root"
            security_driver = "none"
            remember_owner = 0
            namespaces = [ ]
            cgroup_controllers = [ ]
            stdio_handler = "file"
            """
        TestFile.write(machines.utf8, to: "\(root)/etc/libvirt/qemu.conf")
        let script = """
            set -e
            mount --make-rprivate /
            for folder in run etc/libvirt var/lib/libvirt var/log/libvirt var/cache/libvirt; do
              mkdir -p \(root)/$folder
              mount --bind \(root)/$folder /$folder
            done
            exec libvirtd
            """
        self.folder = folder
        daemon = try ChildProcess(.init("/usr/bin/env", ["unshare", "-m", "-n", "sh", "-c", script]))
        let daemon = daemon
        try await waitUntil("libvirtd answers", limit: .seconds(120)) {
            if daemon.exit != nil { throw EndedEarly(exit: daemon.exit, errors: daemon.errors) }
            return (try? await self.virsh("version")) != nil
        }
    }

    deinit {
        // Machines outlive their daemon.
        for name in machines.withLock({ $0 }) {
            if let pid = try? process(of: name), pid > 1 { kill(pid, SIGKILL) }
        }
        daemon.kill()
    }

    /// The host as it is to a collector that runs beside this libvirtd.
    var view: HostView {
        HostView(
            name: "hv1", proc: "/proc", cgroups: "/sys/fs/cgroup", run: folder.path("run"),
            state: folder.path("var/lib"), log: folder.path("var/log"), kernelLog: "/dev/kmsg")
    }

    /// Gives libvirtd an order, and its answer.
    @discardableResult
    func virsh(_ arguments: String...) async throws -> String {
        let socket = folder.path("run/libvirt/libvirt-sock")
        return try await output("virsh", ["-q", "-c", "qemu+unix:///system?socket=\(socket)"] + arguments)
    }

    /// Starts a machine with the small guest, and waits until that has booted.
    func create(_ name: String, uuid: String) async throws -> MonitorClient {
        let guest = PackageRoot[".build/qemu"]
        let domain = """
            <domain type='qemu'>
              <name>\(name)</name>
              <uuid>\(uuid)</uuid>
              <memory unit='MiB'>128</memory>
              <os>
                <type arch='x86_64' machine='pc'>hvm</type>
                <kernel>\(guest)/kernel</kernel>
                <initrd>\(guest)/initramfs</initrd>
                <cmdline>console=ttyS0 quiet panic=-1</cmdline>
              </os>
              <features><acpi/></features>
              <devices>
                <serial type='unix'><source mode='bind' path='\(folder.path(name)).serial'/></serial>
                <memballoon model='none'/>
              </devices>
            </domain>
            """
        TestFile.write(domain.utf8, to: folder.path("\(name).xml"))
        machines.withLock { _ = $0.insert(name) }
        // Of one that was killed it takes notice later.
        try await waitUntil("libvirt knows it no more", limit: .seconds(120)) {
            (try? await self.virsh("domstate", name)) == nil
        }
        try await virsh("create", folder.path("\(name).xml"))
        return try await serial(of: name)
    }

    /// The guest's serial port, as soon as somebody listens there.
    func serial(of name: String) async throws -> MonitorClient {
        let serial = try await MonitorClient("\(folder.path(name)).serial", greets: false)
        try await serial.hear("ready", limit: .seconds(120))
        return serial
    }

    /// Saves a machine and ends it.
    func save(_ name: String) async throws {
        try await virsh("save", name, folder.path("\(name).saved"))
    }

    /// Starts a machine that was saved.
    func restore(_ name: String) async throws {
        try await virsh("restore", folder.path("\(name).saved"))
    }

    /// The process of a machine.
    func process(of name: String) throws -> Int32 {
        let text = TestFile.text(folder.path("run/libvirt/qemu/\(name).pid"))
        guard let pid = text.flatMap({ Int32($0.filter(\.isNumber)) }) else {
            throw EndedEarly(exit: nil, errors: "no process of \(name)")
        }
        return pid
    }

    /// Ends it.
    func stop() async throws {
        daemon.terminate()
        _ = try await daemon.waitForExit(limit: .seconds(60))
    }
}
