/// What the environment of a container's first process says about it. Believed only of a process that is the first of
/// its own process namespace, and only when nobody else knows: anybody may write anything there.
package struct EnvironmentClaim: Sendable, Hashable {
    /// From `container`, which runtimes set by agreement.
    package var runtime: String?
    package var id: String?
    package var uuid: String?

    /// What runtimes write into `container`, and what we call them.
    private static let runtimes = [
        "docker": "docker", "podman": "podman", "lxc": "lxc", "lxc-libvirt": "libvirt-lxc",
        "systemd-nspawn": "nspawn", "crio": "cri-o", "containerd": "containerd", "oci": "oci", "rkt": "rkt",
        "bubblewrap": "bubblewrap",
    ]

    package init(_ environment: [String]) {
        for variable in environment {
            guard let equals = variable.firstIndex(of: "=") else { continue }
            let value = String(variable[variable.index(after: equals)...])
            switch variable[..<equals] {
            case "container": runtime = Self.runtimes[value]
            case "container_uuid", "LIBVIRT_LXC_UUID": uuid = value
            case "LIBVIRT_LXC_NAME": id = value
            default: break
            }
        }
    }
}
