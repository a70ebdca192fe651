/// What a part of an event means to its typed form.
enum EventRole: UInt8, BitwiseCopyable {
    case none
    // What names one managed object: an argument struct with a name and a reference. In the order of
    // `ObjectPlaces`.
    case datacenter, computeResource, host, vm, datastore, network, dvs, entity, alarm
    // Texts.
    case key, chainId, createdTime, userName, eventTypeId, severity, objectId, objectType, objectName
    /// The reference of an `ExtendedEvent` to what it is about.
    case managedObject
    // Parts of an argument struct.
    case argumentName, argumentReference

    /// The roles that name a managed object.
    static let objects: [EventRole] = [
        .datacenter, .computeResource, .host, .vm, .datastore, .network, .dvs, .entity, .alarm,
    ]

    /// The place of the role among those that name a managed object.
    @inline(__always)
    var objectIndex: Int? {
        rawValue >= Self.datacenter.rawValue && rawValue <= Self.alarm.rawValue ? Int(rawValue) - 1 : nil
    }

    /// The roles of an event's direct children, by vim25's names.
    static let named: [String: EventRole] = [
        "key": .key, "chainId": .chainId, "createdTime": .createdTime, "userName": .userName,
        "datacenter": .datacenter, "computeResource": .computeResource, "host": .host, "vm": .vm,
        "ds": .datastore, "datastore": .datastore, "net": .network, "dvs": .dvs,
        "entity": .entity, "alarm": .alarm, "managedObject": .managedObject,
        "eventTypeId": .eventTypeId, "severity": .severity,
        "objectId": .objectId, "objectType": .objectType, "objectName": .objectName,
    ]
}
