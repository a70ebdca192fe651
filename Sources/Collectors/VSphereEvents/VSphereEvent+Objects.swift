import EventModel
import VSphere

extension VSphereEvent {
    /// The virtual machine the event is about: its `vm`, or the entity of an alarm.
    var guest: Guest? {
        guard let vm = vm ?? (entity?.type == "VirtualMachine" ? entity : nil), !vm.value.isEmpty else { return nil }
        return Guest(kind: .vm, id: vm.value, name: vm.nameIfAny, host: host?.nameIfAny)
    }

    /// All else the event names, each once: host, cluster, datacenter, datastore, network, switch, alarm, entity.
    var relatedObjects: RelatedObjects {
        var objects: [RelatedObject] = []
        objects.reserveCapacity(4)
        objects.add(host, as: "host")
        objects.add(computeResource, as: computeResource?.type == "ComputeResource" ? "compute-resource" : "cluster")
        objects.add(datacenter, as: "datacenter")
        objects.add(datastore, as: "datastore")
        objects.add(network, as: "network")
        objects.add(dvs, as: "switch")
        objects.add(alarm, as: "alarm")
        if let entity, entity.value != vm?.value, entity.type != "VirtualMachine" {
            objects.add(entity, as: entity.kind)
        }
        return RelatedObjects(objects)
    }
}

extension EntityReference {
    fileprivate var nameIfAny: String? { name.isEmpty ? nil : name }

    /// The word for a managed class in `related`.
    fileprivate var kind: String {
        switch type {
        case "HostSystem": "host"
        case "ClusterComputeResource": "cluster"
        case "ComputeResource": "compute-resource"
        case "Datacenter": "datacenter"
        case "Datastore": "datastore"
        case "StoragePod": "datastore-cluster"
        case "Network", "DistributedVirtualPortgroup", "OpaqueNetwork": "network"
        case "DistributedVirtualSwitch", "VmwareDistributedVirtualSwitch": "switch"
        case "Folder": "folder"
        case "ResourcePool", "VirtualApp": "resource-pool"
        default: "entity"
        }
    }
}

extension [RelatedObject] {
    fileprivate mutating func add(_ reference: EntityReference?, as kind: String) {
        guard let reference, !reference.value.isEmpty, !contains(where: { $0.id == reference.value }) else { return }
        append(RelatedObject(kind: kind, id: reference.value, name: reference.name.isEmpty ? nil : reference.name))
    }
}
