import EventModel

extension ContainerDetails {
    /// Reads the bundle's `config.json` of the OCI runtime specification: host name, and the annotations of containerd,
    /// CRI-O and Podman. Nil when it is none.
    package static func bundle(_ config: [UInt8]) -> ContainerDetails? {
        guard let json = try? JSONDocument(config).root.value, json.members != nil else { return nil }
        let annotations = json["annotations"]
        /// The first of these annotations that is there.
        func annotation(_ names: String...) -> String? {
            names.lazy.compactMap { annotations?[$0]?.string }.first { !$0.isEmpty }
        }
        let type = annotation("io.kubernetes.cri.container-type", "io.kubernetes.cri-o.ContainerType")
        let uid = annotation("io.kubernetes.cri.sandbox-uid", "io.kubernetes.pod.uid")
        let pod = PodIdentity(
            uid: uid ?? "", name: annotation("io.kubernetes.cri.sandbox-name", "io.kubernetes.pod.name"),
            namespace: annotation("io.kubernetes.cri.sandbox-namespace", "io.kubernetes.pod.namespace"))
        return ContainerDetails(
            name: annotation("io.kubernetes.cri.container-name", "io.kubernetes.container.name", "nerdctl/name"),
            image: annotation(
                "io.kubernetes.cri.image-name", "io.kubernetes.cri-o.ImageName", "org.opencontainers.image.ref.name"),
            imageID: annotation("io.kubernetes.cri-o.ImageRef", "io.kubernetes.cri-o.Image"),
            pod: uid != nil || pod.name != nil ? pod : nil, isSandbox: type == "sandbox",
            hostname: text(json["hostname"]), rootFolder: text(json["root"]?["path"]))
    }

    /// Reads Docker's `config.v2.json` of a container; nil when it is none.
    package static func docker(_ config: [UInt8]) -> ContainerDetails? {
        guard let json = try? JSONDocument(config).root.value, json.members != nil else { return nil }
        let labels = json["Config"]?["Labels"]
        var details = ContainerDetails(
            name: text(json["Name"]).map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 },
            image: text(json["Config"]?["Image"]), imageID: text(json["Image"]),
            isSandbox: labels?["io.kubernetes.docker.type"]?.string == "podsandbox",
            hostname: text(json["Config"]?["Hostname"]))
        if let uid = text(labels?["io.kubernetes.pod.uid"]) {
            details.pod = PodIdentity(
                uid: uid, name: text(labels?["io.kubernetes.pod.name"]),
                namespace: text(labels?["io.kubernetes.pod.namespace"]))
            details.name = text(labels?["io.kubernetes.container.name"]) ?? details.name
        }
        return details
    }

    /// Reads the `containers.json` in which the storage of Podman and CRI-O lists its containers: by id.
    package static func storage(_ list: [UInt8]) -> [String: ContainerDetails] {
        guard let containers = try? JSONDocument(list).root.value.array else { return [:] }
        var details: [String: ContainerDetails] = [:]
        for container in containers.prefix(maximumStored) {
            guard let id = text(container["id"]) else { continue }
            // A JSON document in a string.
            let metadata = text(container["metadata"]).flatMap { try? JSONDocument(Array($0.utf8)).root.value }
            let name = text(metadata?["name"]) ?? container["names"]?.array?.first?.string
            let kubernetes = name.flatMap(KubernetesName.init)
            details[id] = ContainerDetails(
                name: kubernetes?.container ?? name, image: text(metadata?["image-name"]),
                imageID: text(metadata?["image-id"]) ?? text(container["image"]), pod: kubernetes?.pod)
        }
        return details
    }

    /// Containers read of one list.
    static let maximumStored = 65_536

    /// Reads an LXC container's `config`: lines `key = value`; the later of two counts.
    package static func lxc(_ config: [UInt8]) -> ContainerDetails {
        var details = ContainerDetails()
        for line in config.split(separator: UInt8(ascii: "\n")).prefix(4096) {
            let text = String(decoding: line, as: UTF8.self)
            guard !text.hasPrefix("#"), let equals = text.firstIndex(of: "=") else { continue }
            let key = text[..<equals].trimmed
            let value = String(text[text.index(after: equals)...].trimmed)
            switch key {
            case "lxc.uts.name", "lxc.utsname": details.hostname = value.isEmpty ? nil : value
            case "lxc.rootfs.path", "lxc.rootfs":
                // `dir:/var/lib/lxc/web1/rootfs`: how it is stored, and where.
                let parts = value.split(separator: ":", maxSplits: 1)
                details.rootFolder = parts.last.map(String.init)
            default: break
            }
        }
        return details
    }

    private static func text(_ value: JSONValue?) -> String? {
        value?.string.flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension Substring {
    /// Without the blanks at both ends.
    fileprivate var trimmed: Substring {
        var text = self[...]
        while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
        while let last = text.last, last == " " || last == "\t" || last == "\r" { text = text.dropLast() }
        return text
    }
}
