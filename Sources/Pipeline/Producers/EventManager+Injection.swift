public import AgentCore
import EventModel

extension EventManager {
    /// The most events one call may bring, and bytes.
    public static let injectionLimit = ReadLimit()

    /// Commits events that a client sends: a CloudEvent in JSON, or a list of them. All are checked before any is
    /// stored, and all are stored in one transaction, in their order; when it returns they are safe.
    ///
    /// What a client may not do: speak as the agent (its source, types of `agent.`). A `sequence` and a `journal` of
    /// the client's are ignored. Sending the same again stores nothing twice.
    public func inject(_ json: [UInt8]) async throws(InjectionError) -> Injection {
        guard phase == .running else { throw .notRunning }
        guard isTracking else { throw .notTracking }
        let (events, filtered) = try check(try parse(json))
        do throws(JournalError) {
            let commit =
                events.isEmpty
                ? Commit(sequences: nil, repeated: 0)
                : try await context.commit(events, checkpoint: nil, of: "injection")
            return Injection(commit: commit, filtered: filtered)
        } catch {
            throw error == .notTracking ? .notTracking : .journal(error)
        }
    }

    private func parse(_ json: [UInt8]) throws(InjectionError) -> [JSONValue] {
        guard json.count <= Self.injectionLimit.bytes else {
            throw .tooLarge("\(json.count) bytes; \(Self.injectionLimit.bytes) at once are taken")
        }
        let value: JSONValue
        do {
            value = try JSONDocument(json).root.value
        } catch {
            throw .invalid(index: 0, "not JSON: \(error)")
        }
        let values = value.array ?? [value]
        guard !values.isEmpty else { throw .invalid(index: 0, "an empty list: no event") }
        guard values.count <= Self.injectionLimit.entries else {
            throw .tooLarge("\(values.count) events; \(Self.injectionLimit.entries) at once are taken")
        }
        return values
    }

    private func check(_ values: [JSONValue]) throws(InjectionError) -> (events: [EncodedEvent], filtered: Int) {
        var events: [EncodedEvent] = []
        var filtered = 0
        for (index, value) in values.enumerated() {
            let event: Event
            do {
                event = try EventDecoder.decode(value).event
            } catch {
                throw .invalid(index: index, "\(error)")
            }
            if let problem = EventValidation.problem(of: event) { throw .invalid(index: index, problem) }
            if let claim = impersonation(in: event) { throw .impersonation(index: index, claim) }
            guard case .accepted(let event) = context.publishRule(event) else {
                filtered += 1
                continue
            }
            let encoded = EncodedEvent(event)
            guard encoded.body.count <= EventValidation.eventBytes else {
                throw .invalid(index: index, "larger than \(EventValidation.eventBytes) bytes")
            }
            events.append(encoded)
        }
        return (events, filtered)
    }

    private func impersonation(in event: Event) -> String? {
        if event.source == context.source { return "source: \"\(event.source)\" is the agent's own" }
        return event.type.family == "agent" ? "type: \"\(event.type)\" is the agent's own to say" : nil
    }
}

/// What an injection did.
public struct Injection: Sendable, Hashable {
    public var commit: Commit
    /// Events left out by the publish rule.
    public var filtered: Int
}

/// Why a client's events were not stored: none of them was.
public enum InjectionError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, with which of them, from 0.
    case invalid(index: Int, String)
    /// What the agent alone may say, with which of them it is.
    case impersonation(index: Int, String)
    case tooLarge(String)
    case notRunning
    /// Recording is turned off: nothing is taken until it is on.
    case notTracking
    case journal(JournalError)

    public var description: String {
        switch self {
        case .invalid(let index, let problem), .impersonation(let index, let problem): "event \(index): \(problem)"
        case .tooLarge(let size): "too large: \(size)"
        case .notRunning: "the pipeline does not run"
        case .notTracking: "\(JournalError.notTracking)"
        case .journal(let error): "\(error)"
        }
    }
}
