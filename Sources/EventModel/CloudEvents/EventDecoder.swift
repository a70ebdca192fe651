/// Reads events from CloudEvents 1.0 JSON in structured mode.
///
/// Takes what `EventEncoder` writes and, beyond that, any CloudEvent whose type has our prefix. Attributes we do not
/// know are ignored, as the specification asks of a consumer; `data_base64` is refused.
public enum EventDecoder {
    /// Reads one event. Throws with the first attribute that is missing or wrong.
    public static func decode(_ bytes: some Collection<UInt8>) throws(EventDecodingError) -> PlacedEvent {
        let root: JSONNode
        do {
            root = try JSONDocument(Array(bytes)).root
        } catch {
            throw EventDecodingError("not JSON: \(error)")
        }
        return try decode(root.value)
    }

    /// Reads one event from a JSON object.
    public static func decode(_ value: JSONValue) throws(EventDecodingError) -> PlacedEvent {
        guard value.members != nil else { throw EventDecodingError("an event is a JSON object") }
        let version = try text("specversion", of: value)
        guard version == "1.0" else { throw EventDecodingError("specversion: \"\(version)\" is not \"1.0\"") }
        let type = try text("type", of: value)
        guard type.hasPrefix(EventType.cloudEventsPrefix) else {
            throw EventDecodingError("type: \"\(type)\" does not begin with \"\(EventType.cloudEventsPrefix)\"")
        }
        guard type != EventType.cloudEventsPrefix else { throw EventDecodingError("type: nothing follows \"\(type)\"") }
        let time = try text("time", of: value)
        guard let timestamp = Timestamp(rfc3339: time) else {
            throw EventDecodingError("time: \"\(time)\" is not an RFC 3339 time")
        }
        if value["data_base64"] != nil { throw EventDecodingError("data_base64: only JSON data is read") }
        let event = Event(
            id: try text("id", of: value), source: try text("source", of: value),
            type: EventType(rawValue: String(type.dropFirst(EventType.cloudEventsPrefix.count))), time: timestamp,
            severity: try choice("severity", of: value) ?? .info, change: try choice("change", of: value) ?? .none,
            guest: try guest(of: value), related: try related(of: value),
            data: try data(of: value))
        return PlacedEvent(
            event: event, sequence: try sequence(of: value), journal: try optionalText("journal", of: value))
    }

    private static func guest(of value: JSONValue) throws(EventDecodingError) -> Guest? {
        guard let subject = try optionalText("subject", of: value) else { return nil }
        guard let slash = subject.firstIndex(of: "/"), let kind = Guest.Kind(rawValue: String(subject[..<slash])) else {
            throw EventDecodingError("subject: \"\(subject)\" is not vm/ID or container/ID")
        }
        return Guest(
            kind: kind, id: String(subject[subject.index(after: slash)...]),
            name: try optionalText("guestname", of: value), host: try optionalText("guesthost", of: value))
    }

    private static func related(of value: JSONValue) throws(EventDecodingError) -> RelatedObjects {
        guard let text = try optionalText("related", of: value) else { return [] }
        var objects: [RelatedObject] = []
        for reference in text.split(separator: " ") {
            guard let object = RelatedObject(reference: reference) else {
                throw EventDecodingError("related: \"\(reference)\" is not kind/id or kind/id/name")
            }
            objects.append(object)
        }
        return RelatedObjects(objects)
    }

    private static func data(of value: JSONValue) throws(EventDecodingError) -> JSONText {
        guard let data = value["data"], data != .null else { return .emptyObject }
        guard data.members != nil else { throw EventDecodingError("data: not an object") }
        return JSONText(data)
    }

    private static func sequence(of value: JSONValue) throws(EventDecodingError) -> UInt64? {
        guard let text = try optionalText("sequence", of: value) else { return nil }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let sequence = UInt64(text) else {
            throw EventDecodingError("sequence: \"\(text)\" is not a number")
        }
        return sequence
    }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, of value: JSONValue
    ) throws(EventDecodingError) -> Choice? {
        guard let text = try optionalText(name, of: value) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw EventDecodingError("\(name): \"\(text)\" is none of \(known)")
        }
        return choice
    }

    private static func text(_ name: String, of value: JSONValue) throws(EventDecodingError) -> String {
        guard let text = try optionalText(name, of: value), !text.isEmpty else {
            throw EventDecodingError("\(name): missing")
        }
        return text
    }

    private static func optionalText(_ name: String, of value: JSONValue) throws(EventDecodingError) -> String? {
        guard let member = value[name], member != .null else { return nil }
        guard let text = member.string else { throw EventDecodingError("\(name): not a string") }
        return text
    }
}

/// An event as read from outside, with its place in a journal if the text told one.
public struct PlacedEvent: Sendable, Hashable {
    public var event: Event
    public var sequence: UInt64?
    public var journal: String?

    public init(event: Event, sequence: UInt64? = nil, journal: String? = nil) {
        (self.event, self.sequence, self.journal) = (event, sequence, journal)
    }
}

/// What is wrong with a text that should be an event: the attribute, and why.
public struct EventDecodingError: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) {
        self.description = description
    }
}
