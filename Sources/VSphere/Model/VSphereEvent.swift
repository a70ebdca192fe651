package import EventModel

/// An event as a vCenter or ESXi host told it: the few parts everybody needs, typed, and everything as JSON in
/// `fields`.
package struct VSphereEvent: Sendable, Hashable {
    /// The vim25 class by its local name, known or not: `VmPoweredOnEvent`.
    package var className: String
    /// A counter of the server that may wrap to negative values; nil when missing or unreadable.
    package var key: Int32?
    package var chainId: Int32?
    package var createdTime: Timestamp?
    package var userName: String
    package var datacenter: EntityReference?
    package var computeResource: EntityReference?
    package var host: EntityReference?
    package var vm: EntityReference?
    package var datastore: EntityReference?
    package var network: EntityReference?
    package var dvs: EntityReference?
    /// What an alarm is about, or another managed entity the class names.
    package var entity: EntityReference?
    package var alarm: EntityReference?
    /// The dynamic id of an `EventEx` or `ExtendedEvent`: `esx.problem.vmfs.heartbeat.timedout`.
    package var eventTypeId: String?
    /// `EventEx.severity`: `error`, `warning`, `info`, `user`.
    package var severity: String?
    /// A JSON object with everything the event carried, under vim25's own names: see `EventPageDecoder`.
    package var fields: JSONText
    /// Why the event could not be read as it should be; nil for a sound one. `fields` holds what there was.
    package var damage: String?
}

extension VSphereEvent {
    /// An event of which only the class is known yet.
    package init(className: String, fields: JSONText = .emptyObject) {
        self.init(
            className: className, key: nil, chainId: nil, createdTime: nil, userName: "", eventTypeId: nil,
            severity: nil,
            fields: fields)
    }
}
