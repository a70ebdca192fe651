/// What a container's monitor says about it: the process that started the container and waits for its end.
package struct Monitor: Sendable, Hashable {
    package var runtime: String
    package var id: String
    package var name: String?
    /// What the container was given besides: the pod and the namespace in the names Kubernetes gives.
    package var pod: PodIdentity?
    /// The folder of the container's `config.json`.
    package var bundle: String?

    package init(
        runtime: String, id: String, name: String? = nil, pod: PodIdentity? = nil, bundle: String? = nil
    ) {
        (self.runtime, self.id, self.name, self.pod, self.bundle) = (runtime, id, name, pod, bundle)
    }
}

/// How monitors name their container in their arguments: one row for each program.
package enum MonitorRules {
    /// One row.
    struct Rule {
        /// What the kernel calls the program; a `*` at the end stands for anything.
        var program: String
        var runtime: String
        /// The options that name the container; the first that is given counts.
        var id: [String]
        /// The option with what people call it; nil where that is the id.
        var name: String?
        /// The option with the folder of its `config.json`.
        var bundle: String?
        /// Other runtimes that use the same program: the runtime, the option that tells it, a part of its value.
        var others: [(runtime: String, option: String, part: String)] = []
    }

    static let rules = [
        Rule(
            program: "conmon", runtime: "podman", id: ["-c", "--cid"], name: "-n", bundle: "-b",
            others: [("cri-o", "--exit-dir", "crio"), ("cri-o", "-p", "crio")]),
        Rule(
            program: "containerd-shim*", runtime: "containerd", id: ["-id"],
            others: [("docker", "-namespace", "moby"), ("docker", "--namespace", "moby")]),
        Rule(program: "lxc-start", runtime: "lxc", id: ["-n", "--name"]),
        Rule(program: "lxc-execute", runtime: "lxc", id: ["-n", "--name"]),
        Rule(program: "libvirt_lxc", runtime: "libvirt-lxc", id: ["--name", "-n"]),
        Rule(program: "systemd-nspawn", runtime: "nspawn", id: ["-M", "--machine"]),
    ]

    /// LXC writes this over the arguments of its monitors, whatever the program: `[lxc monitor] PATH NAME`.
    static let lxcTitle = "[lxc monitor] "

    /// Programs under which an LXC monitor runs that is not `lxc-start`.
    private static let lxcPrograms: Set<ProcessName> = ["lxd", "incusd", "lxc", "lxc-autostart"]

    /// Whether a process called so may be a monitor: only then are its arguments worth reading.
    package static func isMonitor(_ name: ProcessName) -> Bool {
        lxcPrograms.contains(name) || rule(of: name) != nil
    }

    /// Reads a process's arguments; nil when it is no monitor, or names no container.
    package static func monitor(_ name: ProcessName, arguments: [String]) -> Monitor? {
        if let title = arguments.first, title.hasPrefix(lxcTitle) {
            // The path may hold blanks, a name does not.
            let words = title.dropFirst(lxcTitle.count).split(separator: " ")
            guard words.count >= 2, let name = words.last.map(String.init) else { return nil }
            return Monitor(runtime: "lxc", id: name, name: name)
        }
        guard let rule = rule(of: name) else { return nil }
        let runtime = rule.others.first { value(of: $0.option, in: arguments)?.contains($0.part) == true }?.runtime
        guard let id = rule.id.lazy.compactMap({ value(of: $0, in: arguments) }).first ?? machine(rule, arguments),
            !id.isEmpty
        else { return nil }
        let label = rule.name.flatMap { value(of: $0, in: arguments) } ?? (isDigest(id) ? nil : id)
        let kubernetes = label.flatMap(KubernetesName.init)
        return Monitor(
            runtime: runtime ?? rule.runtime, id: id, name: kubernetes?.container ?? label, pod: kubernetes?.pod,
            bundle: rule.bundle.flatMap { value(of: $0, in: arguments) })
    }

    /// Whether the id is a digest, that people do not call a container by.
    static func isDigest(_ id: String) -> Bool {
        id.utf8.count == 64 && id.utf8.allSatisfy { $0 &- 0x30 <= 9 || $0 &- 0x61 <= 5 }
    }

    private static func rule(of name: ProcessName) -> Rule? {
        if let index = whole[name] { return rules[index] }
        return beginnings.first { name.hasPrefix($0.beginning) }.map { rules[$0.index] }
    }

    /// The rules by the names of their programs.
    private static let whole = Dictionary(
        uniqueKeysWithValues: rules.enumerated().filter { !$0.element.program.hasSuffix("*") }.map {
            (ProcessName($0.element.program), $0.offset)
        })
    /// The rules that fit all names with such a beginning.
    private static let beginnings = rules.enumerated().filter { $0.element.program.hasSuffix("*") }.map {
        (beginning: String($0.element.program.dropLast()), index: $0.offset)
    }

    /// The value of an option: `-M nsp1`, also behind other letters (`-bM nsp1`), `--machine nsp1`, `--machine=nsp1`.
    private static func value(of option: String, in arguments: [String]) -> String? {
        let letter = option.count == 2 ? option.last : nil
        for (index, argument) in arguments.enumerated().dropFirst() {
            let isCluster =
                letter != nil && argument.last == letter && argument.count <= 4 && argument.hasPrefix("-")
                && argument.dropFirst().allSatisfy(\.isLetter)
            if argument == option || isCluster { return index + 1 < arguments.count ? arguments[index + 1] : nil }
            if argument.hasPrefix("\(option)=") { return String(argument.dropFirst(option.count + 1)) }
        }
        return nil
    }

    /// The name systemd-nspawn gives a machine that was given none: the last part of its folder's or image's path.
    private static func machine(_ rule: Rule, _ arguments: [String]) -> String? {
        guard rule.runtime == "nspawn" else { return nil }
        let places = ["-D", "--directory", "-i", "--image"]
        guard let path = places.lazy.compactMap({ value(of: $0, in: arguments) }).first,
            let last = path.split(separator: "/").last
        else { return nil }
        return String(last.hasSuffix(".raw") ? last.dropLast(4) : last)
    }
}

/// The name dockershim, cri-dockerd and CRI-O give a container of Kubernetes:
/// `k8s_CONTAINER_POD_NAMESPACE_UID_ATTEMPT`.
package struct KubernetesName: Sendable, Hashable {
    package var container: String
    package var pod: PodIdentity

    package init?(_ name: String) {
        let parts = name.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, parts[0] == "k8s", parts.dropFirst().allSatisfy({ !$0.isEmpty }) else { return nil }
        container = parts[1]
        pod = PodIdentity(uid: parts[4], name: parts[2], namespace: parts[3])
    }
}
