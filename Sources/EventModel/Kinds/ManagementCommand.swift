/// A command somebody gave the agent: one event when it begins, one with the same `command.id` when it is done or has
/// failed.
///
///     {"message":"…","command":{"id":"…","name":"unregister","options":{"collector":"vc1"}},"state":"done"}
///
/// A failed one tells its `reason`. Options are names and numbers, never secrets.
public struct ManagementCommand: Sendable, Hashable {
    /// How far a command is.
    public enum State: Sendable, Hashable {
        case run
        case done
        case failed(String)
    }

    /// The same for all events of one command, and no other.
    public var id: String
    /// What is to be done: `unregister`.
    public var name: String
    /// What it was given, in the order of the command line.
    public var options: [JSONValue.Member]

    public init(id: String, name: String, options: [JSONValue.Member] = []) {
        (self.id, self.name, self.options) = (id, name, options)
    }

    /// The event that says how far the command is. Its id is made of the command's and the state.
    public func event(_ state: State, source: String, at time: Timestamp) -> Event {
        let (type, word, severity, verb): (EventType, String, Severity, String) =
            switch state {
            case .run: ("agent.command-started", "run", .info, "began")
            case .done: ("agent.command-done", "done", .notice, "is done")
            case .failed: ("agent.command-failed", "failed", .warning, "failed")
            }
        let given = options.map { " \($0.name) \"\($0.value.text)\"" }.joined()
        var members: [JSONValue.Member] = [
            .init("command", ["id": .string(id), "name": .string(name), "options": .object(options)]),
            .init("state", .string(word)),
        ]
        var message = "The command \(name)\(given) \(verb)"
        if case .failed(let reason) = state {
            message += ": \(reason)"
            members.append(.init("reason", .string(reason)))
        }
        members.insert(.init("message", .string(message.hasSuffix(".") ? message : message + ".")), at: 0)
        return Event(
            id: "\(type)/\(id)", source: source, type: type, time: time, severity: severity,
            data: JSONText(.object(members)))
    }
}

extension JSONValue {
    /// A text as it is, anything else as JSON.
    fileprivate var text: String {
        string ?? String(decoding: JSONText(self).bytes, as: UTF8.self)
    }
}
