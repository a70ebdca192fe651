/// The virtual machine or container an event is about; the CloudEvents `subject` is `<kind>/<id>`.
package struct Guest: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case vm
        case container
    }

    package var kind: Kind
    /// The source's own stable identifier: a vSphere moref such as `vm-41`, a container id.
    package var id: String
    /// What people call it; nil where the source does not say.
    package var name: String?
    /// The name of the hypervisor host it runs on; nil where the source does not say.
    package var host: String?

    package init(kind: Kind, id: String, name: String? = nil, host: String? = nil) {
        (self.kind, self.id, self.name, self.host) = (kind, id, name, host)
    }
}
