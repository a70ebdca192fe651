import AgentTestKit
import Collectors
import EventModel
import Testing

/// What monitors, states, environments and files say.
@Suite("What a container's relatives know of it")
struct MonitorTests {
    static let a = String(repeating: "a1", count: 32)

    @Test(
        "a monitor's arguments name its container",
        arguments: [
            (
                "conmon", "conmon -c \(a) -u \(a) -r /usr/bin/crun -b /b -p /p -n pod-web --exit-dir /run/libpod/exits",
                "podman/\(a)", "pod-web"
            ),
            (
                "conmon", "conmon -c \(a) -u x -b /b -n k8s_nginx_web-0_shop_6e2f_0 --exit-dir=/var/run/crio/exits",
                "cri-o/\(a)", "nginx"
            ),
            ("containerd-shim", "containerd-shim-runc-v2 -namespace moby -id \(a) -address /s", "docker/\(a)", nil),
            (
                "containerd-shim", "containerd-shim-runc-v2 -namespace default -id c8d1 -address /s", "containerd/c8d1",
                "c8d1"
            ),
            ("containerd-shim", "containerd-shim-runc-v2 -namespace k8s.io -id \(a)", "containerd/\(a)", nil),
            ("lxc-start", "lxc-start -F -n web1", "lxc/web1", "web1"),
            ("lxc-start", "lxc-start --name=web1", "lxc/web1", "web1"),
            ("libvirt_lxc", "libvirt_lxc --name lvlxc --console 27", "libvirt-lxc/lvlxc", "lvlxc"),
            ("systemd-nspawn", "systemd-nspawn -D /d -M nsp1 /bin/sleep 600", "nspawn/nsp1", "nsp1"),
            ("systemd-nspawn", "systemd-nspawn --quiet --boot --machine=tmpl1", "nspawn/tmpl1", "tmpl1"),
            ("systemd-nspawn", "systemd-nspawn -bD /var/lib/machines/web", "nspawn/web", "web"),
            ("systemd-nspawn", "systemd-nspawn -D /var/lib/machines/web", "nspawn/web", "web"),
            ("systemd-nspawn", "systemd-nspawn -i /images/web.raw", "nspawn/web", "web"),
            ("conmon", "conmon", nil, nil), ("conmon", "conmon -c", nil, nil), ("conmon", "conmon -n x", nil, nil),
            ("bash", "bash -c conmon", nil, nil), ("lxd", "lxd --group lxd", nil, nil),
            ("containerd", "containerd -id x", nil, nil),
        ] as [(String, String, String?, String?)])
    func monitors(name: String, line: String, key: String?, label: String?) {
        let monitor = MonitorRules.monitor(ProcessName(name), arguments: line.split(separator: " ").map(String.init))
        #expect(monitor.map { "\($0.runtime)/\($0.id)" } == key)
        #expect(monitor?.name == label)
    }

    @Test("LXC writes its monitor's title over the arguments, whatever the program")
    func lxcTitle() {
        for name in ["lxc-start", "lxd", "python3"] {
            let monitor = MonitorRules.monitor(
                ProcessName(name), arguments: ["[lxc monitor] /srv/my lxc/containers p2_lx1"])
            #expect(monitor == Monitor(runtime: "lxc", id: "p2_lx1", name: "p2_lx1"))
        }
        #expect(MonitorRules.monitor("python3", arguments: ["[lxc monitor] "]) == nil)
    }

    @Test("the names Kubernetes gives tell the pod and its namespace")
    func kubernetes() {
        let name = KubernetesName("k8s_nginx_web-0_shop_6e2f9a77_0")
        #expect(name?.container == "nginx")
        #expect(name?.pod == PodIdentity(uid: "6e2f9a77", name: "web-0", namespace: "shop"))
        for text in ["", "k8s", "k8s_a_b_c_d", "k8s_a_b_c_d_e_f", "k9s_a_b_c_d_e", "k8s__b_c_d_e"] {
            #expect(KubernetesName(text) == nil)
        }
    }

