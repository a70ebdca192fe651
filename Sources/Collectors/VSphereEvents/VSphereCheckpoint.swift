package import AgentCore
import EventModel

/// The checkpoint of the vSphere collector, version 1: a JSON object.
///
///     {"server":"…","filter":"…","begin":"2026-11-21T06:18:00Z","time":"2026-11-21T06:18:02.5Z","key":4711,
///      "stretch":[time of the first in ns since begin, its key, then for each the ns and keys after the one before],
///      "forgotten":{"time":"…","key":…},"damaged":["16 hexadecimal digits"]}
///
/// `begin` is left out when reading starts at the oldest event, `time` and `key` before the first event, empty parts
/// always.
package struct VSphereCheckpoint: Equatable {
    static let version = 1

    /// Which server's times and keys these are: `instanceUuid`, or the host of the URL where it has none.
    var server: String
    /// A hash of what was filtered on the server: under another filter the events of the stretch need not come again.
    var filter: String
    var boundary: ReadingBoundary

    init(server: String, filter: String, boundary: ReadingBoundary) {
        (self.server, self.filter, self.boundary) = (server, filter, boundary)
    }

    /// Reads a checkpoint. Throws `.unusableCheckpoint` for another version and for damaged bytes.
    package init(_ checkpoint: Checkpoint) throws(CollectorError) {
        guard checkpoint.version == Self.version else {
            throw .unusableCheckpoint(
                "the checkpoint has version \(checkpoint.version), this agent reads version \(Self.version): "
                    + "run the agent that wrote it, or give the collector another name to start anew")
        }
        guard let value = try? JSONDocument(checkpoint.bytes).root.value, let server = value["server"]?.string,
            let filter = value["filter"]?.string, let boundary = ReadingBoundary(value)
        else {
            throw .unusableCheckpoint("the checkpoint is damaged: give the collector another name to start anew")
        }
        self.init(server: server, filter: filter, boundary: boundary)
    }

    /// The checkpoint as it is committed.
    func encoded() -> Checkpoint {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("server")
        writer.string(server)
        writer.name("filter")
        writer.string(filter)
        boundary.write(to: &writer)
        writer.endObject()
        return Checkpoint(version: Self.version, bytes: writer.bytes)
    }
}

extension ReadingBoundary {
    fileprivate init?(_ value: JSONValue) {
        let begin = value["begin"]?.string.flatMap { Timestamp(rfc3339: $0) }
        guard (value["begin"] == nil) == (begin == nil) else { return nil }
        let last = EventPosition(value)
        guard (value["key"] == nil) == (last == nil) else { return nil }
        let numbers = (value["stretch"]?.array ?? []).compactMap(\.integer)
        guard numbers.count.isMultiple(of: 2), numbers.count == value["stretch"]?.array?.count ?? 0,
            numbers.count <= 2 * Self.maximumRemembered
        else { return nil }
        var recent: [EventPosition] = []
        var (time, key) = (begin?.nanoseconds ?? 0, Int32(0))
        for index in stride(from: 0, to: numbers.count, by: 2) {
            time &+= numbers[index]
            key &+= Int32(truncatingIfNeeded: numbers[index + 1])
            recent.append(EventPosition(time: Timestamp(nanoseconds: time), key: key))
        }
        let damaged = (value["damaged"]?.array ?? []).compactMap { $0.string.flatMap { UInt64($0, radix: 16) } }
        self.init(
            last: last, begin: begin, forgotten: value["forgotten"].flatMap { EventPosition($0) }, recent: recent,
            damaged: damaged)
    }

    fileprivate func write(to writer: inout JSONWriter) {
        var tidied = self
        tidied.expectRepeats(false)
        tidied.tidy()
        if let begin = tidied.begin {
            writer.name("begin")
            writer.time(begin)
        }
        if let last { last.write(to: &writer) }
        // Most are some microseconds and one key behind the one before.
        writer.bytes.reserveCapacity(writer.bytes.count + 8 * tidied.recent.count)
        writer.name("stretch")
        writer.beginArray()
        var before = EventPosition(time: Timestamp(nanoseconds: tidied.begin?.nanoseconds ?? 0), key: 0)
        for position in tidied.recent {
            writer.integer(position.time.nanoseconds &- before.time.nanoseconds)
            writer.integer(Int64(position.key &- before.key))
            before = position
        }
        writer.endArray()
        if let forgotten = tidied.forgotten {
            writer.name("forgotten")
            writer.beginObject()
            forgotten.write(to: &writer)
            writer.endObject()
        }
        guard !damaged.isEmpty else { return }
        writer.name("damaged")
        writer.beginArray()
        for hash in damaged { writer.string(String(hash, radix: 16)) }
        writer.endArray()
    }
}

extension EventPosition {
    /// Reads `time` and `key` of an object.
    fileprivate init?(_ value: JSONValue) {
        guard let time = value["time"]?.string.flatMap({ Timestamp(rfc3339: $0) }),
            let key = value["key"]?.integer.flatMap({ Int32(exactly: $0) })
        else { return nil }
        self.init(time: time, key: key)
    }

    /// Writes `time` and `key` as members.
    func write(to writer: inout JSONWriter) {
        writer.name("time")
        writer.time(time)
        writer.name("key")
        writer.integer(key)
    }
}
