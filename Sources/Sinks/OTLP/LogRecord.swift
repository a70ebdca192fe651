import AgentCore
import EventModel

/// One entry as an OpenTelemetry log record, for both encodings the same.
///
/// Names are those of the semantic conventions where there are any: `cloudevents.*`, `container.*`, `host.*`; our own
/// begin with `guestwatch.`. A container is told by `container.id` and `container.name`, any guest by
/// `guestwatch.guest.*`; `host.name` is the host the guest runs on.
struct LogRecord {
    // SAFETY: lives within the call of `EventFields.read` that lends the bytes of the entry's body.

    /// What stands in the body.
    enum Body {
        /// A sentence.
        case message(FieldText)
        /// The whole event as CloudEvents JSON.
        case event(UnsafeBufferPointer<UInt8>)
    }

    /// When it happened, in nanoseconds since 1970; 0 where that cannot be told.
    var time: UInt64
    var severity: Severity
    /// The CloudEvents type: `guestwatch.vm.powered-on`.
    var eventName: FieldText
    var body: Body
    /// Where the attributes stand.
    private let fields: EventFields
    /// With a sentence for body, what the source said: a JSON object.
    var data: UnsafeBufferPointer<UInt8>?
    /// OpenTelemetry has signed numbers only.
    var sequence: Int64

    init(_ entry: Entry, _ fields: EventFields, body: OTLPConfiguration.Body, times: inout TimestampReader) {
        time = UInt64(clamping: times.read(fields.time.bytes)?.nanoseconds ?? 0)
        (severity, sequence) = (entry.severity, Int64(clamping: entry.sequence))
        eventName = fields.type
        self.fields = fields
        switch body {
        case .event: self.body = .event(fields.whole)
        case .message:
            self.body = .message(fields.message ?? fields.type)
            data = fields.data
        }
    }

    /// The number of OpenTelemetry's severities that means the same.
    var severityNumber: UInt64 {
        switch severity {
        case .debug: 5
        case .info: 9
        case .notice: 10
        case .warning: 13
        case .error: 17
        case .critical: 21
        }
    }

    /// Gives the attributes, texts by their names, in their order.
    @inline(__always)
    func attributes(_ take: (StaticString, FieldText) -> Void) {
        func add(_ name: StaticString, _ value: FieldText?) {
            if let value, !value.isEmpty { take(name, value) }
        }
        take("cloudevents.event_id", fields.id)
        take("cloudevents.event_source", fields.source)
        take("cloudevents.event_type", fields.type)
        take("cloudevents.event_spec_version", FieldText("1.0"))
        let (kind, id) = fields.guest
        add("cloudevents.event_subject", fields.subject)
        add("guestwatch.guest.kind", kind)
        add("guestwatch.guest.id", id)
        add("guestwatch.guest.name", fields.guestName)
        if kind?.equals("container") == true {
            add("container.id", id)
            add("container.name", fields.guestName)
            add("container.image.name", fields.text(ofDataMember: "image"))
            add("container.runtime.name", fields.text(ofDataMember: "runtime") ?? Self.runtime(of: fields.source))
        }
        add("host.id", Self.hostID(in: fields.related))
        add("host.name", fields.guestHost)
        add("guestwatch.related", fields.related)
    }

    /// The runtimes whose name is the scheme of their events' source.
    private static let runtimes: [StaticString] = ["docker", "podman", "lxc", "osctl"]

    private static func runtime(of source: FieldText) -> FieldText? {
        guard let colon = source.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let scheme = source.slice(0..<colon)
        return runtimes.contains { scheme.equals($0) } ? scheme : nil
    }

    /// The identifier of the first host among the references `kind/id/name kind/id …`. One that had to be escaped there
    /// is left out: it is not the identifier as its system writes it.
    private static func hostID(in related: FieldText?) -> FieldText? {
        guard let related else { return nil }
        var place = 0
        while place < related.bytes.count {
            let end = related.bytes[place...].firstIndex(of: UInt8(ascii: " ")) ?? related.bytes.count
            let parts = related.bytes[place..<end].split(separator: UInt8(ascii: "/"))
            if parts.count >= 2, parts[0].elementsEqual("host".utf8), !parts[1].contains(UInt8(ascii: "%")) {
                return related.slice(parts[1].indices)
            }
            place = end + 1
        }
        return nil
    }
}
