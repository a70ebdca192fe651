import AgentCore
import EventModel

/// Writes entries as one OTLP request for logs: protobuf, or the JSON that protobuf's messages have. Pure.
struct OTLPEncoder {
    /// What an entry becomes beside its body and attributes that are as long as a part of it.
    private static let framingBytes = 512

    private let encoding: OTLPConfiguration.Encoding
    private let body: OTLPConfiguration.Body
    private let resource: [NamedText]
    private var times = TimestampReader()

    /// - Parameter resource: the attributes of what all records come from.
    init(_ encoding: OTLPConfiguration.Encoding, body: OTLPConfiguration.Body, resource: [NamedText]) {
        (self.encoding, self.body, self.resource) = (encoding, body, resource)
    }

    /// The request's body. `now`: when the entries were observed.
    mutating func encode(_ entries: [Entry], observed now: Timestamp) -> [UInt8] {
        let room = entries.reduce(0) { $0 + $1.body.count + Self.framingBytes }
        switch encoding {
        case .protobuf:
            var writer = ProtobufWriter()
            writer.bytes.reserveCapacity(room)
            protobuf(entries, UInt64(clamping: now.nanoseconds), to: &writer)
            return writer.bytes
        case .json:
            var bytes: [UInt8] = []
            bytes.reserveCapacity(room)
            json(entries, now.nanoseconds, to: &bytes)
            return bytes
        }
    }

    private mutating func record<Result>(_ entry: Entry, _ use: (LogRecord) -> Result) -> Result {
        EventFields.read(entry.body) { fields in use(LogRecord(entry, fields, body: body, times: &times)) }
    }

    // Numbers of fields are those of opentelemetry/proto/logs/v1/logs.proto and common/v1/common.proto.

    private mutating func protobuf(_ entries: [Entry], _ now: UInt64, to writer: inout ProtobufWriter) {
        writer.message(1) { resourceLogs in
            resourceLogs.message(1) { message in
                for pair in resource { message.attribute(1, pair.name) { $0.append(contentsOf: pair.value.utf8) } }
            }
            resourceLogs.message(2) { scopeLogs in
                scopeLogs.message(1) { $0.text(1) { $0.append(text: "guestwatch") } }
                for entry in entries {
                    record(entry) { record in scopeLogs.message(2) { $0.write(record, observed: now) } }
                }
            }
        }
    }

    private mutating func json(_ entries: [Entry], _ now: Int64, to bytes: inout [UInt8]) {
        bytes.append(text: #"{"resourceLogs":[{"resource":{"attributes":["#)
        for (index, pair) in resource.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(text: #"{"key":"#)
            bytes.appendJSONString(pair.name)
            bytes.append(text: #","value":{"stringValue":"#)
            bytes.appendJSONString(pair.value)
            bytes.append(text: "}}")
        }
        bytes.append(text: #"]},"scopeLogs":[{"scope":{"name":"guestwatch"},"logRecords":["#)
        for (index, entry) in entries.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            record(entry) { bytes.append($0, observed: now) }
        }
        bytes.append(text: "]}]}]}")
    }
}

extension ProtobufWriter {
    fileprivate mutating func write(_ record: LogRecord, observed now: UInt64) {
        fixed64(1, record.time)
        varint(2, record.severityNumber)
        text(3) { $0.append(contentsOf: record.severity.rawValue.utf8) }
        message(5) { body in
            switch record.body {
            case .event(let event): body.text(1) { $0.append(contentsOf: event) }
            case .message(let message): body.text(1) { message.appendPlain(to: &$0) }
            }
        }
        for attribute in record.attributes {
            message(6) { pair in
                pair.text(1) { $0.append(text: attribute.name) }
                pair.message(2) { $0.text(1) { attribute.value.appendPlain(to: &$0) } }
            }
        }
        if let data = record.data { attribute(6, "guestwatch.data") { $0.append(contentsOf: data) } }
        message(6) { pair in
            pair.text(1) { $0.append(text: "guestwatch.sequence") }
            pair.message(2) { $0.varint(3, UInt64(record.sequence)) }
        }
        fixed64(11, now)
        text(12) { record.eventName.appendPlain(to: &$0) }
    }

    fileprivate mutating func attribute(_ field: UInt64, _ name: String, _ value: (inout [UInt8]) -> Void) {
        message(field) { pair in
            pair.text(1) { $0.append(contentsOf: name.utf8) }
            pair.message(2) { $0.text(1, value) }
        }
    }
}

extension [UInt8] {
    // SAFETY: buffers are only read within the call.

    /// A record as JSON: 64-bit numbers are strings there.
    fileprivate mutating func append(_ record: LogRecord, observed now: Int64) {
        append(text: #"{"timeUnixNano":""#)
        appendDecimal(Int64(clamping: record.time))
        append(text: #"","observedTimeUnixNano":""#)
        appendDecimal(Swift.max(now, 0))
        append(text: #"","severityNumber":"#)
        appendDecimal(Int64(record.severityNumber))
        append(text: #","severityText":""#)
        append(contentsOf: record.severity.rawValue.utf8)
        append(text: #"","eventName":""#)
        record.eventName.appendEscaped(to: &self)
        append(text: #"","body":{"stringValue":""#)
        switch record.body {
        case .event(let event): event.withUnsafeBufferPointer { appendJSONEscaped($0) }
        case .message(let message): message.appendEscaped(to: &self)
        }
        append(text: #""},"attributes":["#)
        for attribute in record.attributes {
            append(text: #"{"key":""#)
            append(text: attribute.name)
            append(text: #"","value":{"stringValue":""#)
            attribute.value.appendEscaped(to: &self)
            append(text: #""}},"#)
        }
        if let data = record.data {
            append(text: #"{"key":"guestwatch.data","value":{"stringValue":""#)
            appendJSONEscaped(data)
            append(text: #""}},"#)
        }
        append(text: #"{"key":"guestwatch.sequence","value":{"intValue":""#)
        appendDecimal(record.sequence)
        append(text: #""}}]}"#)
    }
}
