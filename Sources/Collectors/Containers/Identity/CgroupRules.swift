/// What the components of cgroup paths mean: the table, and its rows read.
///
/// The rows are asked in their order and the first that fits decides, so what is *not* a container stands first. Of a
/// path the deepest component that is a container's wins; those above it are its parents.
package struct CgroupRules: Sendable {
    /// One row of the table.
    package struct Rule: Sendable {
        var meaning: Meaning
        /// The runtime, or the quality of service of a pod.
        var word: String
        var pattern: ComponentPattern
        var place: Place
    }

    /// What a component is.
    package enum Meaning: String, Sendable {
        /// A container's own cgroup; what is below belongs to it.
        case container
        case vm
        /// Holds the containers of a pod.
        case pod
        /// Processes that serve containers from outside.
        case helper
        /// A part of the container it is in.
        case part
        /// No container's, though it looks like one.
        case host
    }

    /// Where a component must stand.
    enum Place: Sendable {
        case anywhere
        /// Directly below a component of this name.
        case directlyBelow([UInt8])
        /// Below a component of this name, however deep.
        case below([UInt8])
        /// Directly below a pod.
        case inPod
    }

    /// `meaning  runtime or quality of service  component  [where]`: see `ComponentPattern`; `docker/` is directly
    /// below that component, `ecs/**/` anywhere below, `pod/` directly below a pod.
    static let text = #"""
        host       -            <any>.mount
        helper     -            lxc.monitor.<any>
        helper     -            lxc.monitor
        helper     -            lxc.pivot
        helper     -            libpod-conmon-<hex64>[.scope]
        helper     -            crio-conmon-<hex64>[.scope]
        helper     -            conmon                                          libpod_parent/

        container  docker       docker-(<hex64>)[.scope]
        container  containerd   cri-containerd-(<hex64>)[.scope]
        container  cri-o        crio-(<hex64>)[.scope]
        container  containerd   nerdctl-(<hex64>)[.scope]
        container  podman       libpod-payload-(<hex64>)[.scope]
        container  podman       libpod-(<hex64>)[.scope]
        container  docker       <any>:docker:(<hex64>)
        container  containerd   <any>:cri-containerd:(<hex64>)
        container  containerd   <any>:nerdctl:(<hex64>)
        container  cri-o        <any>:crio:(<hex64>)
        container  podman       <any>:libpod:(<hex64>)

        pod        -            machine-libpod_pod_(<hex64>).slice
        pod        -            user-libpod_pod_(<hex64>).slice
        pod        -            (<hex64>)                                       libpod_parent/
        pod        burstable    [kubelet-]kubepods-burstable-pod(<uid>).slice
        pod        besteffort   [kubelet-]kubepods-besteffort-pod(<uid>).slice
        pod        guaranteed   [kubelet-]kubepods-pod(<uid>).slice
        pod        burstable    pod(<uid>)                                      burstable/
        pod        besteffort   pod(<uid>)                                      besteffort/
        pod        guaranteed   pod(<uid>)                                      kubepods/

        container  docker       (<hex64>)                                       docker/
        container  containerd   (<hex64>)                                       pod/
        container  docker       (<hex64>)                                       ecs/**/
        container  oci          (<hex64>)
        container  ecs          (<hex32>-<digits>)                              ecs/**/
        container  garden       (<hex8>-<hex4>-<hex4>-<hex4>-<hex4>)            garden/**/
        container  bpm          bpm-(<any>)[.scope]

        container  osctl        ct.(<any>)                                      osctl/**/
        part       -            lxc.payload.<any>                               user-owned/
        container  lxc          lxc.payload.(<any>)
        part       -            .lxc
        container  lxc          (<any>)                                         lxc.payload/
        container  lxc          (<any>)                                         lxc/

        vm         libvirt-qemu machine-qemu\x2d<digits>\x2d(<unit>).scope
        vm         libvirt-xen  machine-xen\x2d<digits>\x2d(<unit>).scope
        vm         libvirt-ch   machine-ch\x2d<digits>\x2d(<unit>).scope
        container  libvirt-lxc  machine-lxc\x2d<digits>\x2d(<unit>).scope
        vm         libvirt-qemu qemu-<digits>-(<any>).libvirt-qemu
        vm         libvirt-qemu (<any>).libvirt-qemu
        container  libvirt-lxc  lxc-<digits>-(<any>).libvirt-lxc
        container  libvirt-lxc  (<any>).libvirt-lxc
        container  nspawn       machine-(<unit>).scope
        container  nspawn       systemd-nspawn@(<unit>).service
        vm         proxmox-qemu (<digits>).scope                                qemu.slice/
        """#

    package let rules: [Rule]

    /// The table, read once.
    package static let standard = CgroupRules(text)

    /// Reads a table; a row that is none is left out (a test counts them).
    package init(_ text: String) {
        rules = text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count >= 3, let meaning = Meaning(rawValue: String(words[0])),
                let pattern = ComponentPattern(words[2])
            else { return nil }
            return Rule(
                meaning: meaning, word: String(words[1]), pattern: pattern,
                place: Self.place(words.count > 3 ? words[3] : ""))
        }
    }

    private static func place(_ word: Substring) -> Place {
        if word.isEmpty { return .anywhere }
        if word == "pod/" { return .inPod }
        if word.hasSuffix("/**/") { return .below(Array(word.dropLast(4).utf8)) }
        return .directlyBelow(Array(word.dropLast().utf8))
    }
}
