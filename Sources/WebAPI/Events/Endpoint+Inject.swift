import AgentCore
import EventModel
import HTTPTypes
import Pipeline

extension Endpoint {
    /// Commits what a client sends: CloudEvents over HTTP in structured, batched and binary mode.
    @Sendable static func inject(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        let json = try events(in: call)
        let injection: Injection
        do throws(InjectionError) {
            injection = try await api.events.inject(json)
        } catch {
            throw Problem(error)
        }
        return .json { writer in
            let sequences = injection.commit.sequences
            writer.member("journal", api.events.journalInstance)
            writer.member("first", sequences?.lowerBound)
            writer.member("last", sequences?.upperBound)
            writer.member("stored", sequences.map { $0.count } ?? 0)
            writer.member("repeated", injection.commit.repeated)
            writer.member("filtered", injection.filtered)
        }
    }

    private static func events(in call: APICall) throws(Problem) -> [UInt8] {
        switch call.mediaType {
        case "application/cloudevents+json", "application/cloudevents-batch+json":
            return call.body
        case "application/json":
            return try BinaryEvent.structured(call.headers, data: call.body)
        default:
            throw Problem(
                .unsupportedMediaType,
                "Content-Type: send application/cloudevents+json, application/cloudevents-batch+json, or, in binary "
                    + "mode, application/json with the attributes as ce- headers")
        }
    }
}

/// A CloudEvent in binary mode: attributes are headers, the body is its data.
enum BinaryEvent {
    /// The same event in structured mode.
    static func structured(_ headers: HTTPFields, data: [UInt8]) throws(Problem) -> [UInt8] {
        var members: [JSONValue.Member] = []
        for field in headers {
            let name = field.name.canonicalName
            guard name.hasPrefix("ce-") else { continue }
            guard let value = PercentCoding.decode(field.value) else {
                throw .invalid("\(name): a broken percent escape, or no UTF-8")
            }
            members.append(.init(String(name.dropFirst(3)), .string(value)))
        }
        guard !members.isEmpty else {
            throw .invalid(
                "binary mode: there is no ce- header; send ce-specversion, ce-id, ce-source, ce-type and ce-time")
        }
        if !data.isEmpty {
            do {
                members.append(.init("data", try JSONText(validating: data).parsed()))
            } catch {
                throw .invalid("data: the body is not JSON: \(error)")
            }
        }
        return Array(JSONText(.object(members)).bytes)
    }
}

extension Problem {
    /// Why a client's events were not stored.
    init(_ error: InjectionError) {
        switch error {
        case .invalid: self = .invalid("\(error); nothing was stored")
        case .impersonation: self.init(.forbidden, "\(error); nothing was stored")
        case .tooLarge: self.init(.contentTooLarge, "\(error)")
        case .notTracking: self.init(.conflict, "\(error)")
        case .notRunning: self = .later(.serviceUnavailable, "\(error)")
        case .journal(let error): self.init(error)
        }
    }
}
