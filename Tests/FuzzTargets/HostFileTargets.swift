import Collectors
import EventModel
import Platform

extension FuzzTarget {
    /// What the kernel and the runtimes write in files: about processes, cgroups and containers.
    static let hostFiles: [FuzzTarget] = [
        FuzzTarget(name: "proc-files", seeds: processFiles) { bytes in
            if let stat = ProcessStat.read(bytes) {
                check(stat.name.bytes.count <= 16, "a process has a name of the kernel's length")
                _ = DeadProcess.ending(of: stat.key, in: bytes)
            }
            if let depth = ProcessDepth.read(bytes) {
                check((1...ProcessDepth.maximumDepth).contains(depth.numbers.count), "no deeper than the kernel nests")
            }
            for line in CgroupMembership.read(bytes).lines {
                check(line.path.utf8.first == UInt8(ascii: "/"), "a cgroup is a path")
                place(line.path)
            }
            check(CgroupTree.processes(bytes.span).allSatisfy { $0 > 0 }, "processes have numbers")
            if let time = HostBoot.bootTime(in: bytes.span) {
                _ = HostBoot(id: "", time: time).time(ofTicks: UInt64(bytes.count) << 48).rfc3339
            }
            _ = (ProcessState(bytes), NamespaceKind.inode(in: bytes.span))
            _ = SocketTable(bytes, of: ["/run/vm.qmp"])["/run/vm.qmp"]
        },
        FuzzTarget(name: "cgroup-files", seeds: { _ in seeds(cgroupFiles) }) { bytes in
            _ = (CgroupState.events(bytes), CgroupState.freezer(bytes), CgroupState.number("oom_kill", in: bytes))
        },
        FuzzTarget(name: "cgroup-path", seeds: cgroupPaths) { bytes in
            place(String(decoding: bytes, as: UTF8.self))
            check(SystemdName.unescaped(bytes).utf8.count <= bytes.count * 3, "an escape is longer than what it means")
        },
        FuzzTarget(name: "process-arguments", seeds: arguments) { bytes in
            // Each argument ends with a zero; the first may be the name of the program.
            let words = bytes.split(separator: 0, omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            for name in [words[0], "conmon", "containerd-shim", "lxc-start", "systemd-nspawn"] {
                guard let monitor = MonitorRules.monitor(ProcessName(name), arguments: words) else { continue }
                check(!monitor.id.isEmpty, "a monitor names its container")
            }
            for word in words { _ = KubernetesName(word)?.pod }
            // Of an environment the empty texts are left out.
            check(EnvironmentClaim(ProcReader.texts(bytes)) == EnvironmentClaim(words), "an environment is read whole")
            _ = (MachineArguments(words).name, QEMUCommandLine(bytes)?.monitors)
        },
        FuzzTarget(name: "runtime-state", seeds: { _ in seeds(runtimeFiles) }) { bytes in
            for state in [RuntimeState.crun(bytes, id: "c"), RuntimeState.runc(bytes, id: "c")] {
                check(state?.process.map { $0.pid > 0 && $0.startTicks > 0 } ?? true, "a first process is one")
            }
            check(MachineState.read(bytes)?.name.isEmpty != true, "a machine has a name")
            _ = (ContainerDetails.bundle(bytes), ContainerDetails.docker(bytes), ContainerDetails.storage(bytes))
            _ = ContainerDetails.lxc(bytes)
        },
    ]

    private static func place(_ path: String) {
        let place = CgroupPlace(path: path)
        check(place.matches.allSatisfy { path.utf8.count + 1 >= $0.cgroup.utf8.count }, "a container lies on the path")
        _ = place.identity
    }

    private static let recorded = "Tests/CollectorsTests/Containers/procfs"

    private static func processFiles(_ files: SeedFiles) -> [[UInt8]] {
        ["/stat", "/status", "/cgroup"].flatMap {
            files.files(in: recorded, $0) + files.files(in: "Fixtures/qemu", $0)
                + files.files(in: "Fixtures/containers", $0)
        }
            + seeds([
                "1\n4711\n0\n", "pid:[4026531836]", "cpu 1 2\nbtime 1795233000\nprocesses 7\n",
                "7 (a) b) Z 1 7 7 0 -1\(zeros) 4711\(zeros) 9\n",
                "Num       RefCount Protocol Flags    Type St Inode Path\n"
                    + "635f071f: 00000002 00000000 00010000 0001 01 19361 /run/vm.qmp\n"
                    + "1b72e0f4: 00000003 00000000 00000000 0001 03 19373 /run/vm.qmp\n",
            ])
    }

    private static let zeros = String(repeating: " 0", count: 28)

    private static func cgroupPaths(_ files: SeedFiles) -> [[UInt8]] {
        files.lines(in: recorded, "/cgroup") + files.lines(in: "Fixtures/containers", "/cgroup")
            + seeds([#"/machine.slice/machine-qemu\x2d1\x2dweb\x2d01.scope/libvirt"#, #"\x2d\x\x4"#])
    }

    private static func arguments(_ files: SeedFiles) -> [[UInt8]] {
        files.files(in: recorded, "/cmdline") + files.files(in: "Fixtures", "/cmdline")
            + seeds([
                "conmon\u{0}-c\u{0}e\u{0}-n\u{0}k8s_app_web-0_shop_uid_1\u{0}", "kvm\u{0}-name\u{0}guest=a,,b,x=y\u{0}",
                "container=lxc-libvirt\u{0}LIBVIRT_LXC_NAME=a\u{0}container_uuid=b=c\u{0}container\u{0}=\u{0}",
            ])
    }

    private static let cgroupFiles = [
        "populated 1\nfrozen 0\n", "FREEZING\n", "FROZEN\n", "low 0\noom 1\noom_kill 18446744073709551616\n",
    ]

    private static let runtimeFiles = [
        #"{"pid":17,"process-start-time":4711,"cgroup-path":"user/c","bundle":"/b"}"#,
        #"{"id":"c1","init_process_pid":17,"init_process_start":4711,"config":{"labels":["bundle=/b"]}}"#,
        "NAME=nsp1\nCLASS=container\nSERVICE=\"systemd-nspawn\"\nLEADER=4711\nROOT=/var/lib/machines/nsp1\n",
        #"{"hostname":"h","root":{"path":"/r"},"annotations":{"io.kubernetes.cri.container-type":"sandbox","#
            + #""io.kubernetes.cri.sandbox-uid":"u","io.kubernetes.cri.sandbox-name":"web-0"}}"#,
        #"{"Name":"/dweb","Image":"sha256:6b","Config":{"Hostname":"h","Image":"b","Labels":{"#
            + #""io.kubernetes.docker.type":"podsandbox","io.kubernetes.pod.uid":"u"}}}"#,
        #"[{"id":"a","names":["k8s_app_web-0_shop_uid_1"],"metadata":"{\"image-name\":\"bb\",\"name\":\"x\"}"},7]"#,
        "# c\nlxc.uts.name = web1 \r\nlxc.rootfs.path=dir:/l/rootfs\nx\n=\n",
    ]
}
