import AgentCore
import EventModel

/// Compresses rows whose entries have no sequences yet. Used by one thread at a time.
final class RowPacker {
    private let zstandard = Zstandard()
    private var memory: [UInt8] = []
    private var sources: KnownNames
    private var types: KnownNames

    init(sources: KnownNames, types: KnownNames) {
        (self.sources, self.types) = (sources, types)
    }

    /// The numbers of names from now on.
    func use(sources: KnownNames, types: KnownNames) {
        (self.sources, self.types) = (sources, types)
    }

    /// A row of some of these events; nil when one has a name that no entry had before, or memory is short.
    func pack(_ all: [EncodedEvent], _ places: Range<Int>) -> PackedRow? {
        // Looked at where they lie: to copy an event is to count a reference to each of its parts.
        let events = all.span
        var room: [UInt8] = []
        swap(&room, &memory)
        var builder = BatchBuilder(first: 1, memory: room)
        var heads: [BatchContent.Head] = []
        heads.reserveCapacity(places.count)
        var bytes = 0
        for place in places {
            guard let type = types.number(of: events[place].type.rawValue),
                let source = sources.number(of: events[place].source)
            else { return nil }
            let head = BatchContent.Head(type: type, rank: events[place].severity.rank, source: source)
            heads.append(head)
            bytes += events[place].body.count
            builder.add(head, id: events[place].id, body: events[place].body)
        }
        let row = builder.take(storedAt: 0, total: bytes, memory: [])
        let frame = zstandard.withFrame(of: row.content) { [UInt8]($0) }
        if row.content.capacity <= 2 * BatchBuilder.enough { memory = row.content }
        return frame.map { PackedRow(heads: heads, bytes: bytes, sizes: row.sizes, content: $0) }
    }
}

/// Names and their numbers, as they were at some moment.
struct KnownNames: Sendable {
    private let numbers: [UTF8Key: Int64]
    /// Most events of a row share their source, and often their type.
    private var last: (name: UTF8Key, number: Int64)?

    init(_ numbers: [UTF8Key: Int64] = [:]) {
        self.numbers = numbers
    }

    /// The number of a name; nil when it was not known.
    mutating func number(of name: String) -> Int64? {
        let key = UTF8Key(name)
        if let last, last.name == key { return last.number }
        guard let number = numbers[key] else { return nil }
        last = (key, number)
        return number
    }
}
