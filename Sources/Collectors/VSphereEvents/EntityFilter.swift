import AgentCore
import EventModel
package import VSphere

/// One entity of the configuration: events of it and, as `recursion` says, of what it holds.
package struct EntityFilter: Sendable, Hashable {
    package var reference: ManagedObjectReference
    package var recursion: EventFilterSpec.Recursion

    package init(reference: ManagedObjectReference, recursion: EventFilterSpec.Recursion = .all) {
        (self.reference, self.recursion) = (reference, recursion)
    }

    /// What an object's name looks like, for messages.
    static let expected = "a managed object id such as \"group-d1\", or \"Folder:group-d1\""

    /// Reads `vm-41` or `VirtualMachine:vm-41`: the object and all it holds. Nil for anything else.
    init?(object: String) {
        let parts = object.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let isSound = object.utf8.count <= 256 && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { $0 > 0x20 } }
        guard isSound, let id = parts.last else { return nil }
        guard let type = parts.count == 2 ? parts[0] : Self.type(ofId: id) else { return nil }
        self.init(reference: ManagedObjectReference(type: type, value: id))
    }

    /// The class of a managed object by what its id begins with.
    static func type(ofId id: String) -> String? {
        let types = [
            "vm": "VirtualMachine", "host": "HostSystem", "datacenter": "Datacenter", "group": "Folder",
            "domain-c": "ClusterComputeResource", "domain-s": "ComputeResource", "resgroup": "ResourcePool",
            "datastore": "Datastore", "network": "Network", "dvs": "VmwareDistributedVirtualSwitch",
            "dvportgroup": "DistributedVirtualPortgroup", "ha-host": "HostSystem", "ha-folder": "Folder",
            "ha-datacenter": "Datacenter", "ha-compute-res": "ComputeResource", "ha-root-pool": "ResourcePool",
        ]
        let match = types.filter { id.hasPrefix($0.key) }.max { $0.key.utf8.count < $1.key.utf8.count }
        return match?.value
    }
}

extension ConfigurationType where Value == EntityFilter {
    /// A managed object id such as `"group-d1"` or `"vm-41"`, or `{ "type": …, "id": …, "recursion": … }`.
    static var entity: Self {
        let expected = "a managed object id such as \"group-d1\", or { \"type\": \"Folder\", \"id\": \"group-d1\" }"
        let whole = ConfigurationType<EntityDeclaration>.object()
        return .init(
            expected: expected, schema: ["oneOf": [["type": "string", "minLength": 1], whole.schema]],
            placeholder: EntityFilter(reference: ManagedObjectReference(type: "", value: ""))
        ) { source in
            if let id = source.node.value.string {
                guard let type = EntityFilter.type(ofId: id) else {
                    source.problem(
                        "the class of \"\(id)\" cannot be told from its id; write { \"type\": …, \"id\": \"\(id)\" }")
                    return nil
                }
                return EntityFilter(reference: ManagedObjectReference(type: type, value: id))
            }
            guard source.node.value.members != nil else {
                source.problem("expected \(expected), not \(source.node.value.kind)")
                return nil
            }
            return whole.read(&source)?.filter
        }
    }
}

/// The long form of an entity.
private struct EntityDeclaration: Configurable {
    enum Depth: String, CaseIterable, Sendable {
        case own = "self"
        case children
        case all
    }

    var filter: EntityFilter

    init(from reader: inout ConfigurationReader) {
        let type = reader.required("type", .string, "The vim25 class: \"Folder\", \"VirtualMachine\", …")
        let id = reader.required("id", .string, "The managed object id: \"group-d1\".")
        let depth = reader.optional(
            "recursion", ConfigurationType<Depth>.choice(), default: .all,
            "Whether events of the entity itself, of what it holds, or both are read.")
        let recursion = EventFilterSpec.Recursion(rawValue: depth.rawValue) ?? .all
        filter = EntityFilter(reference: ManagedObjectReference(type: type, value: id), recursion: recursion)
    }
}
