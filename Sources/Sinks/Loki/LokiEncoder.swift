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

    /// What an entry becomes beside its line.
    private static let framingBytes = 512

    private let configuration: LokiConfiguration
    private let journal: String
    private var times = TimestampReader()
    private var streams: [[UInt8]] = []
    private var places: [[UInt8]: Int] = [:]
    private var labels: [UInt8] = []
    private var line: [UInt8] = []
    /// Where the entry before went: most follow it there.
    private var last: (labels: [UInt8], place: Int)?

    init(_ configuration: LokiConfiguration, journal: String) {
        (self.configuration, self.journal) = (configuration, journal)
    }

    /// The push of these entries, in their order within each stream.
    mutating func encode(_ entries: [Entry]) -> Push {
        defer { (streams, places, last) = ([], [:], nil) }
        var rejected: [UInt64: String] = [:]
        for entry in entries {
            EventFields.read(entry.body) { fields in
                makeLine(entry, fields)
                if line.count > configuration.lineBytes {
                    rejected[entry.sequence] =
                        "its line has \(line.count) bytes, more than \"lineBytes\" \(configuration.lineBytes); "
                        + "raise it together with max_line_size of Loki's limits_config"
                } else {
                    append(entry, fields)
                }
            }
        }
        return Push(body: streams.isEmpty ? [] : body(), rejected: rejected)
    }

    private func body() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(streams.reduce(32) { $0 + $1.count + 4 })
        bytes.append(text: #"{"streams":["#)
        for (index, stream) in streams.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: stream)
            bytes.append(text: "]}")
        }
        bytes.append(text: "]}")
        return bytes
    }

    private mutating func makeLine(_ entry: Entry, _ fields: EventFields) {
        line.removeAll(keepingCapacity: true)
        switch configuration.line {
        case .event: line.append(contentsOf: entry.body)
        case .message:
            // Two events may say the same at the same time: without their ids Loki would keep one of them.
            (fields.message ?? fields.type).appendPlain(to: &line)
            line.append(text: " source=")
            fields.source.appendPlain(to: &line)
            line.append(text: " id=")
            fields.id.appendPlain(to: &line)
        }
    }

    private mutating func append(_ entry: Entry, _ fields: EventFields) {
        let place = place(ofStreamOf: fields, family: entry.type.family)
        let time = times.read(fields.time.bytes)?.nanoseconds ?? 0
        // Taken out while it grows: in its list it would be copied whole for each entry.
        var stream: [UInt8] = []
        swap(&stream, &streams[place])
        if stream.last == UInt8(ascii: "]") { stream.append(UInt8(ascii: ",")) }
        stream.append(text: #"[""#)
        stream.appendDecimal(time)
        stream.append(text: #"",""#)
        line.withUnsafeBufferPointer { stream.appendJSONEscaped($0) }
        stream.append(UInt8(ascii: "\""))
        if configuration.metadata {
            stream.append(text: #",{"#)
            appendMetadata(entry, fields, to: &stream)
            stream.append(UInt8(ascii: "}"))
        }
        stream.append(UInt8(ascii: "]"))
        swap(&stream, &streams[place])
    }

    /// The stream of the event's labels; begun when it is the first of them.
    private mutating func place(ofStreamOf fields: EventFields, family: Substring) -> Int {
        labels.removeAll(keepingCapacity: true)
        for pair in configuration.labels {
            labels.append(labels.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
            labels.appendJSONString(pair.name)
            labels.append(UInt8(ascii: ":"))
            labels.appendJSONString(pair.value)
        }
        for label in configuration.labelsFrom {
            let value = label.value(in: fields)
            guard label == .family ? !family.isEmpty : value?.isEmpty == false else { continue }
            labels.append(labels.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
            labels.appendJSONString(label.rawValue)
            labels.append(text: #":""#)
            if label == .family { labels.appendJSONEscaped(String(family)) } else { value?.appendEscaped(to: &labels) }
            labels.append(UInt8(ascii: "\""))
        }
        if let last, last.labels == labels { return last.place }
        if let place = places[labels] {
            last = (labels, place)
            return place
        }
        var stream: [UInt8] = []
        stream.append(text: #"{"stream":"#)
        stream.append(contentsOf: labels)
        stream.append(text: #"},"values":["#)
        streams.append(stream)
        places[labels] = streams.count - 1
        return streams.count - 1
    }

    /// What is not among the labels.
    private func appendMetadata(_ entry: Entry, _ fields: EventFields, to bytes: inout [UInt8]) {
        bytes.append(text: #""sequence":""#)
        bytes.appendDecimal(unsigned: entry.sequence)
        bytes.append(text: #"","journal":""#)
        bytes.appendJSONEscaped(journal)
        bytes.append(text: #"","id":""#)
        fields.id.appendEscaped(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
        append("source", fields.source, unless: .source, to: &bytes)
        append("type", fields.type, unless: .type, to: &bytes)
        append("severity", fields.severity, unless: .severity, to: &bytes)
        append("subject", fields.subject, unless: nil, to: &bytes)
        append("guestname", fields.guestName, unless: nil, to: &bytes)
        append("guesthost", fields.guestHost, unless: .host, to: &bytes)
    }

    private func append(
        _ name: StaticString, _ value: FieldText?, unless label: LokiConfiguration.Label?, to bytes: inout [UInt8]
    ) {
        guard let value, !value.isEmpty, label.map({ !configuration.labelsFrom.contains($0) }) ?? true else { return }
        bytes.append(text: #",""#)
        bytes.append(text: name)
        bytes.append(text: #"":""#)
        value.appendEscaped(to: &bytes)
        bytes.append(UInt8(ascii: "\""))
    }
}
