import EventModel
import Platform

/// An event as the scanner leaves it: numbers, and places in the tables and blocks of its answer.
struct EventRecord: BitwiseCopyable {
    /// No place in a table.
    static let none: Int32 = -1

    /// Where its JSON is.
    var block: Int32 = 0
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
    var objects = ObjectPlaces()
    /// The first reason why it is damaged.
    var damage = Self.none
}

/// For each role of a managed object its place in the table of objects.
struct ObjectPlaces: BitwiseCopyable {
    private var places = InlineArray<9, Int32>(repeating: EventRecord.none)

    /// By role; `EventRecord.none` for other roles.
    @inline(__always)
    subscript(role: EventRole) -> Int32 {
        get { role.objectIndex.map { places[$0] } ?? EventRecord.none }
        set { if let index = role.objectIndex { places[index] = newValue } }
    }
}

/// What the records of an answer refer to.
struct EventTables {
    var classNames: [String] = []
    var strings: [String] = []
    var objects: [EntityReference] = []
    var damages: [String] = []
}

/// The events of one answer, as its `VSphereEvent`s share them.
final class DecodedEvents: Sendable {
    private static let count = Locked<UInt64>(0)

    let records: [EventRecord]
    let tables: EventTables
    /// The events' JSON.
    let blocks: [[UInt8]]
    /// Identifies the answer among all of this process.
    let number: UInt64

    init(records: [EventRecord], tables: EventTables, blocks: [[UInt8]]) {
        (self.records, self.tables, self.blocks) = (records, tables, blocks)
        number = Self.count.withLock { count in
            count += 1
            return count
        }
    }
}
