import Testing

/// Lines of the logs that shipped translators read, and what becomes of them.
///
/// Those of libvirt, LXC, CRI and the kubelet were written by these programs; those of the others have their form.
struct TranslatorSample: Sendable, CustomTestStringConvertible {
    var translator: String
    var path: String
    var text: String
    var told: [String]

    var testDescription: String { translator }
}

/// One for each shipped translator and style.
enum TranslatorSamples {
    static let all: [TranslatorSample] = [
        libvirt, hostd, hostd3, hostd8, vobd, vmkernel, vmware, vmware8, proxmox, proxmoxIndex, lxc, cri, kubelet,
        audit, xen,
    ]

    static let libvirt = TranslatorSample(
        translator: "libvirt-qemu", path: "/var/log/libvirt/qemu/web 02 (päron), a.log",
        text: """
            2026-11-21 04:18:38.244+0000: starting up libvirt version: 9.0.0, package: 9.0.0-4+deb12u2 (Debian), qemu version: 7.2.22Debian 1:7.2+dfsg-7+deb12u18+b3, kernel: 6.1.0-50-cloud-amd64, hostname: hv1
            LC_ALL=C \\
            /usr/bin/qemu-system-x86_64 \\
            -msg timestamp=on
            char device redirected to /dev/pts/1 (label charserial0)
            2026-11-21 04:19:53.917+0000: Domain id=1 is tainted: custom-monitor
            2026-11-21 04:19:57.488+0000: shutting down, reason=saved
            2026-11-21T04:19:57.505482Z qemu-system-x86_64: terminating on signal 15 from pid 7499 (/usr/sbin/libvirtd)
            2026-11-21 04:20:09.583+0000: shutting down, reason=destroyed
            2026-11-21 04:20:16.012+0000: shutting down, reason=crashed
            2026-11-21 04:20:17.012+0000: shutting down, reason=failed
            2026-11-21 04:20:25.512+0000: shutting down, reason=shutdown
            2026-11-21 04:20:26.000+0000: shutting down, reason=migrated
            2026-11-21T04:20:27.000001Z qemu-system-x86_64: -drive file=a.img: Failed to get "write" lock
            """,
        told: [
            "vm.powered-on vm/web 02 (päron), a 2026-11-21T04:18:38.244Z info",
            "vm.message-logged vm/web 02 (päron), a 2026-11-21T04:19:53.917Z notice",
            "vm.suspended vm/web 02 (päron), a 2026-11-21T04:19:57.488Z info",
            "vm.message-logged vm/web 02 (päron), a 2026-11-21T04:19:57.505482Z notice",
            "vm.terminated vm/web 02 (päron), a 2026-11-21T04:20:09.583Z notice",
            "vm.powered-off vm/web 02 (päron), a 2026-11-21T04:20:16.012Z error",
            "vm.power-on-failed vm/web 02 (päron), a 2026-11-21T04:20:17.012Z error",
            "vm.powered-off vm/web 02 (päron), a 2026-11-21T04:20:25.512Z info",
            "vm.migrated vm/web 02 (päron), a 2026-11-21T04:20:26Z info",
            "vm.message-logged vm/web 02 (päron), a 2026-11-21T04:20:27.000001Z warning",
        ])

    private static let vmx = "/vmfs/volumes/5a-1/my db 1/my db 1.vmx"

