import EventModel

/// An event as the scanner leaves it: numbers, and places in the tables and blocks of its page.
struct EventRecord: BitwiseCopyable {
    /// No place in a table.
    static let none: Int32 = -1

    /// Where its JSON is in its block.
    var start: Int32 = 0
    var end: Int32 = 0
    var className: Int32
    var key: Int32 = 0
    var chainId: Int32 = 0
    /// Nanoseconds of a `Timestamp`.
    var createdTime: Int64 = 0
    var hasKey = false
    var hasChainId = false
    var hasCreatedTime = false
    var userName = Self.none
    var eventTypeId = Self.none
    var severity = Self.none
    var objectId = Self.none
    var objectType = Self.none
    var objectName = Self.none
    /// By `EventRole.objectIndex`.
    var objects = InlineArray<9, Int32>(repeating: Self.none)
    /// What `managedObject` refers to.
    var managedObject = Self.none
    /// The first reason why it is damaged.
    var damage = Self.none
}

/// What the records of a page refer to.
struct EventTables {
    var classNames: [String] = []
    var strings: [String] = []
    var objects: [EntityReference] = []
    var damages: [String] = []

    /// The event of a record, its JSON in `block`.
    func event(_ record: EventRecord, in block: [UInt8]) -> VSphereEvent {
        VSphereEvent(
            className: classNames[Int(record.className)], key: record.hasKey ? record.key : nil,
            chainId: record.hasChainId ? record.chainId : nil,
            createdTime: record.hasCreatedTime ? Timestamp(nanoseconds: record.createdTime) : nil,
            userName: text(record.userName) ?? "", datacenter: object(.datacenter, of: record),
            computeResource: object(.computeResource, of: record), host: object(.host, of: record),
            vm: object(.vm, of: record), datastore: object(.datastore, of: record),
            network: object(.network, of: record), dvs: object(.dvs, of: record),
            entity: object(.entity, of: record) ?? subject(of: record), alarm: object(.alarm, of: record),
            eventTypeId: text(record.eventTypeId), severity: text(record.severity),
            fields: JSONText(trusted: block[Int(record.start)..<Int(record.end)]),
            damage: record.damage >= 0 ? damages[Int(record.damage)] : nil)
    }

    @inline(__always)
    private func text(_ index: Int32) -> String? {
        index >= 0 ? strings[Int(index)] : nil
    }

    @inline(__always)
    private func object(_ role: EventRole, of record: EventRecord) -> EntityReference? {
        guard let place = role.objectIndex, record.objects[place] >= 0 else { return nil }
        return objects[Int(record.objects[place])]
    }

    /// What an `ExtendedEvent` or `EventEx` says it is about.
    private func subject(of record: EventRecord) -> EntityReference? {
        if record.managedObject >= 0 { return objects[Int(record.managedObject)] }
        guard let value = text(record.objectId), let type = text(record.objectType) else { return nil }
        return EntityReference(name: text(record.objectName) ?? "", type: type, value: value)
    }
}