    @Test("a runtime's state names its container and first process")
    func states() {
        let crun = #"{"pid":12395,"process-start-time":90847,"cgroup-path":"crun1","bundle":"/b","created":"x"}"#
        #expect(
            RuntimeState.crun(Array(crun.utf8), id: "web")
                == RuntimeState(
                    runtime: "crun", id: "web", process: ProcessKey(pid: 12395, startTicks: 90847), cgroup: "/crun1",
                    bundle: "/b"))
        let runc = #"{"id":"web","init_process_pid":7,"init_process_start":8,"config":{"labels":["x","bundle=/b"]}}"#
        #expect(
            RuntimeState.runc(Array(runc.utf8), id: "other")
                == RuntimeState(runtime: "runc", id: "web", process: ProcessKey(pid: 7, startTicks: 8), bundle: "/b"))
        for text in ["", "{", "[]", "7", #"{"pid":-1,"process-start-time":1}"#, #"{"pid":"1"}"#, #"{"pid":1e99}"#] {
            #expect(RuntimeState.crun(Array(text.utf8), id: "x")?.process == nil)
        }
    }

    @Test("a machine's file tells its leader and whether it is a container")
    func machines() {
        let file =
            "# private\nNAME=nsp1\nSCOPE=machine-nsp1.scope\nSERVICE=systemd-nspawn\nROOT=/m\nLEADER=6793\nCLASS=container\n"
        let machine = MachineState.read(Array(file.utf8))
        #expect(machine?.name == "nsp1" && machine?.leader == 6793 && machine?.kind == .container)
        #expect(MachineState.read(Array("NAME=v\nCLASS=vm\nLEADER=x".utf8))?.kind == .vm)
        #expect(MachineState.read(Array("LEADER=1".utf8)) == nil)
    }

    @Test("a machine's arguments tell its name, with doubled commas, and its UUID")
    func qemu() {
        #expect(
            MachineArguments(["q", "-name", "guest=web 02 (päron),, a,debug-threads=on"]).name == "web 02 (päron), a")
        #expect(
            MachineArguments(["q", "-name", "web,process=x", "-uuid", "0a1b"])
                == MachineArguments(["q", "-uuid", "0a1b", "-name", "web"]))
        #expect(MachineArguments(["q", "-name"]).name == nil)
        #expect(MachineArguments(["q", "-name", "debug-threads=on"]).name == nil)
    }

    @Test("an environment is a claim, of known runtimes only")
    func environment() {
        let claim = EnvironmentClaim([
            "PATH=/bin", "container=lxc-libvirt", "LIBVIRT_LXC_NAME=lv=1", "x", "container_uuid=u",
        ])
        #expect(claim.runtime == "libvirt-lxc" && claim.id == "lv=1" && claim.uuid == "u")
        #expect(EnvironmentClaim(["container=whatever"]).runtime == nil)
    }

    @Test("files tell names, images and pods")
    func details() throws {
        let docker =
            #"{"ID":"x","Name":"/web","Image":"sha256:1","Config":{"Image":"nginx:1","Hostname":"h","Labels":{}}}"#
        #expect(
            ContainerDetails.docker(Array(docker.utf8))
                == ContainerDetails(name: "web", image: "nginx:1", imageID: "sha256:1", hostname: "h"))
        let metadata = #"{\"image-name\":\"localhost/bb:latest\",\"image-id\":\"6b\",\"name\":\"foo\"}"#
        let storage = #"""
            [{"id":"\#(Self.a)","names":["foo"],"image":"6b","metadata":"\#(metadata)"},{"id":"n"},7]
            """#
        let stored = ContainerDetails.storage(Array(storage.utf8))
        #expect(stored[Self.a] == ContainerDetails(name: "foo", image: "localhost/bb:latest", imageID: "6b"))
        #expect(stored["n"] == ContainerDetails())
        let bundle = #"""
            {"hostname":"h","annotations":{"io.kubernetes.cri.container-type":"sandbox","io.kubernetes.cri.sandbox-uid":"u",
            "io.kubernetes.cri.sandbox-name":"web-0","io.kubernetes.cri.sandbox-namespace":"shop",
            "io.kubernetes.cri.image-name":"pause:3"}}
            """#
        let details = try #require(ContainerDetails.bundle(Array(bundle.utf8)))
        #expect(details.pod == PodIdentity(uid: "u", name: "web-0", namespace: "shop"))
        #expect(details.isSandbox && details.image == "pause:3")
        let lxc = ContainerDetails.lxc(Array("# c\nlxc.uts.name = web1 \r\nlxc.rootfs.path=dir:/l/rootfs\nx\n=\n".utf8))
        #expect(lxc == ContainerDetails(hostname: "web1", rootFolder: "/l/rootfs"))
        for text in ["", "{", "[1]", "null", #"{"annotations":7}"#] {
            #expect(ContainerDetails.bundle(Array(text.utf8)).map(\.isEmpty) != false)
            #expect(ContainerDetails.storage(Array(text.utf8)).isEmpty)
        }
    }

    @Test("details are read below the host's folders, never elsewhere by a name that is a path")
    func reader() throws {
        let host = try RecordedHost()
        try host.write(
            #"{"Name":"/web","Config":{"Image":"nginx:1"}}"#, to: "var/lib/docker/containers/\(Self.a)/config.v2.json")
        try host.write(
            #"{"annotations":{"io.kubernetes.cri.container-name":"nginx","io.kubernetes.cri.image-name":"nginx:2"}}"#,
            to: "run/containerd/io.containerd.runtime.v2.task/k8s.io/\(Self.a)/config.json")
        try host.write(#"{"hostname":"bare"}"#, to: "run/bundles/x/config.json")
        let reader = DetailsReader(host.view)
        func details(_ runtime: String, _ id: String, bundle: String? = nil) -> ContainerDetails {
            reader.details(
                of: ContainerIdentity(key: ContainerKey(runtime: runtime, id: id), sources: .cgroup, bundle: bundle))
        }
        #expect(details("docker", Self.a) == ContainerDetails(name: "web", image: "nginx:1"))
        #expect(details("containerd", Self.a) == ContainerDetails(name: "nginx", image: "nginx:2"))
        #expect(details("runc", "x", bundle: "/run/bundles/x").hostname == "bare")
        for id in ["../\(Self.a)", "..", "", "a/b", String(repeating: "a", count: 300)] {
            #expect(details("docker", id).isEmpty)
        }

        var identity = ContainerIdentity(
            key: ContainerKey(runtime: "docker", id: Self.a), pod: PodIdentity(uid: "u", qos: "burstable"),
            sources: .cgroup)
        identity.learn(ContainerDetails(name: "web", pod: PodIdentity(uid: "v", name: "p", namespace: "n")))
        #expect(identity.name == "web")
        #expect(identity.pod == PodIdentity(uid: "u", qos: "burstable", name: "p", namespace: "n"))
    }
}
