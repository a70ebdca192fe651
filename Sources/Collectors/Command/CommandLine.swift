import EventModel

/// A line that an external collector wrote on its standard output.
enum CommandLine: Sendable, Hashable {
    case event(Event)
    /// `{"checkpoint": …}`: everything written before it is done.
    case checkpoint(JSONText)
    /// Nothing stands there.
    case empty

    /// No checkpoint is longer: it is given back in the environment. In bytes.
    static let checkpointLimit = 64 << 10

    /// Reads a line: a CloudEvent as `EventDecoder` takes it, of which all may be left out but `type`, or a checkpoint.
    ///
    /// What is left out: `specversion` is 1.0, `source` is `source`, `time` is `now`, `id` is made of the bytes of the
    /// line. `type` may be the short form. Throws what is wrong with it.
    static func decode(_ bytes: [UInt8], source: String, now: Timestamp) throws(EventDecodingError) -> CommandLine {
        if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { return .empty }
        let value: JSONValue
        do {
            value = try JSONDocument(bytes).root.value
        } catch {
            throw EventDecodingError("not JSON: \(error)")
        }
        guard let members = value.members else { throw EventDecodingError("not a JSON object") }
        if members.count == 1, members[0].name == "checkpoint" {
            let text = JSONText(members[0].value)
            guard text.bytes.count <= checkpointLimit else {
                throw EventDecodingError("the checkpoint is longer than \(checkpointLimit) bytes")
            }
            return .checkpoint(text)
        }
        return .event(try EventDecoder.decode(completed(members, of: bytes, source: source, now: now)).event)
    }

    private static func completed(
        _ members: [JSONValue.Member], of bytes: [UInt8], source: String, now: Timestamp
    ) -> JSONValue {
        var members = members
        let add = { (name: String, value: @autoclosure () -> String, members: inout [JSONValue.Member]) in
            if !members.contains(where: { $0.name == name }) { members.append(.init(name, .string(value()))) }
        }
        add("specversion", "1.0", &members)
        add("source", source, &members)
        add("time", now.rfc3339, &members)
        add("id", hash(bytes), &members)
        if let place = members.firstIndex(where: { $0.name == "type" }), let type = members[place].value.string,
            !type.isEmpty, !type.hasPrefix(EventType.cloudEventsPrefix)
        {
            members[place].value = .string(EventType.cloudEventsPrefix + type)
        }
        return .object(members)
    }

    private static func hash(_ bytes: [UInt8]) -> String {
        var hash = StableHash()
        hash.add(bytes)
        return "line/\(hash.text)"
    }
}
