import AgentCore
import EventModel

/// Writes entries as the concatenated objects of Splunk's HTTP Event Collector.
struct SplunkEncoder {
    /// Between the time of an event and its source.
    private let afterTime: [UInt8]
    private let framing: EventFraming
    /// What an object takes beside these, its entry and the entry's source: fragments and the time.
    private static let bytes = 64
    /// Room for an ordinary source.
    private static let sourceBytes = 64

    init(journal: String, host: String, _ configuration: SplunkConfiguration) {
        framing = EventFraming(journal: journal)
        var bytes: [UInt8] = []
        bytes += ",\"host\":".utf8
        bytes.appendJSONString(host)
        bytes += ",\"sourcetype\":".utf8
        bytes.appendJSONString(configuration.sourceType)
        if let index = configuration.index {
            bytes += ",\"index\":".utf8
            bytes.appendJSONString(index)
        }
        bytes += ",\"source\":\"".utf8
        afterTime = bytes
    }

    /// The objects of entries, one after the other.
    func encode(_ entries: [Entry]) -> EncodedEntries {
        var encoded = EncodedEntries()
        var times = TimestampReader()
        let frame = Self.bytes + afterTime.count
        encoded.body.reserveCapacity(framing.length(of: entries) + entries.count * (frame + Self.sourceBytes))
        let entries = entries.span
        for place in entries.indices {
            EventFields.read(entries[place].body) { fields in
                guard !fields.source.isEmpty, let time = times.read(fields.time.bytes) else {
                    return encoded.unwritten.append(place)
                }
                let room = frame + fields.source.bytes.count + framing.length(of: entries[place])
                encoded.body.append(atMost: room) { append(entries[place], time, fields.source, to: &$0) }
            }
        }
        return encoded
    }

    @inline(__always)
    private func append(
        _ entry: Entry, _ time: Timestamp, _ source: FieldText, to writer: inout ByteWriter
    ) {
        writer.append(text: "{\"time\":")
        Self.append(time, to: &writer)
        writer.append(afterTime)
        source.appendEscaped(to: &writer)
        writer.append(text: "\",\"event\":")
        framing.append(entry, to: &writer)
        writer.append(UInt8(ascii: "}"))
    }

    /// Seconds since 1970 with three digits after the point, as Splunk keeps them.
    private static func append(_ time: Timestamp, to writer: inout ByteWriter) {
        let milliseconds = time.nanoseconds / 1_000_000
        if milliseconds < 0 { writer.append(UInt8(ascii: "-")) }
        writer.appendDecimal(unsigned: milliseconds.magnitude / 1000)
        writer.append(UInt8(ascii: "."))
        writer.appendDigits(of: milliseconds.magnitude % 1000, count: 3)
    }
}
