import EventModel

/// What the configured collectors need of the system beyond the rights of an ordinary user, as a drop-in of the systemd
/// unit that allows that and nothing else. Pure.
struct UnitPrivileges: Equatable {
    /// Linux capabilities, in the order of their names.
    private(set) var capabilities: Set<String> = []
    /// Groups whose files must be opened.
    private(set) var groups: Set<String> = []
    /// Whether processes, cgroups and interfaces of this host are looked at.
    private(set) var looksAtHost = false
    /// Whether something is written into a cgroup.
    private(set) var changesCgroups = false

    /// For collectors as they stand in the configuration.
    init(_ collectors: [JSONValue]) {
        for collector in collectors { add(collector) }
    }

    private mutating func add(_ collector: JSONValue) {
        switch collector["kind"]?.string {
        case "containers":
            looksAtHost = true
            capabilities.formUnion(["CAP_NET_BROADCAST", "CAP_SYSLOG", "CAP_SYS_PTRACE"])
            if collector["procConnector"]?.bool == true { capabilities.insert("CAP_NET_ADMIN") }
            if collector["pressure"] != nil {
                capabilities.insert("CAP_SYS_RESOURCE")
                changesCgroups = true
            }
        case "qemu":
            looksAtHost = true
            capabilities.insert("CAP_SYS_PTRACE")
            // Its run directory is root's alone.
            if collector["libvirt"]?.bool != false { capabilities.insert("CAP_DAC_READ_SEARCH") }
        case "docker": groups.insert("docker")
        case "lxc-monitor", "osctld": looksAtHost = true
        default: break
        }
    }

    /// The drop-in, whole: what is listed nowhere is taken away.
    var dropIn: String {
        let names = capabilities.sorted().joined(separator: " ")
        var lines = [
            "# What the collectors of this configuration need, and nothing else: made by guestwatch check --drop-in.",
            "[Service]", "CapabilityBoundingSet=", "AmbientCapabilities=",
        ]
        if !names.isEmpty { lines += ["CapabilityBoundingSet=\(names)", "AmbientCapabilities=\(names)"] }
        if !groups.isEmpty { lines.append("SupplementaryGroups=\(groups.sorted().joined(separator: " "))") }
        if changesCgroups { lines.append("ProtectControlGroups=no") }
        if !capabilities.contains("CAP_SYSLOG") {
            lines += ["BindReadOnlyPaths=", "DeviceAllow=", "ProtectKernelLogs=yes"]
        }
        if !looksAtHost {
            lines += [
                "ProcSubset=pid", "RestrictAddressFamilies=", "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6",
            ]
            // Groups of the host mean nothing to a user namespace.
            if groups.isEmpty { lines.append("PrivateUsers=yes") }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
