import AgentCore
import EventModel

/// Writes entries as one OTLP request for logs: protobuf, or the JSON that protobuf's messages have. Pure.
struct OTLPEncoder {
    /// Of a record: the names of its attributes, its numbers, and room for what cannot be foreseen.
    private static let framingBytes = 1 << 10
    /// What a record takes beside its body, most likely.
    private static let likelyBytes = 640
    /// No byte of an event stands in more places of its record than these: the body, `data` and three attributes.
    private static let mostCopies = 5

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
        switch encoding {
        case .protobuf: return protobuf(entries, UInt64(clamping: now.nanoseconds))
        case .json:
            var bytes: [UInt8] = []
            bytes.reserveCapacity(entries.reduce(0) { $0 + $1.body.count + Self.framingBytes })
            json(entries, now.nanoseconds, to: &bytes)
            return bytes
        }
    }

    private mutating func record<Result>(_ entry: Entry, _ use: (LogRecord) -> Result) -> Result {
        EventFields.read(entry.body) { fields in use(LogRecord(entry, fields, body: body, times: &times)) }
    }

    // Numbers of fields are those of opentelemetry/proto/logs/v1/logs.proto and common/v1/common.proto.

    private mutating func protobuf(_ entries: [Entry], _ now: UInt64) -> [UInt8] {
        let likely = entries.reduce(0) { $0 + $1.body.count + Self.likelyBytes }
        let longest = entries.reduce(0) { max($0, $1.body.count) }
        var bytes = head(ofRecords: likely)
        let headBytes = bytes.count
        bytes.reserveCapacity(headBytes + likely + Self.mostBytes(ofRecord: longest))
        let entries = entries.span
        for place in entries.indices {
            let count = entries[place].body.count
            record(entries[place]) { record in
                bytes.append(atMost: Self.mostBytes(ofRecord: count)) { writer in
                    writer.message(2, likely: count + Self.likelyBytes) { $0.write(record, observed: now) }
                }
            }
        }
        bytes.replaceSubrange(..<headBytes, with: head(ofRecords: bytes.count - headBytes))
        return bytes
    }

    /// What stands before the records, which have so many bytes.
    private func head(ofRecords bytes: Int) -> [UInt8] {
        var (origin, scope, head): ([UInt8], [UInt8], [UInt8]) = ([], [], [])
        let room = resource.reduce(Self.framingBytes) { $0 + $1.name.utf8.count + $1.value.utf8.count + 32 }
        origin.append(atMost: room) { writer in
            writer.message(1) { message in
                for pair in resource { message.attribute(1, pair.name) { $0.text(1, pair.value) } }
            }
        }
        scope.append(atMost: room) { writer in writer.message(1) { $0.text(1, "guestwatch") } }
        let scopeBytes = scope.count + bytes
        let length = origin.count + 1 + ByteWriter.varintBytes(UInt64(scopeBytes)) + scopeBytes
        head.append(atMost: room * 2) { writer in
            writer.messageHead(1, bytes: length)
            writer.append(origin)
            writer.messageHead(2, bytes: scopeBytes)
            writer.append(scope)
        }
        return head
    }

    private static func mostBytes(ofRecord bodyBytes: Int) -> Int { bodyBytes * mostCopies + framingBytes }

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

extension ByteWriter {
    @inline(__always)
    fileprivate mutating func write(_ record: LogRecord, observed now: UInt64) {
        fixed64(1, record.time)
        varint(2, record.severityNumber)
        text(3, record.severity.text)
        switch record.body {
        case .event(let event): message(5, likely: event.count) { $0.text(1, event) }
        case .message(let message): self.message(5, likely: message.bytes.count) { $0.text(1, message) }
        }
        record.attributes { name, value in
            message(6) { pair in
                pair.text(1, name)
                pair.message(2) { $0.text(1, value) }
            }
        }
        if let data = record.data { attribute(6, "guestwatch.data") { $0.text(1, data) } }
        message(6) { pair in
            pair.text(1, "guestwatch.sequence")
            pair.message(2) { $0.varint(3, UInt64(record.sequence)) }
        }
        fixed64(11, now)
        text(12, record.eventName)
    }

    fileprivate mutating func attribute(_ field: UInt64, _ name: String, _ value: (inout ByteWriter) -> Void) {
        message(field) { pair in
            pair.text(1, name)
            pair.message(2, value)
        }
    }
}

extension Severity {
    /// The raw value, without a string of its own.
    fileprivate var text: StaticString {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .notice: "notice"
        case .warning: "warning"
        case .error: "error"
        case .critical: "critical"
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
        case .event(let event): appendJSONEscaped(event)
        case .message(let message): message.appendEscaped(to: &self)
        }
        append(text: #""},"attributes":["#)
        record.attributes { name, value in
            append(text: #"{"key":""#)
            append(text: name)
            append(text: #"","value":{"stringValue":""#)
            value.appendEscaped(to: &self)
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
