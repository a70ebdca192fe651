/// A managed object of the fixture's inventory, as events and filters name it.
package struct FixtureEntity: Sendable, Hashable {
    /// What people call it.
    package var name: String
    /// The vim25 class: `VirtualMachine`.
    package var type: String
    /// The managed object id: `vm-41`.
    package var value: String

    package init(_ type: String, _ value: String, name: String) {
        (self.type, self.value, self.name) = (type, value, name)
    }

    /// `vm-N`, called `web-N`.
    package static func vm(_ number: Int) -> Self { .init("VirtualMachine", "vm-\(number)", name: "web-\(number)") }
    /// `host-N`, called `esxN.lab.example`.
    package static func host(_ number: Int) -> Self {
        .init("HostSystem", "host-\(number)", name: "esx\(number).lab.example")
    }
    /// `datastore-N`, called `ds-N`.
    package static func datastore(_ number: Int) -> Self {
        .init("Datastore", "datastore-\(number)", name: "ds-\(number)")
    }

    /// The root folder.
    package static let root = FixtureEntity("Folder", "group-d1", name: "Datacenters")
    /// The one datacenter, `datacenter-2`.
    package static let datacenter = FixtureEntity("Datacenter", "datacenter-2", name: "Lab")
    /// The folder of VMs, `group-v3`.
    package static let vmFolder = FixtureEntity("Folder", "group-v3", name: "vm")
    /// The folder of hosts, `group-h4`.
    package static let hostFolder = FixtureEntity("Folder", "group-h4", name: "host")
    /// The one cluster, `domain-c7`.
    package static let cluster = FixtureEntity("ClusterComputeResource", "domain-c7", name: "Cluster 1")
    /// The one resource pool, `resgroup-8`; every VM belongs to it.
    package static let resourcePool = FixtureEntity("ResourcePool", "resgroup-8", name: "Resources")
}

extension FixtureEntity {
    /// A host's root folder, `ha-folder-root`.
    package static let hostRoot = FixtureEntity("Folder", "ha-folder-root", name: "ha-folder-root")
    /// A host's one datacenter.
    package static let hostDatacenter = FixtureEntity("Datacenter", "ha-datacenter", name: "ha-datacenter")
    /// A host's compute resource.
    package static let hostResource = FixtureEntity("ComputeResource", "ha-compute-res", name: "localhost.")
    /// The host as it names itself.
    package static let thisHost = FixtureEntity("HostSystem", "ha-host", name: "esx21.lab.example")

    /// A VM as a host knows it: `N`, called `web-N`.
    package static func hostVM(_ number: Int) -> Self { .init("VirtualMachine", "\(number)", name: "web-\(number)") }
}

/// Which object stands inside which: what a filter's recursion walks.
package struct FixtureInventory: Sendable {
    /// Objects by managed object id.
    package private(set) var entities: [String: FixtureEntity] = [:]
    private var parents: [String: [String]] = [:]

    package init() {}

    /// A root, a datacenter, a cluster with hosts 21 and 22, VMs 41 to 60 in one folder and one pool, datastores 15
    /// and 16.
    package static let small: Self = {
        var inventory = Self()
        inventory.add(.root)
        inventory.add(.datacenter, inside: .root)
        inventory.add(.vmFolder, inside: .datacenter)
        inventory.add(.hostFolder, inside: .datacenter)
        inventory.add(.cluster, inside: .hostFolder)
        inventory.add(.resourcePool, inside: .cluster)
        for number in 21...22 { inventory.add(.host(number), inside: .cluster) }
        for number in 41...60 { inventory.add(.vm(number), inside: .vmFolder, .resourcePool) }
        for number in 15...16 { inventory.add(.datastore(number), inside: .datacenter) }
        return inventory
    }()

    /// A host: its root, datacenter, compute resource and itself, and VMs 1 to 9.
    package static let host: Self = {
        var inventory = Self()
        inventory.add(.hostRoot)
        inventory.add(.hostDatacenter, inside: .hostRoot)
        inventory.add(.hostResource, inside: .hostDatacenter)
        inventory.add(.thisHost, inside: .hostResource)
        for number in 1...9 { inventory.add(.hostVM(number), inside: .hostDatacenter) }
        return inventory
    }()

    /// The ids of root folders: a vCenter's and a host's.
    static let roots = [FixtureEntity.root.value, FixtureEntity.hostRoot.value]

    /// Adds an object, or another parent to one that is there.
    package mutating func add(_ entity: FixtureEntity, inside parents: FixtureEntity...) {
        entities[entity.value] = entity
        self.parents[entity.value, default: []] += parents.map(\.value)
    }

    /// Whether `inner` stands inside `outer` at any depth. What the inventory does not know stands inside the root.
    package func contains(_ inner: String, inside outer: String) -> Bool {
        if inner == outer { return false }
        guard let above = parents[inner], !above.isEmpty else {
            return Self.roots.contains(outer)
        }
        return above.contains { $0 == outer || contains($0, inside: outer) }
    }
}
