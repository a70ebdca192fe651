/// Stands for some parts of an event: two events with the same token come from one answer and have these in common.
///
/// For whoever remembers what he made of the parts. The tokens of an answer never come again with another.
package struct EventToken: Sendable, Hashable {
    private var answer: UInt64
    // Two places in tables of the answer in each.
    private var first: UInt64
    private var second: UInt64
    private var third: UInt64
    private var fourth: UInt64
    private var fifth: UInt64

    fileprivate init(_ events: DecodedEvents, _ places: InlineArray<10, Int32>) {
        func pair(_ index: Int) -> UInt64 {
            UInt64(UInt32(bitPattern: places[index])) | UInt64(UInt32(bitPattern: places[index + 1])) << 32
        }
        answer = events.number
        (first, second, third, fourth, fifth) = (pair(0), pair(2), pair(4), pair(6), pair(8))
    }

    // Written out: another module calls the derived one through its witness table, for each event.
    package static func == (left: Self, right: Self) -> Bool {
        left.answer == right.answer && left.first == right.first && left.second == right.second
            && left.third == right.third && left.fourth == right.fourth && left.fifth == right.fifth
    }

    /// A number below `count`, a power of two; the tokens of an answer are spread over all of them.
    package func slot(of count: Int) -> Int {
        var hash = first &* 0x9E37_79B9_7F4A_7C15 ^ second &* 0xC2B2_AE3D_27D4_EB4F
        hash ^= third &* 0x1656_67B1_9E37_79F9 ^ fourth &* 0xFF51_AFD7_ED55_8CCD ^ fifth &* 0xC4CE_B9FE_1A85_EC53
        return Int(truncatingIfNeeded: (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15 >> 32) & (count - 1)
    }
}

extension VSphereEvent {
    /// For `className`, `eventTypeId` and `severity`.
    package var kindToken: EventToken {
        let record = record
        return EventToken(events, [record.className, record.eventTypeId, record.severity, 0, 0, 0, 0, 0, 0, 0])
    }

    /// For `vm`, `host` and `entity`.
    package var guestToken: EventToken {
        let objects = record.objects
        return EventToken(events, [objects[.vm], objects[.host], objects[.entity], 0, 0, 0, 0, 0, 0, 0])
    }

    /// For all managed objects but `vm`, which counts only beside an `entity`.
    package var surroundingsToken: EventToken {
        let objects = record.objects
        return EventToken(
            events,
            [
                objects[.datacenter], objects[.computeResource], objects[.host], objects[.datastore],
                objects[.network], objects[.dvs], objects[.entity], objects[.alarm],
                objects[.entity] < 0 ? EventRecord.none : objects[.vm], 0,
            ])
    }
}