    static let hostd = TranslatorSample(
        translator: "esxi-hostd", path: "/var/log/hostd.log",
        text: """
            2024-07-05T21:06:22.793Z info hostd[9F81B70] [Originator@6876 sub=Vimsvc.TaskManager opID=a-1 user=root] Task Created : haTask-9-vim.VirtualMachine.powerOn-108
            2024-07-05T21:06:22.870Z info hostd[A6C2B70] [Originator@6876 sub=Vmsvc.vm:\(vmx) opID=a-1 user=root] State Transition (VM_STATE_INITIALIZING -> VM_STATE_OFF)
            2024-07-05T21:06:22.875Z info hostd[A6C2B70] [Originator@6876 sub=Vimsvc.ha-eventmgr opID=a-1 user=root] Event 2215 : Registered my db 1 on esx1.example in ha-datacenter
            2024-07-05T21:55:18.661Z info hostd[6C88890] [Originator@6876 sub=Vmsvc.vm:\(vmx) opID=b-2 user=root] State Transition (VM_STATE_OFF -> VM_STATE_POWERING_ON)
            2024-07-05T21:55:18.928Z info hostd[6C88890] [Originator@6876 sub=Vmsvc.vm:\(vmx)] State Transition (VM_STATE_POWERING_ON -> VM_STATE_ON)
            2024-07-05T21:55:18.929Z info hostd[6C88890] [Originator@6876 sub=Vimsvc.ha-eventmgr] Event 3674 : my db 1 on  esx1.example in ha-datacenter is powered on
            2024-07-05T21:55:20.000Z info hostd[6C88890] [Originator@6876 sub=Vmsvc.vm:\(vmx)] State Transition (VM_STATE_ON -> VM_STATE_OFF) not allowed for this Vm
            2024-07-05T21:56:00.441Z info hostd[A640B70] [Originator@6876 sub=Vimsvc.ha-eventmgr] Event 1787 : Message on my db 1 on esx1.example in ha-datacenter: It might have been moved.
            --> Answer "copied" if unsure.
            -->
            2024-07-05T21:56:10.996Z info hostd[8EC2B70] [Originator@6876 sub=Vmsvc.vm:\(vmx)] Answered user-visible question 79900
            2024-07-05T22:00:00.204Z info hostd[B781B70] [Originator@6876 sub=Vimsvc.ha-eventmgr] Event 3026 : Device or filesystem with identifier naa.6001 has entered the All Paths Down state.
            2024-07-05T22:00:10.566Z info hostd[B381B70] [Originator@6876 sub=Vimsvc.ha-eventmgr] Event 3031 : Device or filesystem with identifier naa.6001 has exited the All Paths Down state.
            2024-07-05T22:01:00.098Z info hostd[9B80B70] [Originator@6876 sub=Vmsvc.vm:\(vmx) opID=c] State Transition (VM_STATE_ON -> VM_STATE_OFF)
            2024-07-05T22:02:00.098Z info hostd[9B80B70] [Originator@6876 sub=Vmsvc.vm:\(vmx) opID=c] State Transition (VM_STATE_UNREGISTERING -> VM_STATE_GONE)
            """,
        told: [
            "vm.registered vm/my db 1 2024-07-05T21:06:22.875Z info",
            "vm.power-on-started vm/\(vmx) 2024-07-05T21:55:18.661Z info",
            "vm.powered-on vm/\(vmx) 2024-07-05T21:55:18.928Z info",
            "vm.message-logged vm/my db 1 2024-07-05T21:56:00.441Z notice",
            "vm.message-answered vm/\(vmx) 2024-07-05T21:56:10.996Z info",
            "storage.all-paths-down - 2024-07-05T22:00:00.204Z error",
            "storage.all-paths-recovered - 2024-07-05T22:00:10.566Z info",
            "vm.powered-off vm/\(vmx) 2024-07-05T22:01:00.098Z info",
            "vm.removed vm/\(vmx) 2024-07-05T22:02:00.098Z info",
        ])

    static let hostd3 = TranslatorSample(
        translator: "esxi-hostd", path: "/var/log/vmware/hostd.log",
        text: """
            [2009-01-26 10:09:56.601 'vm:/vmfs/volumes/48-1/old/old.vmx' 123898800 info] State Transition (VM_STATE_RECONFIGURING -> VM_STATE_OFF)
            [2009-01-26 10:10:07.305 'vm:/vmfs/volumes/48-1/old/old.vmx' 102202288 info] State Transition (VM_STATE_POWERING_ON -> VM_STATE_ON)
            [2009-01-26 22:43:35.924 'ha-eventmgr' 84503472 info] Event 2053 : User root@127.0.0.1 logged in
            """,
        told: [
            "vm.reconfigured vm//vmfs/volumes/48-1/old/old.vmx 2009-01-26T10:09:56.601Z info",
            "vm.powered-on vm//vmfs/volumes/48-1/old/old.vmx 2009-01-26T10:10:07.305Z info",
            "session.logged-in - 2009-01-26T22:43:35.924Z info",
        ])

    static let hostd8 = TranslatorSample(
        translator: "esxi-hostd", path: "/var/run/log/hostd.log",
        text: """
            2024-08-08T15:08:36.834Z In(166) Hostd[2099456]: [Originator@6876 sub=Vmsvc.vm:/vmfs/volumes/a/n/n.vmx opID=esxui-1 sid=52 user=root] State Transition (VM_STATE_ON -> VM_STATE_POWERING_OFF)
            2024-08-08T15:08:37.834Z In(166) Hostd[2099456]: [Originator@6876 sub=Vimsvc.ha-eventmgr opID=esxui-2 sid=52 user=root] Event 77 : User dcui@127.0.0.1 logged out (login time: x)
            """,
        told: [
            "vm.power-off-started vm//vmfs/volumes/a/n/n.vmx 2024-08-08T15:08:36.834Z info",
            "session.logged-out - 2024-08-08T15:08:37.834Z info",
        ])
}
