import AgentCore
import EventModel

/// Writes entries as one push to Loki, JSON. Pure: the same entry always gives the same labels, time and line, which is
/// how Loki knows a repeat.
struct LokiEncoder {
    // SAFETY: the buffer of a line is only read within the call that lends it.

    /// A request, and the entries that are not in it.
    struct Push {
        var body: [UInt8]
        /// Entries whose line is longer than Loki takes: reason by sequence.
        var rejected: [UInt64: String]
    }

    /// What a value takes beside its line, the attributes and the journal: fragments and numbers.
    private static let framingBytes = 256

    private let configuration: LokiConfiguration
    private let metadata: LokiMetadata
    private let takesEvents: Bool
    private let labelsFrom: [LokiConfiguration.Label]
    private var times = TimestampReader()
    private var streams: [[UInt8]] = []
    /// By the values of their labels.
    private var places: [[UInt8]: Int] = [:]
    private var key: [UInt8] = []
    private var line: [UInt8] = []
    /// Where the entry before went: most follow it there.
    private var last: (key: [UInt8], place: Int)?
    /// Room for all of a push, for most have one stream.
    private var room = 0

    init(_ configuration: LokiConfiguration, journal: String) {
        self.configuration = configuration
        metadata = LokiMetadata(configuration, journal: journal)
        (takesEvents, labelsFrom) = (configuration.line == .event, configuration.labelsFrom)
    }

    /// The push of these entries, in their order within each stream.
    mutating func encode(_ entries: [Entry]) -> Push {
        defer { (streams, places, last) = ([], [:], nil) }
        room = Self.ordinaryBytes(of: entries)
        var rejected: [UInt64: String] = [:]
        let entries = entries.span
        for place in entries.indices {
            EventFields.read(entries[place].body) { fields in
                let bytes = takesEvents ? fields.whole.count : makeLine(fields)
                guard bytes <= configuration.lineBytes else {
                    rejected[entries[place].sequence] = tooLong(bytes)
                    return
                }
                append(entries[place], fields)
            }
        }
        return Push(body: body(), rejected: rejected)
    }

    /// As much as ordinary entries become: a quote in six bytes, and the metadata.
    private static func ordinaryBytes(of entries: [Entry]) -> Int {
        let most = entries.reduce(0) { max($0, $1.body.count) }
        return entries.reduce(0) { $0 + $1.body.count * 7 / 6 + 384 } + most * ByteWriter.longestEscape
    }

    private func tooLong(_ bytes: Int) -> String {
        "its line has \(bytes) bytes, more than \"lineBytes\" \(configuration.lineBytes); "
            + "raise it together with max_line_size of Loki's limits_config"
    }

    /// All streams; taken, for there is no need to copy the only one.
    private mutating func body() -> [UInt8] {
        if streams.isEmpty { return [] }
        var bytes: [UInt8] = []
        swap(&bytes, &streams[0])
        bytes.reserveCapacity(streams.reduce(bytes.count + 8) { $0 + $1.count + 4 })
        for stream in streams.dropFirst() {
            bytes.append(text: "]},")
            bytes.append(contentsOf: stream)
        }
        bytes.append(text: "]}]}")
        return bytes
    }

    /// Makes a line that is no event; how long it is.
    private mutating func makeLine(_ fields: EventFields) -> Int {
        line.removeAll(keepingCapacity: true)
        // Two events may say the same at the same time: without their ids Loki would keep one of them.
        (fields.message ?? fields.type).appendPlain(to: &line)
        line.append(text: " source=")
        fields.source.appendPlain(to: &line)
        line.append(text: " id=")
        fields.id.appendPlain(to: &line)
        return line.count
    }

    @inline(__always)
    private mutating func append(_ entry: Entry, _ fields: EventFields) {
        let place = place(ofStreamOf: fields, entry.type)
        let time = times.read(fields.time.bytes)?.nanoseconds ?? 0
        // Taken out while it grows: in its list it would be copied whole for each entry.
        var stream: [UInt8] = []
        swap(&stream, &streams[place])
        let isFirst = stream.last == UInt8(ascii: "[")
        let lineBytes = takesEvents ? fields.whole.count : line.count
        // Attributes together are shorter than the event they stand in.
        let room = lineBytes * ByteWriter.longestEscape + fields.whole.count + Self.framingBytes + metadata.bytes
        stream.append(atMost: room) { writer in
            writer.append(text: isFirst ? #"[""# : #",[""#)
            writer.appendDecimal(time)
            writer.append(text: #"",""#)
            if takesEvents {
                writer.appendJSONEscaped(fields.whole)
            } else {
                line.withUnsafeBufferPointer { writer.appendJSONEscaped($0) }
            }
            writer.append(UInt8(ascii: "\""))
            metadata.append(entry.sequence, fields, to: &writer)
            writer.append(UInt8(ascii: "]"))
        }
        swap(&stream, &streams[place])
    }

    /// The stream of the event's labels; begun when it is the first of them.
    @inline(__always)
    private mutating func place(ofStreamOf fields: EventFields, _ type: EventType) -> Int {
        key.removeAll(keepingCapacity: true)
        for place in labelsFrom.indices {
            let label = labelsFrom[place]
            if label == .family {
                key.append(contentsOf: type.family.utf8)
            } else if let value = label.value(in: fields) {
                value.appendEscaped(to: &key)
            }
            // No value has one that stands for itself.
            key.append(UInt8(ascii: "\""))
        }
        if let last, last.key == key { return last.place }
        let place = places[key] ?? beginStream(of: fields, type.family)
        last = (key, place)
        return place
    }

    private mutating func beginStream(of fields: EventFields, _ family: Substring) -> Int {
        var stream: [UInt8] = []
        if streams.isEmpty {
            stream.reserveCapacity(room)
            stream.append(text: #"{"streams":["#)
        }
        stream.append(text: #"{"stream":"#)
        var separator = UInt8(ascii: "{")
        func begin(_ name: String) {
            stream.append(separator)
            stream.appendJSONString(name)
            stream.append(UInt8(ascii: ":"))
            separator = UInt8(ascii: ",")
        }
        for pair in configuration.labels {
            begin(pair.name)
            stream.appendJSONString(pair.value)
        }
        for label in configuration.labelsFrom {
            let value = label.value(in: fields)
            guard label == .family ? !family.isEmpty : value?.isEmpty == false else { continue }
            begin(label.rawValue)
            stream.append(UInt8(ascii: "\""))
            if label == .family { stream.appendJSONEscaped(String(family)) } else { value?.appendEscaped(to: &stream) }
            stream.append(UInt8(ascii: "\""))
        }
        stream.append(text: #"},"values":["#)
        streams.append(stream)
        places[key] = streams.count - 1
        return streams.count - 1
    }
}
