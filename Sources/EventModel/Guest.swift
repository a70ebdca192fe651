/// The virtual machine or container an event is about; the CloudEvents `subject` is `<kind>/<id>`.
///
/// One word wide, with its attributes encoded when it is made: events that tell of the same guest may share it.
public struct Guest: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case vm
        case container
    }

    private final class Parts: Sendable {
        let kind: Kind
        let id: String
        let name: String?
        let host: String?
        let attributes: [UInt8]

        init(kind: Kind, id: String, name: String?, host: String?) {
            (self.kind, self.id, self.name, self.host) = (kind, id, name, host)
            attributes = EventEncoder.attributes(ofGuest: kind, id: id, name: name, host: host)
        }
    }

    private let parts: Parts

    public init(kind: Kind, id: String, name: String? = nil, host: String? = nil) {
        parts = Parts(kind: kind, id: id, name: name, host: host)
    }

    public var kind: Kind { parts.kind }
    /// The source's own stable identifier: a vSphere moref such as `vm-41`, a container id.
    public var id: String { parts.id }
    /// What people call it; nil where the source does not say.
    public var name: String? { parts.name }
    /// The name of the hypervisor host it runs on; nil where the source does not say.
    public var host: String? { parts.host }
    /// Its attributes in a CloudEvent, without the first quote and the last.
    var attributes: [UInt8] { parts.attributes }

    public static func == (left: Self, right: Self) -> Bool {
        left.parts === right.parts || left.attributes == right.attributes
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(attributes)
    }
}
