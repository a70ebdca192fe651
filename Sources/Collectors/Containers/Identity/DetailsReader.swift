package import AgentCore
import Platform

/// Finds what runtimes and engines wrote down about a container, without asking an engine: a few files, each bounded.
///
/// Blocking, some milliseconds at most; call it after the event that needs no name is out.
package final class DetailsReader {
    /// Bytes of one file: a storage with ten thousand containers has some 8 MiB.
    package static let maximumFile = 32 << 20
    /// Namespaces of containerd that are tried.
    package static let maximumNamespaces = 64

    private let host: HostView

    /// - `host`: where the files lie: below `run` and `state`.
    package init(_ host: HostView) {
        self.host = host
    }

    /// What the files say about the container; empty when there are none, or they are not ours to read.
    package func details(of identity: ContainerIdentity) -> ContainerDetails {
        var details = ContainerDetails()
        let key = identity.key
        // Ids become parts of paths: what a program calls itself must not lead elsewhere.
        guard !key.id.isEmpty, key.id.utf8.count <= 255, !key.id.contains("/"), !key.id.hasPrefix(".") else {
            return details
        }
        switch key.runtime {
        case "docker":
            read("\(host.state)/docker/containers/\(key.id)/config.v2.json") { ContainerDetails.docker($0) }
                .map { details.complete(with: $0) }
        case "podman", "cri-o":
            for root in ["\(host.state)/containers/storage", "\(host.run)/containers/storage"] {
                readStorage("\(root)/overlay-containers", id: key.id, into: &details)
                readStorage("\(root)/vfs-containers", id: key.id, into: &details)
            }
        case "containerd", "oci":
            for folder in taskFolders() { readBundle("\(folder)/\(key.id)", into: &details) }
        case "lxc":
            read("\(host.state)/lxc/\(key.id)/config") { ContainerDetails.lxc($0) }.map { details.complete(with: $0) }
        case "nspawn":
            read("\(host.run)/systemd/machines/\(key.id)") { MachineState.read($0) }
                .map { details.complete(with: ContainerDetails(name: $0.name, rootFolder: $0.rootFolder)) }
        default: break
        }
        guard let bundle = identity.bundle.map(here) else { return details }
        // Of a user's own containers the storage is wherever the user keeps it: two folders up.
        let storage = bundle.split(separator: "/").dropLast(2).joined(separator: "/")
        if key.runtime == "podman", details.name == nil { readStorage("/\(storage)", id: key.id, into: &details) }
        readBundle(bundle, into: &details)
        return details
    }

    /// Folders in which containerd keeps the bundles of running tasks: one for each of its namespaces.
    private func taskFolders() -> [String] {
        ["containerd", "k3s/containerd", "docker/containerd/daemon"].flatMap { daemon in
            let folder = "\(host.run)/\(daemon)/io.containerd.runtime.v2.task"
            let names = (try? (try FolderTree(folder)).names(upTo: Self.maximumNamespaces)) ?? [:]
            return names.keys.sorted().map { "\(folder)/\($0)" }
        }
    }

    private func readStorage(_ folder: String, id: String, into details: inout ContainerDetails) {
        if let stored = read("\(folder)/containers.json", { ContainerDetails.storage($0)[id] }) {
            details.complete(with: stored)
        }
        readBundle("\(folder)/\(id)/userdata", into: &details)
    }

    private func readBundle(_ folder: String, into details: inout ContainerDetails) {
        if let bundle = read("\(folder)/config.json", { ContainerDetails.bundle($0) }) {
            details.complete(with: bundle)
        }
    }

    private func read<Result>(_ path: String, _ decode: ([UInt8]) -> Result?) -> Result? {
        RegularFile.read(path, limit: Self.maximumFile).flatMap(decode)
    }

    /// A path as the host's programs name it, as it lies before us.
    private func here(_ path: String) -> String {
        let parts = path.split(separator: "/")
        if parts.first == "run" { return ([host.run[...]] + parts.dropFirst()).joined(separator: "/") }
        if parts.starts(with: ["var", "lib"]) {
            return ([host.state[...]] + parts.dropFirst(2)).joined(separator: "/")
        }
        return path
    }
}
