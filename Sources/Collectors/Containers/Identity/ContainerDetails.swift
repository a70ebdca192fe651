/// What is known of a container beyond the kernel: told later, as an enrichment, never waited for.
package struct ContainerDetails: Sendable, Hashable {
    /// What people call it.
    package var name: String?
    /// The image as it was asked for: `docker.io/library/nginx:1.25`.
    package var image: String?
    /// The image's digest or id.
    package var imageID: String?
    package var pod: PodIdentity?
    /// The container of a pod that only holds its namespaces.
    package var isSandbox = false
    package var hostname: String?
    /// Where its root file system lies on the host.
    package var rootFolder: String?

    package init(
        name: String? = nil, image: String? = nil, imageID: String? = nil, pod: PodIdentity? = nil,
        isSandbox: Bool = false, hostname: String? = nil, rootFolder: String? = nil
    ) {
        (self.name, self.image, self.imageID, self.pod) = (name, image, imageID, pod)
        (self.isSandbox, self.hostname, self.rootFolder) = (isSandbox, hostname, rootFolder)
    }

    /// Takes over what the other knows and this does not.
    package mutating func complete(with other: ContainerDetails) {
        name = name ?? other.name
        image = image ?? other.image
        imageID = imageID ?? other.imageID
        hostname = hostname ?? other.hostname
        rootFolder = rootFolder ?? other.rootFolder
        isSandbox = isSandbox || other.isSandbox
        guard let further = other.pod else { return }
        guard var known = pod else { return pod = further }
        known.name = known.name ?? further.name
        known.namespace = known.namespace ?? further.namespace
        known.qos = known.qos ?? further.qos
        pod = known
    }

    /// Whether anything is known at all.
    package var isEmpty: Bool { self == ContainerDetails() }
}

extension ContainerIdentity {
    /// Takes over what is known of the container beyond the kernel: its name and its pod.
    package mutating func learn(_ details: ContainerDetails) {
        name = details.name ?? name
        guard let told = details.pod else { return }
        pod = PodIdentity(
            uid: pod?.uid ?? told.uid, qos: pod?.qos ?? told.qos, name: told.name ?? pod?.name,
            namespace: told.namespace ?? pod?.namespace)
    }
}
