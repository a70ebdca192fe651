package import EventModel

/// A line that osctld writes to a client.
package enum OsctldLine: Sendable, Hashable {
    /// The first line: `{"version":"…"}`.
    case greeting(version: String)
    /// A command is under way; says nothing else.
    case progress
    /// An answer, or an event.
    case response(JSONValue)
    /// `{"status":false,"message":"osctld is shutting down"}`
    case failure(String)

    /// Reads a line. Throws what is wrong with it.
    package static func decode(_ bytes: [UInt8]) throws(EventDecodingError) -> OsctldLine {
        let value: JSONValue
        do {
            value = try JSONDocument(bytes).root.value
        } catch {
            throw EventDecodingError("not JSON: \(error)")
        }
        if let version = value["version"]?.string, value["status"] == nil { return .greeting(version: version) }
        switch value["status"] {
        case .bool(true):
            if let response = value["response"], response != .null { return .response(response) }
            return .progress
        case .bool(false): return .failure(value["message"]?.string ?? "no reason")
        default: throw EventDecodingError("it has no \"status\"")
        }
    }
}

/// An event of osctld: its type, and what it says.
package struct OsctldEvent: Sendable, Hashable {
    /// `state`, `ct_init_pid`, `ct_netif`, `ct_exit`, `ct_scheduled`, `db`, `management`, `osctld_shutdown`.
    var type: String
    var options: JSONValue

    /// Reads the `response` of a line; nil where it is none.
    init?(_ response: JSONValue) {
        guard let type = response["type"]?.string, !type.isEmpty else { return nil }
        (self.type, options) = (type, response["opts"] ?? .object([]))
    }

    init(type: String, options: JSONValue) {
        (self.type, self.options) = (type, options)
    }
}

/// The talk with osctld on one connection, as a value: lines in, what to do out.
package struct OsctldConversation: Sendable, Hashable {
    /// What is asked for.
    package enum Purpose: Sendable, Hashable {
        /// Events, without end. All types: a list of types is turned into its opposite by osctld before 2026.
        case events
        /// The containers as they are.
        case containers
    }

    /// What to do about a line.
    package enum Step: Sendable, Hashable {
        case nothing
        case send([UInt8])
        /// Events come from now on.
        case subscribed
        case event(OsctldEvent)
        case containers([JSONValue])
        /// There will be nothing more, and why.
        case end(String)
    }

    private enum Phase: Sendable, Hashable {
        case awaitingGreeting, awaitingAnswer, listening
    }

    private let purpose: Purpose
    private var phase = Phase.awaitingGreeting

    package init(_ purpose: Purpose) {
        self.purpose = purpose
    }

    /// Takes a line.
    package mutating func take(_ line: OsctldLine) -> Step {
        switch (phase, line) {
        case (_, .failure(let reason)): return .end(reason)
        case (_, .progress): return .nothing
        case (.awaitingGreeting, .greeting):
            phase = .awaitingAnswer
            let command = purpose == .events ? "event_subscribe" : "ct_list"
            return .send(Array("{\"cmd\":\"\(command)\",\"opts\":{}}\n".utf8))
        case (.awaitingGreeting, .response), (.awaitingAnswer, .greeting), (.listening, .greeting): return .nothing
        case (.awaitingAnswer, .response(let response)):
            phase = .listening
            return purpose == .events ? .subscribed : .containers(response.array ?? [])
        case (.listening, .response(let response)):
            return OsctldEvent(response).map { .event($0) } ?? .nothing
        }
    }
}
