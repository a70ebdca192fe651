/// Which container (or virtual machine) it is, and how that is known.
package struct ContainerIdentity: Sendable, Hashable {
    /// What runtime and engine collectors agree on.
    package var key: ContainerKey
    package var kind: Kind
    /// What people call it; nil where neither the kernel nor its monitor says.
    package var name: String?
    /// The pod it belongs to.
    package var pod: PodIdentity?
    /// The containers it runs in, from the outermost inwards: a node of kind in Docker, a container in a container.
    package var parents: [ContainerKey]
    /// What was looked at and agreed.
    package var sources: Sources
    /// Its cgroup, as the path says it; nil when it has none of its own.
    package var cgroup: String?
    /// The folder of its `config.json`, where its monitor or its runtime's state names it. A claim: see `RegularFile`.
    package var bundle: String?

    package init(
        key: ContainerKey, kind: Kind = .container, name: String? = nil, pod: PodIdentity? = nil,
        parents: [ContainerKey] = [], sources: Sources, cgroup: String? = nil, bundle: String? = nil
    ) {
        (self.key, self.kind, self.name, self.pod) = (key, kind, name, pod)
        (self.parents, self.sources, self.cgroup, self.bundle) = (parents, sources, cgroup, bundle)
    }

    /// What carries the guest.
    package enum Kind: String, Sendable, Hashable {
        case container
        case vm
    }

    /// Where an identity comes from, in the order in which the sources are asked.
    package struct Sources: OptionSet, Sendable, Hashable, CustomStringConvertible {
        package var rawValue: UInt8

        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// The path of its cgroup.
        package static let cgroup = Sources(rawValue: 1)
        /// The arguments of the process that started it and waits for it: a shim, conmon, an LXC monitor.
        package static let monitor = Sources(rawValue: 2)
        /// The file in which its runtime keeps its state, by number and start time of its first process.
        package static let stateFolder = Sources(rawValue: 4)
        /// The environment of the first process of a process namespace.
        package static let environment = Sources(rawValue: 8)
        /// Nothing but that it lives in a process namespace of its own.
        package static let namespace = Sources(rawValue: 16)
        /// The arguments of the virtual machine's own process.
        package static let arguments = Sources(rawValue: 32)

        package var description: String {
            let names = ["cgroup", "monitor", "state-folder", "environment", "namespace", "arguments"]
            return names.enumerated().filter { rawValue & 1 << $0.offset != 0 }.map(\.element).joined(separator: "+")
        }
    }

    /// The word for a container of which nothing is known but its namespaces.
    package static let unknownRuntime = "unknown-ns"
}

/// The pod a container belongs to.
package struct PodIdentity: Sendable, Hashable {
    /// As Kubernetes writes it, with dashes (a static pod's: 32 hex digits); for a pod of Podman's its id.
    package var uid: String
    /// `guaranteed`, `burstable` or `besteffort`; nil for a pod that is none of Kubernetes'.
    package var qos: String?
    package var name: String?
    package var namespace: String?

    package init(uid: String, qos: String? = nil, name: String? = nil, namespace: String? = nil) {
        (self.uid, self.qos, self.name, self.namespace) = (uid, qos, name, namespace)
    }
}

/// What one process is.
package struct ProcessIdentity: Sendable, Hashable {
    package var role: Role
    /// The container it is in, or for a helper the one it serves, where that is known.
    package var container: ContainerIdentity?

    package init(role: Role, container: ContainerIdentity? = nil) {
        (self.role, self.container) = (role, container)
    }

    /// What a process does for a container.
    package enum Role: String, Sendable, Hashable {
        /// The first process of the container's own process namespace.
        case initial = "container-init"
        /// Any other process of a container; also the main process of one that shares a process namespace.
        case process = "container-process"
        /// Serves a container from outside: a monitor, a controller.
        case helper
        /// Nothing to do with containers.
        case host
        /// Carries a virtual machine.
        case vm
    }
}
