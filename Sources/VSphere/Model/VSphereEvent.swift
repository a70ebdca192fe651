package import EventModel

/// An event as a vCenter or ESXi host told it: the few parts everybody needs, typed, and everything as JSON in
/// `fields`.
///
/// Two words wide: a place among the events it was decoded with, which stay in memory as long as one of them is kept. A
/// part is looked up when it is asked for. An event that is changed becomes one by itself.
package struct VSphereEvent: Sendable {
    private(set) var events: DecodedEvents
    private(set) var place: Int

    /// One of the events of an answer.
    init(_ place: Int, of events: DecodedEvents) {
        (self.events, self.place) = (events, place)
    }

    /// An event of which only the class is known yet.
    package init(className: String, fields: JSONText = .emptyObject) {
        var record = EventRecord(className: 0)
        record.end = Int32(truncatingIfNeeded: fields.bytes.count)
        let tables = EventTables(classNames: [className])
        self.init(0, of: DecodedEvents(records: [record], tables: tables, blocks: [Array(fields.bytes)]))
    }

    /// What it is made of.
    var record: EventRecord { events.records[place] }

    private func text(_ index: Int32) -> String? { index >= 0 ? events.tables.strings[Int(index)] : nil }

    private mutating func change(_ change: (inout EventRecord, inout EventTables) -> Void) {
        var (record, tables) = (record, events.tables)
        change(&record, &tables)
        (events, place) = (DecodedEvents(records: [record], tables: tables, blocks: events.blocks), 0)
    }

    private subscript(role: EventRole) -> EntityReference? {
        get {
            let index = record.objects[role]
            return index >= 0 ? events.tables.objects[Int(index)] : nil
        }
        set { change { record, tables in record.objects[role] = newValue.place(in: &tables.objects) } }
    }
}

extension VSphereEvent {
    /// The vim25 class by its local name, known or not: `VmPoweredOnEvent`.
    package var className: String { events.tables.classNames[Int(record.className)] }

    /// A counter of the server that may wrap to negative values; nil when missing or unreadable.
    package var key: Int32? {
        get { record.hasKey ? record.key : nil }
        set { change { record, _ in (record.key, record.hasKey) = (newValue ?? 0, newValue != nil) } }
    }

    package var chainId: Int32? {
        get { record.hasChainId ? record.chainId : nil }
        set { change { record, _ in (record.chainId, record.hasChainId) = (newValue ?? 0, newValue != nil) } }
    }

    package var createdTime: Timestamp? {
        get { record.hasCreatedTime ? Timestamp(nanoseconds: record.createdTime) : nil }
        set {
            change { record, _ in
                (record.createdTime, record.hasCreatedTime) = (newValue?.nanoseconds ?? 0, newValue != nil)
            }
        }
    }

    package var userName: String {
        get { text(record.userName) ?? "" }
        set { change { record, tables in record.userName = Optional(newValue).place(in: &tables.strings) } }
    }

    package var datacenter: EntityReference? {
        get { self[.datacenter] }
        set { self[.datacenter] = newValue }
    }
    package var computeResource: EntityReference? {
        get { self[.computeResource] }
        set { self[.computeResource] = newValue }
    }
    package var host: EntityReference? {
        get { self[.host] }
        set { self[.host] = newValue }
    }
    package var vm: EntityReference? {
        get { self[.vm] }
        set { self[.vm] = newValue }
    }
    package var datastore: EntityReference? {
        get { self[.datastore] }
        set { self[.datastore] = newValue }
    }
    package var network: EntityReference? {
        get { self[.network] }
        set { self[.network] = newValue }
    }
    package var dvs: EntityReference? {
        get { self[.dvs] }
        set { self[.dvs] = newValue }
    }
    /// What an alarm is about, or another managed entity the class names.
    package var entity: EntityReference? {
        get { self[.entity] }
        set { self[.entity] = newValue }
    }
    package var alarm: EntityReference? {
        get { self[.alarm] }
        set { self[.alarm] = newValue }
    }

    /// The dynamic id of an `EventEx` or `ExtendedEvent`: `esx.problem.vmfs.heartbeat.timedout`.
    package var eventTypeId: String? {
        get { text(record.eventTypeId) }
        set { change { record, tables in record.eventTypeId = newValue.place(in: &tables.strings) } }
    }

    /// `EventEx.severity`: `error`, `warning`, `info`, `user`.
    package var severity: String? {
        get { text(record.severity) }
        set { change { record, tables in record.severity = newValue.place(in: &tables.strings) } }
    }

    /// A JSON object with everything the event carried, under vim25's own names: see `EventPageDecoder`.
    package var fields: JSONText {
        get { JSONText(trusted: events.blocks[Int(record.block)][Int(record.start)..<Int(record.end)]) }
        set {
            var record = record
            (record.block, record.start) = (0, 0)
            record.end = Int32(truncatingIfNeeded: newValue.bytes.count)
            events = DecodedEvents(records: [record], tables: events.tables, blocks: [Array(newValue.bytes)])
            place = 0
        }
    }

    /// Why the event could not be read as it should be; nil for a sound one. `fields` holds what there was.
    package var damage: String? {
        get { record.damage >= 0 ? events.tables.damages[Int(record.damage)] : nil }
        set { change { record, tables in record.damage = newValue.place(in: &tables.damages) } }
    }
}

extension VSphereEvent: Hashable {
    package static func == (left: Self, right: Self) -> Bool {
        if left.events === right.events, left.place == right.place { return true }
        return left.key == right.key && left.createdTime == right.createdTime && left.chainId == right.chainId
            && left.className == right.className && left.userName == right.userName
            && left.eventTypeId == right.eventTypeId && left.severity == right.severity && left.damage == right.damage
            && EventRole.objects.allSatisfy { left[$0] == right[$0] } && left.fields == right.fields
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(key)
        hasher.combine(createdTime)
        hasher.combine(className)
        hasher.combine(fields)
    }
}

extension Optional where Wrapped: Sendable {
    /// Appends it to a table. Returns its place; that of nil is `EventRecord.none`.
    fileprivate func place(in table: inout [Wrapped]) -> Int32 {
        guard let self else { return EventRecord.none }
        table.append(self)
        return Int32(truncatingIfNeeded: table.count - 1)
    }
}
