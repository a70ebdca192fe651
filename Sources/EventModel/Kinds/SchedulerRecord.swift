/// What a scheduler of applications tells about one of its things: an application, a request, a node, a queue, a user
/// or a group.
///
/// Made by one of the constructors beside this file, each of which has one type, change and detail. The event's `data`:
///
///     {"message":"…","object":"app-1","detail":"allocation","code":200,"reference":"alloc-7",
///      "resource":{"memory":1024,"vcore":100}}
///
/// `object` is the thing's own key, also in `related` under its family; `reference` the key of the other thing, if
/// there is one; `resource` the quantities by name, in the scheduler's own units; `detail` and `code` are left out
/// where there is no more to say than the type does.
public struct SchedulerRecord: Sendable, Hashable {
    /// Quantities by name, in the scheduler's own units.
    public typealias Resource = [String: Int64]

    public var type: EventType
    public var change: Change
    public var detail: SchedulerDetail
    public var severity: Severity
    public var object: String
    public var reference: String?
    public var resource: Resource
    public var message: String

    /// A record of a type, a change and a detail that go together: see the constructors.
    init(
        _ type: EventType, _ change: Change, _ detail: SchedulerDetail = .none, of object: String,
        to reference: String? = nil,
        resource: Resource = [:], severity: Severity = .info, _ message: String
    ) {
        (self.type, self.change, self.detail, self.severity) = (type, change, detail, severity)
        (self.object, self.reference, self.resource, self.message) = (object, reference, resource, message)
    }

    /// The event. `id` is unique within the source; whoever tells the same record again gives the same.
    public func event(id: String, source: String, at time: Timestamp) -> Event {
        Event(
            id: id, source: source, type: type, time: time, severity: severity, change: change,
            related: [RelatedObject(kind: String(type.family), id: object)], data: data)
    }

    private var data: JSONText {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("message")
        writer.string(message)
        writer.name("object")
        writer.string(object)
        if detail != .none {
            writer.name("detail")
            writer.string(detail.word)
            writer.name("code")
            writer.integer(detail.rawValue)
        }
        if let reference {
            writer.name("reference")
            writer.string(reference)
        }
        if !resource.isEmpty { write(resource, to: &writer) }
        writer.endObject()
        return JSONText(trusted: writer.bytes[...])
    }

    private func write(_ resource: Resource, to writer: inout JSONWriter) {
        writer.name("resource")
        writer.beginObject()
        for (name, quantity) in resource.sorted(by: { $0.key < $1.key }) {
            writer.name(name)
            writer.integer(quantity)
        }
        writer.endObject()
    }
}

extension SchedulerRecord.Resource {
    /// For messages: `memory 1024, vcore 100`.
    var text: String {
        sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}
