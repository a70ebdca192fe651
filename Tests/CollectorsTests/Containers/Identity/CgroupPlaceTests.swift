import AgentTestKit
import Collectors
import Testing

/// What the paths of cgroups say: the table, row by row.
@Suite("Cgroup paths")
struct CgroupPlaceTests {
    static let a = String(repeating: "a1", count: 32)
    static let b = String(repeating: "b2", count: 32)
    static let uid = "6e2f9a77-1f0b-4f6e-9d56-0d2a6d1c9b11"
    static let escaped = "6e2f9a77_1f0b_4f6e_9d56_0d2a6d1c9b11"
    static let task = "0123456789abcdef0123456789abcdef"

    @Test("every row of the table is read")
    func rows() {
        #expect(CgroupRules.standard.rules.count == 51)
        #expect(CgroupRules("container docker\nnonsense x y\n\ncontainer docker <hex").rules.isEmpty)
    }

    @Test(
        "a container's cgroup names its runtime and id, and what is below belongs to it",
        arguments: [
            ("/system.slice/docker-\(a).scope", "docker/\(a)"),
            ("/system.slice/docker-\(a).scope/system.slice/foo.service", "docker/\(a)"),
            ("/docker/\(a)", "docker/\(a)"),
            ("/docker/\(a)/init.scope", "docker/\(a)"),
            ("/mytenant/\(a)", "oci/\(a)"),
            ("/machine.slice/libpod-\(a).scope/container", "podman/\(a)"),
            ("/user.slice/user-0.slice/session-5.scope/libpod-payload-\(a)", "podman/\(a)"),
            ("/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-\(a).scope", "podman/\(a)"),
            ("/user.slice/user-1000.slice/user@1000.service/app.slice/docker-\(a).scope", "docker/\(a)"),
            ("/libpod_parent/libpod-\(a)", "podman/\(a)"),
            ("/libpod_parent/\(b)/libpod-\(a)", "podman/\(a)"),
            ("/kubepods/besteffort/pod\(uid)/\(a)", "containerd/\(a)"),
            ("/kubepods/burstable/pod\(uid)/crio-\(a)", "cri-o/\(a)"),
            (
                "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod\(escaped).slice/crio-\(a).scope",
                "cri-o/\(a)"
            ),
            (
                "/system.slice/containerd.service/kubepods-burstable-pod\(escaped).slice:cri-containerd:\(a)",
                "containerd/\(a)"
            ),
            ("/ecs/\(task)/\(task)-3447", "ecs/\(task)-3447"),
            ("/ecs/\(uid)/\(a)", "docker/\(a)"),
            ("/system.slice/garden.service/garden/0a1b2c3d-1111-2222-3333-4444", "garden/0a1b2c3d-1111-2222-3333-4444"),
            ("/bpm-galera-agent", "bpm/galera-agent"),
            ("/lxc.payload.web1", "lxc/web1"),
            ("/lxc.payload.web1/.lxc", "lxc/web1"),
            ("/lxc.payload.web1/system.slice/cron.service", "lxc/web1"),
            ("/tenants/acme/lxc.payload.a-1", "lxc/a-1"),
            ("/lxc/101", "lxc/101"),
            ("/lxc/101/ns/init.scope", "lxc/101"),
            ("/osctl/pool.tank/group.default/user.7/ct.101/user-owned/lxc.payload.101/init.scope", "osctl/101"),
            ("/machine.slice/machine-nsp1.scope/payload", "nspawn/nsp1"),
            (#"/machine.slice/machine-nsp\x2d2.x.scope/payload"#, "nspawn/nsp-2.x"),
            ("/machine.slice/systemd-nspawn@tmpl1.service/payload", "nspawn/tmpl1"),
            (#"/machine.slice/machine-lxc\x2d7733\x2dlvlxc.scope/libvirt"#, "libvirt-lxc/lvlxc"),
            ("/machine/lxc-11125-lvlxc.libvirt-lxc", "libvirt-lxc/lvlxc"),
        ])
    func container(path: String, key: String) {
        let place = CgroupPlace(path: path)
        #expect(place.innermost.map { "\($0.key.runtime)/\($0.key.id)" } == key)
        #expect(place.innermost?.kind == .container)
        #expect(place.matches.count == 1)
        #expect(!place.isHelper)
    }

    @Test(
        "what only looks like a container's is none's",
        arguments: [
            "", "/", "//", "/init.scope", "/user.slice/user-0.slice/session-12.scope", "/system.slice/docker.service",
            "/system.slice/docker-fake.service", "/system.slice/docker-\(a).mount",
            "/system.slice/systemd-udevd.service/udev",
            "/machine.slice", "/machine.slice/machine-libpod_pod_\(a).slice", "/libpod_parent", "/libpod_parent/\(a)",
            "/docker", "/docker/buildkit", "/docker/\(a.dropLast())", "/docker/\(a)0", "/docker/\(a.uppercased())",
            "/docker-\(a.dropLast())g.scope", "/x:cri-containerd:short", "/kubepods/besteffort/pod\(uid)",
            "/kubepods.slice/kubepods-pod\(escaped).slice", "/\(task)", "/\(task)-3447", "/garden", "/\(uid)", "/lxc",
            "/lxc/.lxc", "/ct.101", "/user-owned/lxc.payload.101", "/101.scope", "/qemu.slice", "/payload",
            "/lxc.payload.",
        ])
    func none(path: String) {
        let place = CgroupPlace(path: path)
        #expect(place.innermost == nil)
        #expect(!place.isHelper)
    }

    @Test(
        "who serves containers from outside is a helper",
        arguments: [
            "/lxc.monitor.web1", "/lxc.monitor", "/lxc.pivot", "/libpod_parent/conmon",
            "/machine.slice/libpod-conmon-\(a).scope", "/system.slice/crio-conmon-\(a).scope", "/x/crio-conmon-\(a)",
        ])
    func helper(path: String) {
        #expect(CgroupPlace(path: path).innermost == nil)
        #expect(CgroupPlace(path: path).isHelper)
        // In a container it is one of the container's processes.
        let nested = CgroupPlace(path: "/docker/\(Self.b)\(path)")
        #expect(nested.innermost?.key.id == Self.b)
        #expect(!nested.isHelper)
    }

    @Test(
        "a machine is no container",
        arguments: [
            (
                #"/machine.slice/machine-qemu\x2d1\x2dweb\x2d01.example.scope/libvirt/emulator"#,
                "libvirt-qemu/web-01.example"
            ),
            ("/machine/qemu-1-web-01.libvirt-qemu/vcpu0", "libvirt-qemu/web-01"),
            ("/qemu.slice/101.scope", "proxmox-qemu/101"),
        ])
    func machine(path: String, key: String) {
        let match = CgroupPlace(path: path).innermost
        #expect(match.map { "\($0.key.runtime)/\($0.key.id)" } == key)
        #expect(match?.kind == .vm)
    }

    @Test(
        "a pod's cgroup tells its uid and quality of service",
        arguments: [
            ("/kubepods/besteffort/pod\(uid)/\(a)", uid, "besteffort"),
            ("/kubepods/burstable/pod\(uid)/\(a)", uid, "burstable"),
            ("/kubepods/pod\(uid)/\(a)", uid, "guaranteed"),
            ("/kubepods/pod\(task)/\(a)", task, "guaranteed"),
            ("/kubepods.slice/kubepods-pod\(escaped).slice/cri-containerd-\(a).scope", uid, "guaranteed"),
            ("/kubepods.slice/x/kubepods-besteffort-pod\(escaped).slice/docker-\(a).scope", uid, "besteffort"),
            ("/kubelet.slice/kubelet-kubepods-burstable-pod\(escaped).slice/crio-\(a).scope", uid, "burstable"),
            ("/machine.slice/machine-libpod_pod_\(b).slice/libpod-\(a).scope", b, nil),
        ] as [(String, String, String?)])
    func pod(path: String, uid: String, qos: String?) {
        #expect(CgroupPlace(path: path).innermost?.pod == PodIdentity(uid: uid, qos: qos))
    }

    @Test("of containers in containers the innermost is it, and the others are its parents")
    func nested() throws {
        let path =
            "/docker/\(Self.a)/kubelet.slice/kubelet-kubepods-pod\(Self.escaped).slice/cri-containerd-\(Self.b).scope/x"
        let identity = try #require(CgroupPlace(path: path).identity)
        #expect(identity.key == ContainerKey(runtime: "containerd", id: Self.b))
        #expect(identity.parents == [ContainerKey(runtime: "docker", id: Self.a)])
        #expect(identity.pod?.uid == Self.uid)
        #expect(identity.cgroup == String(path.dropLast(2)))
    }

    @Test("a path in steps says what the whole path says")
    func steps() {
        let path = "/docker/\(Self.a)/lxc.payload.web1/lxc/inner/x"
        var place = CgroupPlace()
        for part in path.split(separator: "/") { place = place.entering(Array(part.utf8).span) }
        #expect(place == CgroupPlace(path: path))
        #expect(place.matches.map(\.key.id) == [Self.a, "web1", "inner"])
    }

    @Test("systemd's escapes are undone, and what is none stays")
    func escapes() {
        #expect(SystemdName.unescaped(Array(#"a\x2db\x"#.utf8)) == #"a-b\x"#)
        #expect(SystemdName.unescaped(Array(#"\xzz\x2"#.utf8)) == #"\xzz\x2"#)
    }

    @Test("any bytes are a path, and none takes long")
    func hostile() {
        let pieces = [
            "/", "lxc", ".payload.", "docker-", Self.a, "\\x2d", ".scope", ":", "machine-", "\u{FF}", " ", "pod",
            Self.uid,
        ]
        var generator = SeededGenerator(test: 7)
        for _ in 0..<2000 {
            let path = (0..<Int.random(in: 0..<40, using: &generator)).map { _ in pieces.randomElement() ?? "" }
                .joined()
            _ = CgroupPlace(path: path).identity
        }
        let long = CgroupPlace(path: "/machine-" + String(repeating: "a.scope", count: 600) + "x")
        #expect(long.innermost == nil)
        #expect(CgroupPlace(path: String(repeating: "/docker/\(Self.a)", count: 200)).matches.count == 32)
    }
}
